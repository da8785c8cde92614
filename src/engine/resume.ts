import { type EngineEvent, type Gap, type Nanos, SECOND } from '../domain';
import { EngineRefused } from './errors';
import { replay, type StreamParts } from './stream';

/** The engine remembers exactly so many events (measured on 20.10 to 28.5). */
const ringSize = 256;

/** Parallel events come up to 5 ms out of order, to each reader in another (measured); a second is plenty. */
const margin: Nanos = SECOND;

/** How to open the stream so that it goes on where it was left. */
export interface Resume {
  /** Absent: nothing to go back to. */
  readonly since?: Nanos;
  /** What may have been missed. */
  readonly gap?: Gap;
  /** Time of the event that is to come back, and all that followed with it; the ring may turn over meanwhile. */
  readonly awaited?: Nanos;
  /** Events that the stream will repeat, and that were handled before. */
  readonly handled: readonly EngineEvent[];
}

/** The engine calls this `since` the future: its clock was set back. */
export const isFuture = (error: unknown): boolean => error instanceof EngineRefused && error.status === 400;

const eventsGap = (reason: Gap['reason'], from: Nanos | null, to: Nanos, missing: string): Gap => ({
  source: 'events',
  from,
  to,
  reason,
  missing,
});

export const clockGap = (one: Nanos, other: Nanos): Gap =>
  eventsGap(
    'clock',
    one < other ? one : other,
    one < other ? other : one,
    "the engine's clock was set back: times before and after do not compare",
  );

const remembered = (parts: StreamParts, since: Nanos, last: Nanos, now: Nanos) =>
  replay(parts, since, last > now ? last : now);

/** Nothing was handled before: begin with the newest event that the engine remembers, so that there is one to resume at. */
export const begin = async (parts: StreamParts, now: () => Nanos): Promise<Resume> => {
  const { events } = await replay(parts, 0n, now());
  const newest = events.reduce<Nanos>((max, { time }) => (time > max ? time : max), 0n);
  const gap = eventsGap('start', null, now(), 'what happened before Crosstalk was started');
  return { ...(newest > 0n && { since: newest - margin }), gap, handled: events };
};

/** After the clock was set back only the order of the engine's memory tells what was handled: all up to the last. */
export const resumeAfterClock = async (
  parts: StreamParts,
  last: Nanos,
  now: () => Nanos,
): Promise<Resume> => {
  const { events } = await remembered(parts, 0n, last, now());
  const index = events.findIndex(({ time }) => time === last);
  return { since: 0n, gap: clockGap(last, now()), handled: events.slice(0, index + 1) };
};

/**
 * Goes on after the event at `last`. The resumed stream is complete if the engine still remembers that event.
 * @param last undefined when the stream broke before any event came
 */
export const resumeAfter = async (
  parts: StreamParts,
  last: Nanos | undefined,
  brokenAt: Nanos,
  now: () => Nanos,
): Promise<Resume> => {
  if (last === undefined) {
    const missing = 'no event had come before, so nothing shows whether the engine was restarted';
    return { since: 0n, gap: eventsGap('stream-break', brokenAt, now(), missing), handled: [] };
  }
  const since = last - margin;
  const isLast = ({ time }: EngineEvent): boolean => time === last;
  try {
    const tail = await remembered(parts, since, last, now());
    if (tail.events.some(isLast)) return { since, awaited: last, handled: [] };
    const ring = await remembered(parts, 0n, last, now());
    // It is there, and asking from its time on does not find it: later events bear earlier times.
    if (ring.events.some(isLast)) return await resumeAfterClock(parts, last, now);
    if (ring.lines < ringSize) {
      const missing =
        'the engine was restarted and forgot its events; what ended while it was away is not told';
      return { since, gap: eventsGap('engine-restart', last, now(), missing), handled: [] };
    }
    const oldest = ring.events[0]?.time ?? 0n;
    const missing = `more happened than the ${ringSize} events that the engine keeps`;
    return oldest > last
      ? { since, gap: eventsGap('ring-overflow', last, oldest, missing), awaited: oldest, handled: [] }
      : { since, gap: eventsGap('ring-overflow', last, now(), missing), handled: [] };
  } catch (error) {
    if (isFuture(error)) return resumeAfterClock(parts, last, now);
    throw error;
  }
};
