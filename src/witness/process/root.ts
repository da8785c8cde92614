import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const maxLinks = 40;
const maxFile = 64 * 1024;

/**
 * A path as a process sees it, as one that this process can use: below /proc/<pid>/root, without symbolic links. Links are
 * followed here, since the kernel would follow an absolute one (`/var/run` → `/run` in most images) from the reader's root.
 * Undefined where nothing is there; throws where it cannot be told.
 */
export const pathIn = (root: string, path: string): string | undefined => {
  const parts = path.split('/').reverse();
  const at: string[] = [];
  for (let links = 0; parts.length > 0;) {
    const part = parts.pop()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      at.pop();
      continue;
    }
    const here = join(root, ...at, part);
    const stat = lstatSync(here, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink()) {
      if (parts.length > 0 && !stat.isDirectory()) return undefined;
      at.push(part);
      continue;
    }
    links += 1;
    if (links > maxLinks) return undefined;
    const target = readlinkSync(here);
    if (target.startsWith('/')) at.length = 0;
    parts.push(...target.split('/').reverse());
  }
  return join(root, ...at);
};

/** A small file of a process's own root. What it names may be anything, a pipe that nobody writes to: no wait, no link. */
export const readIn = (root: string, path: string): string | undefined => {
  const found = pathIn(root, path);
  if (found === undefined) return undefined;
  const fd = openSync(found, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(fd);
    if (!fstatSync(fd).isFile() || size > maxFile) return undefined;
    const buffer = Buffer.alloc(size);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, size, 0));
  } finally {
    closeSync(fd);
  }
};
