import type { Confidence } from './confidence';
import type { Nanos } from './time';

export const actVerbs = ['kill', 'stop', 'remove', 'restart', 'pause', 'rename'] as const;
export type ActVerb = (typeof actVerbs)[number];

/** Something done to a container through the engine: several events (kill, die, stop, destroy) are one act. */
export interface Act {
  readonly id: number;
  readonly container: number;
  /** What the events so far make of it: a kill with a later destroy is a remove. */
  verb: ActVerb;
  readonly at: Nanos;
  /** Time of the newest event that belongs to it. */
  lastAt: Nanos;
  /** Signals sent, in order; empty for pause and rename. */
  signals: readonly number[];
  /** The container's networks had been disconnected shortly before (a GitLab runner's own order). */
  detachedBefore: boolean;
  diedAt: Nanos | null;
  /** Rows of `events` that show it. */
  events: readonly number[];
  /** When it is to be judged (arrival time, not the engine's); null once it is settled for good. */
  dueAt: Nanos | null;
}

export const causes = [
  'exited',
  'own-kill',
  'foreign-kill',
  'runner-teardown',
  'reaper',
  'host',
  'oom',
  'engine',
  'killed-from-inside',
  'unexplained',
] as const;
export type Cause = (typeof causes)[number];

/** One end of a container's main process. */
export interface Death {
  readonly id: number;
  readonly container: number;
  readonly at: Nanos;
  exitCode: number | null;
  signal: number | null;
  oomKilled: boolean;
  cause: Cause;
  confidence: Confidence;
  /** The act that brought it about, when an API call did. */
  act: number | null;
  finding: number | null;
  /** One sentence for the job's report. */
  text: string;
}
