import type { Nanos, Observation } from '../domain';
import type { Log } from './log';

/** An event carries the engine's own text when the follower was asked to keep it (recordings). */
export type Followed =
  Exclude<Observation, { k: 'event' }> | (Extract<Observation, { k: 'event' }> & { readonly text?: string });

export interface QueueLimits {
  readonly observations: number;
  readonly bytes: number;
}

export interface QueueParts {
  emit(observations: readonly Followed[]): void | Promise<void>;
  now(): Nanos;
  readonly limits: QueueLimits;
  /** There is room again after a loss, and the gap that tells of it is queued. */
  onRecovered(): void;
  readonly log: Log;
}

export interface Queue {
  /** Drops it, and remembers that, while there is no room. */
  push(observation: Followed, bytes: number): void;
  /** Leaves it out while there is no room; nothing is lost by it. */
  offer(observation: Followed): void;
  /** Always finds room: for the few that must not be lost. */
  insist(observation: Followed): void;
  /** Nothing was dropped that no gap tells of yet. */
  whole(): boolean;
  size(): number;
  dropped(): number;
  /** Takes nothing more; resolves when everything was handed on. */
  close(): Promise<void>;
}

const longestBatch = 500;

/**
 * Between the reader, which must never wait, and a consumer that may. When it is full what comes is dropped until half
 * of it is free, then a gap says so.
 */
export const createQueue = ({ emit, now, limits, onRecovered, log }: QueueParts): Queue => {
  const waiting: { readonly observation: Followed; readonly bytes: number }[] = [];
  let bytesHeld = 0;
  let held = 0;
  let droppedEver = 0;
  let loss: { readonly from: Nanos; count: number } | undefined;
  let pump: Promise<void> | undefined;
  let closed = false;

  const add = (observation: Followed, bytes: number): void => {
    if (closed) return;
    waiting.push({ observation, bytes });
    held += 1;
    bytesHeld += bytes;
    pump ??= deliver();
  };

  const lose = (from: Nanos, count: number): void => {
    droppedEver += count;
    if (loss) loss.count += count;
    else loss = { from, count };
  };

  const recover = (): void => {
    if (!loss || held > limits.observations / 2 || bytesHeld > limits.bytes / 2) return;
    const { from, count } = loss;
    loss = undefined;
    const at = now();
    const missing = `${count} observations that could not be handled in time`;
    add({ k: 'gap', at, gap: { source: 'events', from, to: at, reason: 'queue-overflow', missing } }, 0);
    onRecovered();
  };

  const deliver = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting.splice(0, longestBatch);
      try {
        await emit(batch.map(({ observation }) => observation));
      } catch (error) {
        log.warn({ error, observations: batch.length }, 'observations could not be handled');
        lose(momentOf(batch[0]!.observation), batch.length);
      }
      held -= batch.length;
      for (const { bytes } of batch) bytesHeld -= bytes;
      recover();
    }
    pump = undefined;
  };

  return {
    push(observation, bytes) {
      const full = held >= limits.observations || bytesHeld + bytes > limits.bytes;
      if (loss || full) lose(momentOf(observation), 1);
      else add(observation, bytes);
    },
    offer(observation) {
      if (!loss && held < limits.observations) add(observation, 0);
    },
    insist: (observation) => add(observation, 0),
    whole: () => loss === undefined,
    size: () => held,
    dropped: () => droppedEver,
    async close() {
      closed = true;
      await pump;
    },
  };
};

const momentOf = (observation: Followed): Nanos =>
  observation.k === 'event' ? observation.event.time : observation.at;
