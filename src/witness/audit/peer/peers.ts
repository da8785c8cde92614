import { readFileSync } from 'node:fs';
import type { Caller, ProcessKey } from '../../../domain';
import type { Logger } from '../../../log';
import { containersOf } from '../../cgroup';
import { clock } from '../../clock';
import { exeOf, isWhole, readCaller } from '../../process/caller';
import { createProcessFiles, type ProcessFiles } from '../../process/files';
import type { KeptVariables, ReadEnviron } from '../../process/job-variables';
import { unavailable } from '../../unavailable';
import { createPeerSocket, type PeerSocket } from './credentials';
import { rememberEnvirons } from './environs';
import { guardPeer } from './guard';
import type { Peer, PeersState } from './peer';

export interface Peers {
  /**
   * Who is at the other end of a connection that was just accepted. To be asked before anything else is done with it: many
   * clients end within milliseconds.
   * @param fd of the accepted socket; not closed
   */
  identify(fd: number): Peer;
  state(): PeersState;
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
  const remembered = rememberEnvirons(files, keptVariables);
  const lives = (pid: number, start: number): boolean => isWhole(files, pid, start);
  /** One of the last caller's line, whose variables could not be read. */
  let unread: ProcessKey | undefined;
  const environ: ReadEnviron = (pid, stat) => {
    // Of a process that ends they read as if there were none.
    const variables = stat.exiting ? undefined : remembered(pid, stat);
    if (variables === undefined) unread = { pid, start: stat.start };
    return variables;
  };
  const found = { identified: 0, unknown: 0, ms: 0 };
  const told = new Set<string>();
  const tell = (problem: string): void => {
    if (!told.has(problem)) log.warn(problem);
    told.add(problem);
  };

  const read = (pid: number, uid: number): Caller | undefined => {
    unread = undefined;
    return readCaller({ files, kept: keptVariables, own, environ }, pid, '', uid);
  };
  const callerOf = (pid: number, uid: number): Caller | null => {
    let caller = read(pid, uid);
    // An ancestor that ended just then; its parent is another now.
    if (caller && unread) caller = read(pid, uid);
    if (caller === undefined) return null;
    if (!unread || caller.root !== null) return caller;
    // It would pass for a process of no job.
    if (lives(unread.pid, unread.start)) tell(problems.unreadable);
    return null;
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
      const caller = callerOf(pid, uid);
      if (caller === null) return { ...credentials, caller };
      const exe = exeOf(pid);
      return { ...credentials, caller: guard.holds(caller.start) ? { ...caller, exe } : null };
    } finally {
      guard.release();
    }
  };

  for (let round = 0; round < warmUpRounds; round += 1) callerOf(process.pid, 0);

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
  };
};
