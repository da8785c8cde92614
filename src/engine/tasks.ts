export interface Tasks {
  /** Does nothing when the same is waiting already; when it is being done, it is done once more afterwards. */
  add(key: string): void;
  stop(): void;
}

/**
 * Runs keyed work, a bounded number at a time, in the order asked for. More than `most` waiting are refused: whoever
 * asks must have another way to come to the same, here the rescan.
 */
export const createTasks = ({
  run,
  concurrency,
  most,
}: {
  /** Never rejects. */
  run(key: string): Promise<void>;
  readonly concurrency: number;
  readonly most: number;
}): Tasks => {
  const waiting = new Set<string>();
  const running = new Set<string>();
  let stopped = false;

  const startNext = (): void => {
    for (const key of waiting) {
      if (stopped || running.size >= concurrency) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.add(key);
      void run(key).finally(() => {
        running.delete(key);
        startNext();
      });
    }
  };

  return {
    add(key) {
      if (stopped || waiting.size >= most) return;
      waiting.add(key);
      startNext();
    },
    stop() {
      stopped = true;
      waiting.clear();
    },
  };
};
