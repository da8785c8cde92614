import type { Libc } from './netlink/libc';

export type Priority = 'realtime' | 'nice' | 'normal';

const fifoResetOnFork = 1 | 0x40000000;

/**
 * Raises the calling thread. A command that fails lives 10 ms, so the reader has to run within that although every core is
 * busy. Real-time priority is refused without CAP_SYS_NICE, and in most containers even with it.
 */
export const raisePriority = (
  libc: Libc,
  highest: Priority,
): { priority: Priority; problem: string | null } => {
  const parameters = Buffer.alloc(4);
  parameters.writeInt32LE(1);
  if (highest === 'realtime' && libc.scheduler(0, fifoResetOnFork, parameters) === 0)
    return { priority: 'realtime', problem: null };
  const problem =
    highest === 'realtime'
      ? `real-time priority was refused (errno ${libc.errno()}): on a busy host a few commands in a thousand may be missed`
      : null;
  const nice = highest !== 'normal' && libc.setpriority(0, 0, -20) === 0;
  return { priority: nice ? 'nice' : 'normal', problem };
};
