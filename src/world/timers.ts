import type { Nanos } from '../domain';

/**
 * Deadlines in observed time. They are derived from what the world holds (jobs that may end, acts to be judged), so a
 * restart sets them again; they run in the order of their time, whatever batch the observation came in.
 */
export interface Timers {
  set(key: string, due: Nanos): void;
  clear(key: string): void;
  /** Removes and gives the earliest that is due, or undefined. */
  next(now: Nanos): { key: string; due: Nanos } | undefined;
}

export const createTimers = (): Timers => {
  const deadlines = new Map<string, Nanos>();
  // A lower bound of all deadlines: nearly every observation is answered by this one comparison.
  let earliest: Nanos | undefined;
  return {
    set(key, due) {
      deadlines.set(key, due);
      if (earliest === undefined || due < earliest) earliest = due;
    },
    clear: (key) => void deadlines.delete(key),
    next(now) {
      if (earliest === undefined || now < earliest) return undefined;
      let first: { key: string; due: Nanos } | undefined;
      let second: Nanos | undefined;
      for (const [key, due] of deadlines) {
        if (!first || due < first.due) {
          second = first?.due;
          first = { key, due };
        } else if (second === undefined || due < second) second = due;
      }
      if (!first || first.due > now) {
        earliest = first?.due;
        return undefined;
      }
      deadlines.delete(first.key);
      earliest = second;
      return first;
    },
  };
};
