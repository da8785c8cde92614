import type { Nanos, Scan } from '../domain';
import type { EngineClient } from './client';
import type { Log } from './log';
import type { Timing } from './timing';

export interface RescannerParts {
  readonly client: EngineClient;
  now(): Nanos;
  readonly everyMs: number;
  readonly timing: Timing;
  /** The same as long as no event can have been lost; undefined while events are being lost. */
  unbroken(): number | undefined;
  onScan(scan: Scan): void;
  readonly log: Log;
}

export interface Rescanner {
  /** Lists as soon as possible; a listing that has begun already does not count. */
  request(): void;
  stop(): void;
}

/**
 * Lists everything, regularly and on request. The core compares a scan with what events told up to `scan.from`, so it
 * is told a second later, and only if no event can have been lost meanwhile: otherwise it is done again.
 */
export const createRescanner = (parts: RescannerParts): Rescanner => {
  const { client, now, everyMs, timing, unbroken, onScan, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let wanted = false;
  let stopped = false;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timer = setTimeout(resolve, ms);
    });

  /** How long to wait until the next. */
  const scan = async (): Promise<number> => {
    const stretch = unbroken();
    // Whoever mends the stream asks again.
    if (stretch === undefined) return everyMs;
    const from = now();
    try {
      const listed = await client.listAll();
      await sleep(timing.scanSettle);
      // What arrived while this process was busy is read before timers run twice.
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped) return everyMs;
      if (unbroken() !== stretch) return unbroken() === undefined ? everyMs : 0;
      onScan({ from, ...listed });
      return everyMs;
    } catch (error) {
      log.warn({ error }, 'the engine could not be listed');
      return Math.min(everyMs, timing.scanRetry);
    }
  };

  const run = async (): Promise<void> => {
    clearTimeout(timer);
    running = true;
    wanted = false;
    const nextMs = await scan();
    running = false;
    if (!stopped) timer = setTimeout(() => void run(), wanted ? 0 : nextMs);
  };

  return {
    request() {
      wanted = true;
      if (!running && !stopped) void run();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
