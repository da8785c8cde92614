import type { Nanos } from './time';
import type {
  CallView,
  ContainerDetail,
  ContainerView,
  CoverageView,
  DeathView,
  EventView,
  ExecView,
  FindingDetail,
  FindingView,
  GapView,
  JobView,
  OwnerView,
  Page,
  SharedView,
  StatsView,
  SuppressionView,
  TimelineEntry,
  WindowView,
} from './view';

/** A cursor that no page gave: the caller's mistake. */
export class InvalidCursor extends Error {
  constructor() {
    super('expected the `next` of the page before');
  }
}

export interface PageQuery {
  /** 1 to 500. */
  readonly limit: number;
  /** `next` of the page before. The reader throws InvalidCursor for anything else. */
  readonly cursor?: string | undefined;
  readonly since?: Nanos | undefined;
  readonly until?: Nanos | undefined;
}
export interface FindingQuery extends PageQuery {
  readonly kind?: string | undefined;
  readonly severity?: string | undefined;
  readonly confidence?: string | undefined;
  readonly status?: string | undefined;
  /** Job key, as victim or actor. */
  readonly job?: string | undefined;
  readonly host?: string | undefined;
  /** Words to find in title and resource name. */
  readonly q?: string | undefined;
}
export interface JobQuery extends PageQuery {
  readonly system?: string | undefined;
  readonly state?: 'running' | 'ended' | undefined;
  readonly project?: string | undefined;
  readonly q?: string | undefined;
}
export interface ContainerQuery extends PageQuery {
  readonly job?: string | undefined;
  readonly state?: string | undefined;
  readonly name?: string | undefined;
}
export interface SharedQuery extends PageQuery {
  readonly job?: string | undefined;
  /** Only what containers of two jobs or more used. Volumes only. */
  readonly shared?: boolean | undefined;
}
export interface EventQuery extends PageQuery {
  readonly type?: string | undefined;
  readonly action?: string | undefined;
  readonly job?: string | undefined;
  readonly container?: string | undefined;
}
export interface ExecQuery extends PageQuery {
  /** Key of the job whose process ran it. */
  readonly job?: string | undefined;
  readonly verb?: string | undefined;
  /** A name or id exactly as the command line had it. */
  readonly target?: string | undefined;
}
export interface CallQuery extends PageQuery {
  /** Key of the job whose process made it. */
  readonly job?: string | undefined;
  /** Full id of the container in which that process ran. */
  readonly container?: string | undefined;
  /** As sent, without version and query. */
  readonly path?: string | undefined;
  /** Of the engine's answer. */
  readonly status?: number | undefined;
  /** Of the docker command that asks for the same. */
  readonly verb?: string | undefined;
}
export type StatsBy = 'kind' | 'job' | 'project' | 'name' | 'actor' | 'victim';

/** Everything of one job that its report needs. */
export interface JobFacts {
  readonly job: JobView;
  readonly asVictim: readonly FindingDetail[];
  readonly asActor: readonly FindingDetail[];
  readonly deaths: readonly DeathView[];
  readonly containers: readonly { id: string; name: string; owner: OwnerView }[];
  readonly volumes: readonly { id: string; name: string; owner: OwnerView }[];
  readonly networks: readonly { id: string; name: string; owner: OwnerView }[];
  readonly images: readonly { id: string; name: string; owner: OwnerView }[];
  /** What could be seen all the time it lived, its gaps apart. */
  readonly sight: Pick<CoverageView, 'mode' | 'blindTo'>;
  /** Gaps that overlap the job's life. */
  readonly gaps: readonly GapView[];
}

/** One change for `GET /stream`; `commit` is its event id. */
export type StreamChange =
  | { readonly commit: number; readonly event: 'finding'; readonly data: FindingView }
  | { readonly commit: number; readonly event: 'job'; readonly data: JobView }
  | { readonly commit: number; readonly event: 'coverage'; readonly data: GapView };

export interface Gauges {
  readonly findingsOpen: readonly { kind: string; severity: string; count: number }[];
  readonly jobsRunning: readonly { system: string; count: number }[];
  readonly databaseBytes: number;
}

/** A row that retention removed is told apart from one that never was (410 and 404). */
export type Lookup<T> =
  { readonly found: T } | { readonly movedTo: string } | { readonly gone: true } | undefined;

/** What the API asks of the store. Read-only, on a connection of its own; every list is served by an index. */
export interface Reader {
  findings(query: FindingQuery): Page<FindingView>;
  finding(id: number): Lookup<FindingDetail>;
  jobs(query: JobQuery): Page<JobView>;
  job(key: string): Lookup<JobView>;
  jobFacts(key: string): JobFacts | undefined;
  jobTimeline(key: string, query: PageQuery): Page<TimelineEntry> | undefined;
  window(since: Nanos, until: Nanos): WindowView;
  containers(query: ContainerQuery): Page<ContainerView>;
  /** By full id, unique id prefix or current name. */
  container(reference: string): Lookup<ContainerDetail>;
  volumes(query: SharedQuery): Page<SharedView>;
  volume(name: string): Lookup<SharedView>;
  networks(query: SharedQuery): Page<SharedView>;
  network(id: string): Lookup<SharedView>;
  images(query: SharedQuery): Page<SharedView>;
  image(id: string): Lookup<SharedView>;
  events(query: EventQuery): Page<EventView>;
  event(id: number): Lookup<EventView>;
  execs(query: ExecQuery): Page<ExecView>;
  exec(id: number): Lookup<ExecView>;
  calls(query: CallQuery): Page<CallView>;
  call(id: number): Lookup<CallView>;
  gap(id: number): Lookup<GapView>;
  stats(by: StatsBy, since: Nanos): StatsView;
  suppressions(): readonly SuppressionView[];
  coverage(since?: Nanos, until?: Nanos): CoverageView;
  /** Number of the newest commit: changes whenever anything did (a cache key). */
  commit(): number;
  /**
   * What changed after that commit, oldest first: whole commits, as many as fit into `limit` changes, but at least one.
   * Fewer than `limit` does not mean that there are no more; none does.
   */
  changesAfter(commit: number, limit: number): readonly StreamChange[];
  gauges(): Gauges;
}

export interface NewSuppression {
  readonly kind: string | null;
  readonly job: string | null;
  readonly project: string | null;
  readonly resource: string | null;
  readonly until: Nanos | null;
  readonly reason: string;
}

/** What the API asks the one writer to do. Each resolves after the commit; undefined or false when there is no such thing. */
export interface Writer {
  setFindingStatus(
    id: number,
    status: 'open' | 'acknowledged' | 'resolved',
    note: string | null,
  ): Promise<FindingDetail | undefined>;
  addSuppression(suppression: NewSuppression): Promise<SuppressionView>;
  removeSuppression(id: number): Promise<boolean>;
  backup(file: string): Promise<void>;
}
