import { realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';

/** `/var/run` is `/run` on every host of this decade, also where the witness looks from inside a container. */
const spelt = (path: string): string =>
  posix
    .normalize(path)
    .replace(/^\/var\/run\//, '/run/')
    .replace(/(.)\/$/, '$1');

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

const inodeOf = (path: string): string | undefined => {
  try {
    const found = statSync(path);
    return found.isSocket() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a path of the host, however it is written, is the engine's socket: by its spelling, by symlinks, by its inode. */
export const createSocketTest = (engine: string): ((path: string) => boolean) => {
  const engineSpelt = spelt(engine);
  return (path) => {
    if (!path.startsWith('/')) return false;
    if (spelt(path) === engineSpelt) return true;
    if (spelt(real(path)) === spelt(real(engine))) return true;
    const inode = inodeOf(path);
    return inode !== undefined && inode === inodeOf(engine);
  };
};
