import type { Confidence } from './confidence';
import type { ResourceRef } from './resource';
import type { Nanos } from './time';

export type Severity = 'critical' | 'warning' | 'info';
export type FindingStatus = 'open' | 'acknowledged' | 'resolved' | 'suppressed' | 'withdrawn';

/** A victim or an actor. `job` is an internal job id; without one, `system` names who it was (`host`, `gitlab-runner`). */
export interface Party {
  readonly job: number | null;
  readonly system: string | null;
  /** Name of the container through which it was hurt or acted. */
  readonly container: string | null;
  readonly confidence: Confidence;
  readonly because: readonly string[];
}

export interface Evidence {
  readonly at: Nanos;
  readonly source: 'event' | 'call' | 'exec' | 'inspect' | 'scan' | 'gap';
  readonly text: string;
  /** `event:812`, `inspect:<container id>` …; null where no row stands behind it. */
  readonly ref: string | null;
}

/** What a detector proposes; the pipeline gives it identity, count and status. */
export interface Verdict {
  readonly kind: string;
  readonly variant: string | null;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly title: string;
  readonly summary: string;
  readonly advice: string;
  /** One party, or two for symmetric kinds. */
  readonly victims: readonly Party[];
  /** None or one; never one that is only possible. */
  readonly actors: readonly Party[];
  readonly resource: ResourceRef;
  /** Everything the act hurt, at most 500; `resource` is the first. */
  readonly affected: readonly ResourceRef[];
  readonly evidence: readonly Evidence[];
  /** Findings of one act (one command, or one one-second window) share it. */
  readonly act: number | null;
  readonly at: Nanos;
  readonly settled: boolean;
}

export interface Finding extends Omit<Verdict, 'at'> {
  readonly id: number;
  /** What was judged, for example `act:12` or `volume:cache`: judged again, the finding keeps its id. */
  subject: string;
  status: FindingStatus;
  /** kind, variant, parties, resource name: the same again raises `count`. */
  fingerprint: string;
  firstSeenAt: Nanos;
  lastSeenAt: Nanos;
  count: number;
  revision: number;
  /** Why it was resolved, suppressed or withdrawn; or a person's note. */
  note: string | null;
}

export interface Suppression {
  readonly id: number;
  readonly kind: string | null;
  /** Patterns with `*`: job key or project, and resource name. */
  readonly job: string | null;
  readonly project: string | null;
  readonly resource: string | null;
  readonly until: Nanos | null;
  readonly reason: string;
  readonly createdAt: Nanos;
}
