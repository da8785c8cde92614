import type { Nanos } from '../domain';

/**
 * Deadlines in observed time. They are derived from what the world holds (jobs that may end, acts to be judged), so a
 * restart sets them again; they run in the order of their time, whatever batch the observation came in.
 */
export interface Timers {
  set(key: string, due: Nanos): void;
  clear(key: string): void;
  /** Removes and gives the earliest that is due, or undefined. */
  next(now: Nanos): Timer | undefined;
}

interface Timer {
  readonly key: string;
  readonly due: Nanos;
}

const before = (one: Timer, other: Timer): boolean =>
  one.due < other.due || (one.due === other.due && one.key < other.key);

/** A binary heap; a timer that was cleared or set anew stays in it until it comes up, and is passed over then. */
export const createTimers = (): Timers => {
  const deadlines = new Map<string, Nanos>();
  const heap: Timer[] = [];

  const push = (timer: Timer): void => {
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  };

  const pop = (): void => {
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  };

  return {
    set(key, due) {
      if (deadlines.get(key) === due) return;
      deadlines.set(key, due);
      push({ key, due });
    },
    clear: (key) => void deadlines.delete(key),
    next(now) {
      for (let first = heap[0]; first && first.due <= now; first = heap[0]) {
        pop();
        if (deadlines.get(first.key) !== first.due) continue;
        deadlines.delete(first.key);
        return first;
      }
      return undefined;
    },
  };
};
