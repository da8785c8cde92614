/**
 * The forms that people and programs get: REST, `--json`, reports. Times are RFC 3339 strings, jobs are job keys.
 */
import type { ActVerb, Cause } from './act';
import type { CallChange, CallRef } from './call';
import type { Confidence } from './confidence';
import type { GapReason, Mode, SourceState } from './coverage';
import type { Exec } from './exec';
import type { FindingStatus, Severity } from './finding';
import type { ResourceRef } from './resource';

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back as `cursor` for the next page; null at the end. */
  readonly next: string | null;
}

export interface PartyView {
  readonly job: string | null;
  readonly system: string | null;
  readonly container: string | null;
  readonly confidence: Confidence;
  readonly because: readonly string[];
}

export interface FindingView {
  readonly id: number;
  readonly kind: string;
  readonly variant: string | null;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly status: FindingStatus;
  readonly title: string;
  readonly summary: string;
  readonly advice: string;
  readonly host: string;
  readonly victims: readonly PartyView[];
  readonly actors: readonly PartyView[];
  readonly resource: ResourceRef;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly count: number;
  readonly act: number | null;
  readonly settled: boolean;
  readonly revision: number;
  readonly note: string | null;
  readonly fingerprint: string;
}

export interface EvidenceView {
  readonly at: string;
  readonly source: string;
  readonly text: string;
  readonly ref: string | null;
}

export interface FindingDetail extends FindingView {
  readonly affected: readonly ResourceRef[];
  readonly evidence: readonly EvidenceView[];
}

