import { readFileSync } from 'node:fs';
import type { Logger } from '../../../log';
import { containersOf } from '../../cgroup';
import { clock } from '../../clock';
import { isWhole } from '../../process/caller';
import { createProcessFiles, type ProcessFiles } from '../../process/files';
import type { KeptVariables } from '../../process/job-variables';
import { unavailable } from '../../unavailable';
import { createPeerSocket, type PeerSocket } from './credentials';
import { guardPeer } from './guard';
import type { Peer, PeersState } from './peer';
import { createCallerReader } from './read';

export interface Peers {
  /**
   * Who is at the other end of a connection that was just accepted. To be asked before anything else is done with it: many
   * clients end within milliseconds.
   * @param fd of the accepted socket; not closed
   */
  identify(fd: number): Peer;
  state(): PeersState;
  /** Closes the descriptors of processes that are held to know them again. */
  close(): void;
}

/** What of the machine is used. */
interface Machine {
  readonly socket: PeerSocket;
  /** Nanoseconds since the host's start. */
  boot(): bigint;
}

interface Parts {
  /** Job variables that may be kept. */
  readonly keptVariables: KeptVariables;
  readonly log: Logger;
  readonly machine?: Machine;
  readonly files?: ProcessFiles;
}

const problems = {
  outside:
    'the witness is in a pid namespace of its own: the kernel does not tell it who calls, and all callers outside of it are unknown; start the container with --pid=host',
  unreadable:
    'the witness may not read the environment of every process: callers of the host whose job cannot be told are unknown; it needs root, or SYS_PTRACE and DAC_READ_SEARCH',
} as const;

/** Code that runs for the first time is ten times slower, and the first client may be a quick one. */
const warmUpRounds = 50;
const nobody = 65534;

/** koffi is loaded only where a socket is audited: it is a binary, and the rest of the program works without it. */
const openMachine = async (): Promise<Machine> => {
  try {
    const { loadLibc } = await import('../../netlink/libc');
    const libc = loadLibc();
    return { socket: createPeerSocket(libc), boot: clock(libc).boot };
  } catch (error) {
    throw unavailable('no-koffi', (error as Error).message);
  }
};

/**
 * Tells who connects to a Unix socket: the kernel's credentials, then the process's cgroup, variables and ancestors. Never
 * a wrong one: whatever cannot be vouched for is unknown. Rejects where koffi cannot be loaded.
 *
 * A caller that had ended when its connection was accepted is unknown. Kernels since 6.16 could still name its cgroup
 * (PIDFD_GET_INFO), of cgroup v2 only; that is not asked.
 */
export const createPeers = async ({ keptVariables, log, ...parts }: Parts): Promise<Peers> => {
  const machine = parts.machine ?? (await openMachine());
  const files = parts.files ?? createProcessFiles();
  const own = new Set(containersOf(readFileSync('/proc/self/cgroup', 'latin1')));
  const reader = createCallerReader({ files, kept: keptVariables, own });
  const lives = (pid: number, start: number): boolean => isWhole(files, pid, start);
  const found = { identified: 0, unknown: 0, ms: 0 };
  const told = new Set<string>();
  const tell = (problem: string): void => {
    if (!told.has(problem)) log.warn(problem);
    told.add(problem);
  };

  const identify = (fd: number): Peer => {
    const credentials = machine.socket.credentials(fd);
    if (credentials === undefined) return { pid: 0, uid: nobody, gid: nobody, caller: null };
    const { pid, uid } = credentials;
    if (pid <= 0) {
      tell(problems.outside);
      return { ...credentials, caller: null };
    }
    const guard = guardPeer({ ...machine, lives }, fd, pid);
    try {
      const caller = reader.read(pid, uid);
      if (caller === 'unreadable') tell(problems.unreadable);
      const isPeer = typeof caller === 'object' && guard.holds(caller.start);
      return { ...credentials, caller: isPeer ? caller : null };
    } finally {
      guard.release();
    }
  };

  for (let round = 0; round < warmUpRounds; round += 1) reader.read(process.pid, 0);

  return {
    identify(fd) {
      const from = performance.now();
      const peer = identify(fd);
      found.ms += performance.now() - from;
      found[peer.caller === null ? 'unknown' : 'identified'] += 1;
      return peer;
    },
    state: () => ({
      problem: [...told].join('; ') || null,
      identified: found.identified,
      unknown: found.unknown,
      seconds: found.ms / 1000,
    }),
    close: reader.close,
  };
};
