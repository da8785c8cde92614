import type { Libc } from './netlink/libc';
import { clock } from './clock';

const everyEvents = 64;
const window = 200_000_000n; // ns

/**
 * A thread of real-time priority that never rests holds a core against everybody. Called for each event, it sleeps when
 * more than half of the last fifth of a second went into reading; the socket holds what comes meanwhile.
 */
export const createThrottle = (libc: Libc): (() => void) => {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  const time = clock(libc);
  let events = 0;
  let from = time.monotonic();
  let used = time.threadCpu();
  return () => {
    events += 1;
    if (events % everyEvents !== 0) return;
    const now = time.monotonic();
    const cpu = time.threadCpu();
    const spent = cpu - used;
    if (spent > window / 2n && now - from < window)
      Atomics.wait(nap, 0, 0, Number(window - (now - from)) / 1e6);
    if (spent > window / 2n || now - from >= window) {
      from = time.monotonic();
      used = cpu;
    }
  };
};
