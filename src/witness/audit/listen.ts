import { chmodSync, chownSync, readFileSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';

export interface Place {
  /** Absolute path. */
  readonly socket: string;
  /** Of its file, 0o660. */
  readonly mode: number;
  /** Name or number; undefined: `docker`, where there is such a group. */
  readonly group: string | undefined;
}

/** The first one that systemd hands on (sd_listen_fds(3)). */
const firstInherited = 3;

/** Whether a socket was made by systemd for this very process: then it outlives it, and no connection is refused meanwhile. */
export const isInherited = (env: Readonly<Record<string, string | undefined>>, pid: number): boolean =>
  env['LISTEN_PID'] === String(pid) && Number(env['LISTEN_FDS'] ?? 0) >= 1;

const groupId = (group: string): number | undefined => {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${group}:`));
  return line === undefined ? undefined : Number(line.split(':')[2]);
};

const somebodyListens = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const trial = connect(path);
    trial.once('connect', () => {
      trial.destroy();
      resolve(true);
    });
    trial.once('error', () => resolve(false));
  });

const listening = (server: Server, how: { fd: number } | { path: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    server.listen(how);
  });

/**
 * Listens, and resolves when it does. Until group and mode are as configured the file is for root alone: nobody who may not
 * can connect in between.
 */
export const listenAt = async (
  server: Server,
  { socket, mode, group }: Place,
  inherited: boolean,
): Promise<void> => {
  if (inherited) return listening(server, { fd: firstInherited });
  const gid = groupId(group ?? 'docker');
  if (group !== undefined && gid === undefined) throw new Error(`audit.group: there is no group ${group}`);
  if (await somebodyListens(socket)) throw new Error(`somebody listens on ${socket} already`);
  try {
    unlinkSync(socket);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // bind(2) happens inside listen(), so nothing else is made under this mask.
  const before = process.umask(0o177);
  const done = (() => {
    try {
      return listening(server, { path: socket });
    } finally {
      process.umask(before);
    }
  })();
  await done;
  if (gid !== undefined) chownSync(socket, process.getuid?.() ?? 0, gid);
  chmodSync(socket, mode);
};
