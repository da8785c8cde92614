import type { PeerSocket } from './credentials';

/** Process starts are counted in these, on every machine that Node runs on. */
const tick = 10_000_000n;

interface Parts {
  readonly socket: PeerSocket;
  /** Nanoseconds since the host's start. */
  boot(): bigint;
  /** Whether a process of this number and start lives. */
  lives(pid: number, start: number): boolean;
}

/** Made before anything of the process is read. */
export interface Guard {
  /** Whether what has been read under the peer's number until now is the peer's, if it is of a process of that start. */
  holds(start: number): boolean;
  release(): void;
}

const gone: Guard = { holds: () => false, release: () => undefined };

/**
 * Against numbers that are given anew: the process that connected may have ended while the connection waited to be
 * accepted, and another may have its number now.
 *
 * With a descriptor of the process itself that is certain: if it lives after the reading, it had its number all the time.
 *
 * Without one (kernels before 6.5) two things are asked. That somebody still holds the other end: what a process that has
 * ended had open is closed, unless a child of its has it. And that the process did not start after the connection was
 * accepted. Starts are counted in ticks of 10 ms; one in the same tick counts as before, since many clients connect within
 * 10 ms of their start and would all be unknown otherwise. What is not seen then: a client that left its connection to a
 * child and ended, and whose number came round again before the connection was accepted. That takes as many new processes
 * as there are numbers (32,768 at the least; four million under systemd) in the milliseconds of that wait.
 */
export const guardPeer = ({ socket, boot, lives }: Parts, fd: number, pid: number): Guard => {
  const pidfd = socket.pidfd(fd);
  if (pidfd === 'gone') return gone;
  if (pidfd !== 'none') return { holds: () => !socket.hasEnded(pidfd), release: () => socket.close(pidfd) };
  const accepted = boot() / tick;
  return {
    holds: (start) => BigInt(start) <= accepted && lives(pid, start) && !socket.isHungUp(fd),
    release: () => undefined,
  };
};
