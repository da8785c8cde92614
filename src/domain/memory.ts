import type { Act, Death } from './act';
import type { Gap, SourceState } from './coverage';
import type { EngineEvent, EngineInfo } from './engine';
import type { Call, Effect, Exec } from './exec';
import type { Finding, Suppression } from './finding';
import type { Job } from './job';
import type { Container, Image, MountUse, NameUse, Network, Volume } from './resource';
import { HOUR, type Nanos } from './time';

/** How far back the core remembers what is gone: names, uses of volumes, removed resources, ended jobs. */
export const memoryHours = 24;

/** How long the core remembers a command that has ended: what it did follows within seconds. */
export const execMemory: Nanos = HOUR;

/** Highest ids given so far; the core numbers what it makes, so that a replay numbers it the same. */
export interface LastIds {
  event: number;
  resource: number;
  job: number;
  nameUse: number;
  mountUse: number;
  act: number;
  death: number;
  finding: number;
  gap: number;
  exec: number;
  call: number;
}

/**
 * What the core knew after its last commit, as the store gives it back at start: everything that exists, jobs that run
 * or are referred to, and of what is gone the last `memoryHours` before `clock`.
 */
export interface Memory {
  /** Time of the newest observation handled; 0n for an empty database. */
  readonly clock: Nanos;
  /** Engine time of the newest event handled; 0n when none was. The stream resumes here. */
  readonly lastEventTime: Nanos;
  /** Identities (see `eventIdentity`) of events within `identityWindow` before `lastEventTime`: a resumed stream repeats them. */
  readonly recentEvents: readonly string[];
  readonly lastIds: LastIds;
  readonly engine: EngineInfo | null;
  readonly jobs: readonly Job[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly networks: readonly Network[];
  readonly images: readonly Image[];
  readonly nameUses: readonly NameUse[];
  readonly mountUses: readonly MountUse[];
  readonly acts: readonly Act[];
  /** Deaths of the containers above that are younger than `memoryHours`. */
  readonly deaths: readonly Death[];
  /** Not resolved and not withdrawn; with their evidence. */
  readonly findings: readonly Finding[];
  readonly suppressions: readonly Suppression[];
  /** Of the last `memoryHours`. */
  readonly gaps: readonly GapRow[];
  /** Commands that have not ended, or ended less than `execMemory` before `clock`. */
  readonly execs: readonly Exec[];
  /** Calls in the same way; of those that ask for nothing a command asks for, only what has not ended. */
  readonly calls: readonly Call[];
  /** Events of the last minutes, and since the oldest command that still runs, that commands may have brought about. */
  readonly effects: readonly Effect[];
  /** What each source of sight is now; none for one that never told. */
  readonly sources: readonly SourceState[];
}

export interface EventRow {
  readonly id: number;
  readonly event: EngineEvent;
  /** Internal ids of the resource acted on, and of the container that a network or volume event speaks of. */
  readonly resource: number | null;
  readonly other: number | null;
  /** The owner's job as known when it was handled. */
  readonly job: number | null;
}

export interface GapRow extends Gap {
  readonly id: number;
}

/** Everything one batch changed; the store writes it in one transaction. Objects are rows to insert or replace whole. */
export interface Changes {
  clock: Nanos;
  lastEventTime: Nanos;
  engine: EngineInfo | null;
  events: EventRow[];
  jobs: Set<Job>;
  containers: Set<Container>;
  volumes: Set<Volume>;
  networks: Set<Network>;
  images: Set<Image>;
  nameUses: Set<NameUse>;
  mountUses: Set<MountUse>;
  acts: Set<Act>;
  deaths: Set<Death>;
  /** With all the evidence each has now: the first and the newest 50. */
  findings: Set<Finding>;
  gaps: GapRow[];
  execs: Set<Exec>;
  calls: Set<Call>;
  /** A state with another `since` than the one before follows it; with the same, it replaces it. */
  sources: Set<SourceState>;
  /** Counters for metrics: what was malformed or of an unknown kind. */
  malformed: number;
  unknownKinds: number;
}

/** What the pipeline asks of the store. */
export interface Recorder {
  load(): Memory;
  /** One transaction; throws when it could not commit, and then nothing of it is stored. */
  save(changes: Changes): void;
}

/** Resumed streams overlap by this much: parallel events were measured up to 5 ms out of order. */
export const identityWindow: Nanos = 2_000_000_000n;

export const eventIdentity = (event: EngineEvent): string =>
  `${event.time} ${event.type} ${event.action} ${event.id}`;
