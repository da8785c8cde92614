import { join } from 'node:path';
import type { Nanos, Observation } from '../domain';
import type { Keep } from '../engine';
import { endingAt, readRecording } from '../recording';

const badDay = join(__dirname, '../../dashboards/demo/bad-day.jsonl');

/** The recorded bad day, moved in time so that its last event is now. */
export const demoObservations = (keep: Keep, now: Nanos): AsyncIterable<Observation> =>
  endingAt(() => readRecording(badDay, { keep }), now);