export interface JobView {
  readonly key: string;
  readonly system: string;
  readonly server: string | null;
  readonly project: string | null;
  readonly pipeline: string | null;
  readonly ref: string | null;
  readonly url: string | null;
  readonly runner: string | null;
  readonly slot: string | null;
  readonly state: 'running' | 'ended';
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export interface OwnerView {
  readonly job: string | null;
  readonly system: string | null;
  readonly confidence: Confidence | null;
  readonly because: readonly string[];
}

export interface MountView {
  readonly type: string;
  readonly name: string | null;
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

export interface DeathView {
  readonly container: { readonly id: string; readonly name: string };
  readonly at: string;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly oomKilled: boolean;
  readonly cause: Cause;
  readonly confidence: Confidence;
  readonly finding: number | null;
  readonly text: string;
}

export interface ContainerView {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: string;
  readonly part: string | null;
  readonly owner: OwnerView;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly removedAt: string | null;
  readonly exitCode: number | null;
}

export interface ContainerDetail extends ContainerView {
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly MountView[];
  readonly networks: readonly string[];
  readonly ports: readonly { hostIp: string; hostPort: number; containerPort: number; protocol: string }[];
  readonly deaths: readonly DeathView[];
}

/** A volume, network or image; `users` are the jobs that use or used it, as far as remembered. */
export interface SharedView {
  readonly id: string;
  readonly name: string;
  readonly owner: OwnerView;
  readonly createdAt: string;
  readonly removedAt: string | null;
  readonly users: readonly {
    readonly job: string | null;
    readonly container: string;
    readonly readOnly: boolean;
    readonly from: string;
    readonly to: string | null;
  }[];
}

/** "Raw" in page and API: what is kept of an engine event. */
export interface EventView {
  readonly id: number;
  readonly at: string;
  readonly type: string;
  readonly action: string;
  readonly resource: { readonly id: string; readonly name: string | null } | null;
  readonly container: string | null;
  readonly job: string | null;
  readonly image: string | null;
  readonly signal: number | null;
  readonly exitCode: number | null;
  readonly detail: Readonly<Record<string, string>>;
}

/** A docker command that was seen being executed. */
export interface ExecView {
  readonly id: number;
  readonly at: string;
  /** Null while it runs, and when its end was not seen. */
  readonly endedAt: string | null;
  readonly code: number | null;
  readonly signal: number | null;
  readonly verb: string;
  readonly targets: readonly string[];
  readonly truncated: boolean;
  readonly name: string | null;
  readonly image: string | null;
  readonly tags: readonly string[];
  readonly project: string | null;
  readonly filters: readonly string[];
  readonly force: boolean;
  readonly engine: Exec['engine'];
  readonly process: { readonly pid: number; readonly uid: number; readonly exe: string };
  /** The container in which it ran; its name is null when that container is not known. */
  readonly container: { readonly id: string; readonly name: string | null } | null;
  readonly job: string | null;
}

/** A request that passed the audit socket. */
export interface CallView {
  readonly id: number;
  readonly at: string;
  /** Null until its answer is over, and when that was not seen. */
  readonly endedAt: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Of the engine's answer; null when none came. */
  readonly status: number | null;
  /** The engine's words for why not. */
  readonly message: string | null;
  readonly created: readonly string[];
  readonly refs: readonly CallRef[];
  /** The docker command that asks for the same; null for what changes nothing, and for what is not understood. */
  readonly verb: string | null;
  /** What the audit socket changed in the request. */
  readonly changed: readonly CallChange[];
  readonly userAgent: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly aborted: 'client' | 'engine' | null;
  /** `exe` is empty when the process was gone too soon. */
  readonly process: { readonly pid: number; readonly uid: number; readonly exe: string };
  /** False: the kernel told pid and uid, but who that is could not be read any more. */
  readonly callerKnown: boolean;
  /** The container in which the process ran; its name is null when that container is not known. */
  readonly container: { readonly id: string; readonly name: string | null } | null;
  readonly job: string | null;
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: 'event' | 'act' | 'death' | 'finding' | 'exec' | 'call' | 'job' | 'gap';
  readonly text: string;
  readonly ref: string | null;
}

export interface ActView {
  readonly id: number;
  readonly verb: ActVerb;
  readonly at: string;
  readonly container: { readonly id: string; readonly name: string };
  readonly job: string | null;
}

/** `GET /timeline`: jobs, containers and acts of a window in one answer. */
export interface WindowView {
  readonly since: string;
  readonly until: string;
  readonly jobs: readonly JobView[];
  readonly containers: readonly ContainerView[];
  readonly acts: readonly ActView[];
  readonly findings: readonly FindingView[];
}

export interface GapView {
  readonly id: number;
  readonly source: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: GapReason;
  readonly missing: string;
  readonly jobs: readonly string[];
}

export interface SourceView {
  readonly state: SourceState['state'];
  readonly since: string | null;
  readonly reason: string | null;
  readonly lost: number;
}

export interface CoverageView {
  readonly mode: Mode;
  readonly since: string | null;
  readonly host: string;
  readonly engine: { readonly version: string; readonly apiVersion: string } | null;
  readonly sources: { readonly events: SourceView; readonly execs: SourceView; readonly calls: SourceView };
  readonly blindTo: readonly string[];
  readonly gaps: readonly GapView[];
}

export type ReportVerdict = 'interfered' | 'interfering' | 'both' | 'clean' | 'unknown';

export interface ReportView {
  readonly job: JobView;
  readonly verdict: ReportVerdict;
  readonly summary: string;
  readonly interferedBy: readonly FindingView[];
  readonly interfering: readonly FindingView[];
  readonly deaths: readonly DeathView[];
  readonly resources: {
    readonly containers: readonly { id: string; name: string; owner: OwnerView }[];
    readonly volumes: readonly { id: string; name: string; owner: OwnerView }[];
    readonly networks: readonly { id: string; name: string; owner: OwnerView }[];
    readonly images: readonly { id: string; name: string; owner: OwnerView }[];
  };
  readonly coverage: {
    readonly mode: Mode;
    readonly complete: boolean;
    readonly blindTo: readonly string[];
    readonly gaps: readonly GapView[];
  };
  readonly advice: readonly string[];
  readonly retryable: boolean | null;
}

export interface SuppressionView {
  readonly id: number;
  readonly kind: string | null;
  readonly job: string | null;
  readonly project: string | null;
  readonly resource: string | null;
  readonly until: string | null;
  readonly reason: string;
  readonly createdAt: string;
}

export interface StatRow {
  readonly name: string;
  readonly findings: number;
  readonly asVictim: number;
  readonly asActor: number;
  /** From a victim's start to its hurt, summed: an upper bound. */
  readonly minutesLost: number;
}

export interface StatsView {
  readonly by: string;
  readonly since: string;
  readonly items: readonly StatRow[];
  /** Findings per day of the window, oldest first. */
  readonly overTime: readonly { readonly day: string; readonly findings: number }[];
}
