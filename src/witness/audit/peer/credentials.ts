import type { Libc } from '../../netlink/libc';

const solSocket = 1;
const option = { peerCredentials: 17, peerPidfd: 77 } as const;
const errno = { tooManyOpen: 24, tooManyOpenInAll: 23, noSuchOption: 92 } as const;
const pollIn = 1;
const pollHangup = 0x10;

interface Credentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** What the kernel says of the other end of a Unix socket. */
export interface PeerSocket {
  /** Undefined for what is no connected Unix socket. */
  credentials(fd: number): Credentials | undefined;
  /**
   * A file descriptor that stands for the process itself, not for its number. `gone`: it has ended, `none`: the kernel has
   * no such descriptor (before 6.5), or none left.
   */
  pidfd(fd: number): number | 'gone' | 'none';
  /** Whether that process has ended, reaped or not. */
  hasEnded(pidfd: number): boolean;
  /** Whether nobody holds the other end any more. */
  isHungUp(fd: number): boolean;
  close(pidfd: number): void;
}

export const createPeerSocket = (libc: Libc): PeerSocket => {
  const value = Buffer.alloc(12); // struct ucred
  const length = Buffer.alloc(4);
  const pollFd = Buffer.alloc(8);
  let hasPidfd = true;

  const read = (fd: number, name: number, size: number): boolean => {
    length.writeUInt32LE(size);
    return libc.getsockopt(fd, solSocket, name, value, length) === 0;
  };
  const poll = (fd: number, events: number): number => {
    pollFd.writeInt32LE(fd, 0);
    pollFd.writeInt16LE(events, 4);
    pollFd.writeInt16LE(0, 6);
    return libc.poll(pollFd, 1, 0) < 0 ? 0 : pollFd.readInt16LE(6);
  };

  return {
    credentials(fd) {
      if (!read(fd, option.peerCredentials, 12)) return undefined;
      return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) };
    },
    pidfd(fd) {
      if (!hasPidfd) return 'none';
      if (read(fd, option.peerPidfd, 4)) return value.readInt32LE(0);
      const problem = libc.errno();
      if (problem === errno.noSuchOption) hasPidfd = false;
      const isKernels =
        problem === errno.noSuchOption || problem === errno.tooManyOpen || problem === errno.tooManyOpenInAll;
      return isKernels ? 'none' : 'gone';
    },
    // Any answer but "nothing happened", an error too, means that it cannot be vouched for.
    hasEnded: (pidfd) => poll(pidfd, pollIn) !== 0,
    isHungUp: (fd) => (poll(fd, 0) & pollHangup) !== 0,
    close: (pidfd) => void libc.close(pidfd),
  };
};
