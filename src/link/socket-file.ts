import { unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';

/** What an address of a Unix socket can hold (sun_path, less its final zero). */
const longestPath = 107;

/** Whether somebody listens there. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const trial = connect(path);
    trial.once('connect', () => {
      trial.destroy();
      resolve(true);
    });
    trial.once('error', () => resolve(false));
  });

const removeLeftover = (path: string): void => {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

/**
 * Listens on a socket that only root and this user can connect to. Node does not tell who is at the other end
 * (SO_PEERCRED), so the kernel has to keep others out: connecting needs the right to write to the file, and the file
 * never has another mode than 0600.
 */
export const listenPrivately = async (server: Server, path: string): Promise<void> => {
  if (Buffer.byteLength(path) > longestPath)
    throw new Error(`${path} is too long for a socket: choose a data directory with a shorter name`);
  if (await answers(path)) throw new Error(`another daemon listens on ${path}`);
  removeLeftover(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    // bind(2) happens inside listen(), so nothing else is made under this mask.
    const before = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(before);
    }
  });
};
