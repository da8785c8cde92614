import type { Confidence } from './confidence';
import type { ProcessKey } from './command';
import type { Nanos } from './time';

/** One CI job run. `id` is internal; people see `key`, `<system>:<id>`. */
export interface Job {
  readonly id: number;
  key: string;
  system: string;
  /** Host of its URL, or null: keys are unique per server only. */
  server: string | null;
  project: string | null;
  pipeline: string | null;
  ref: string | null;
  url: string | null;
  runner: string | null;
  slot: string | null;
  state: 'running' | 'ended';
  startedAt: Nanos;
  /** When its last build container ended; set when the grace after that has passed. */
  endedAt: Nanos | null;
  /** Last moment at which something of it was seen running. */
  lastAliveAt: Nanos;
  /** How long after `lastAliveAt` it still counts as running. */
  graceSeconds: number;
  /** A synthetic key that learnt its real id points to the real job. */
  aliasOf: number | null;
  /** Of a job whose steps are processes of the host: the topmost one with its variables, whose end is the job's; null when it has ended. */
  root: ProcessKey | null;
}

/**
 * Who a resource belongs to: a job, or a system actor (`gitlab-runner`, `reaper`), or nobody known.
 * `level` is the strength of the evidence that decided, 1 (the create call was seen) to 8 (the only job alive); 0 for none.
 */
export interface Owner {
  readonly job: number | null;
  readonly system: string | null;
  readonly confidence: Confidence | null;
  readonly because: readonly string[];
  readonly level: number;
}

export const nobody: Owner = { job: null, system: null, confidence: null, because: [], level: 0 };
