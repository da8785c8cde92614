import type { Nanos } from '../domain';
import type { Libc } from './netlink/libc';

const id = { realtime: 0, threadCpu: 3, boot: 7 } as const;

export interface Clock {
  wall(): Nanos;
  monotonic(): bigint;
  /** Since the host's start, time asleep included: what the start of a process is counted in. */
  boot(): bigint;
  /** Time that the calling thread has run. */
  threadCpu(): bigint;
  /** The kernel's time of an event as wall clock, by the difference of both clocks now: a step of one shows at once. */
  toWall(monotonic: bigint): Nanos;
}

/** Nanoseconds; Date and process.hrtime have only one half of this each. */
export const clock = (libc: Libc): Clock => {
  const timespec = Buffer.alloc(16);
  const read = (which: number): bigint => {
    libc.clock(which, timespec);
    return timespec.readBigInt64LE(0) * 1_000_000_000n + timespec.readBigInt64LE(8);
  };
  const wall = (): Nanos => read(id.realtime);
  const monotonic = (): bigint => process.hrtime.bigint();
  return {
    wall,
    monotonic,
    boot: () => read(id.boot),
    threadCpu: () => read(id.threadCpu),
    toWall: (at) => wall() - monotonic() + at,
  };
};
