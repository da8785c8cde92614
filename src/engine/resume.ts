import { type Gap, type Nanos, SECOND } from '../domain';
import { EngineRefused } from './errors';
import { replay, type StreamParts } from './stream';

/** The engine remembers exactly so many events (measured on 20.10 to 28.5). */
const ringSize = 256;

/** Events of parallel calls were measured up to 5 ms out of order; a second is plenty. */
export const resumeMargin: Nanos = SECOND;

/** The engine calls this `since` the future: its clock was set back. */
export const isFuture = (error: unknown): boolean => error instanceof EngineRefused && error.status === 400;

/**
 * Whether a stream that is resumed after the event at `last` will be complete: that event must still be in the
 * engine's memory. If it is not, the gap that follows.
 */
export const judgeResume = async (
  parts: StreamParts,
  last: Nanos | undefined,
  brokenAt: Nanos | null,
  now: () => Nanos,
): Promise<Gap | undefined> => {
  const gap = (reason: Gap['reason'], missing: string, to = now()): Gap => {
    return { source: 'events', from: last ?? brokenAt, to, reason, missing };
  };
  if (last === undefined)
    return gap('stream-break', 'no event had come before, so nothing shows whether the engine was restarted');
  const until = last > now() ? last : now();
  try {
    const tail = await replay(parts, last - resumeMargin, until);
    if (tail.events.some(({ time }) => time === last)) return undefined;
    const ring = await replay(parts, 0n, until);
    if (ring.events.some(({ time }) => time === last)) return undefined;
    const oldest = ring.events[0]?.time;
    if (ring.lines < ringSize || oldest === undefined)
      return gap(
        'engine-restart',
        'the engine was restarted and forgot its events; what ended while it was away is not told',
      );
    return gap(
      'ring-overflow',
      `the engine keeps ${ringSize} events, and more than that happened`,
      oldest > last ? oldest : now(),
    );
  } catch (error) {
    if (isFuture(error)) return clockGap(last, now());
    throw error;
  }
};

export const clockGap = (one: Nanos, other: Nanos): Gap => ({
  source: 'events',
  from: one < other ? one : other,
  to: one < other ? other : one,
  reason: 'clock',
  missing: "the engine's clock was set back: times before and after do not compare",
});
