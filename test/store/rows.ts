import {
  type Act,
  type Changes,
  type Container,
  type Death,
  type EngineEvent,
  type EventRow,
  type Exec,
  type Finding,
  type GapRow,
  type Job,
  type MountUse,
  type Nanos,
  nobody,
  type Owner,
  type Party,
  SECOND,
  type SourceState,
  type Volume,
} from '../../src/domain';
import { noChanges } from '../../src/world/changes';

export const noon: Nanos = 1_795_521_600_000_000_000n;
/** That many seconds after noon, with digits that a double would lose. */
export const at = (seconds: number): Nanos => noon + BigInt(seconds) * SECOND + 1n;

export const engineId = (number: number): string => number.toString(16).padStart(8, '0').repeat(8);
export const owned = (job: number | null): Owner =>
  job === null ? nobody : { job, system: null, confidence: 'certain', because: ['label'], level: 2 };

export const job = (id: number, some: Partial<Job> = {}): Job => ({
  id,
  key: `gitlab:${id}`,
  system: 'gitlab',
  server: null,
  project: 'shop',
  pipeline: null,
  ref: 'main',
  url: null,
  runner: null,
  slot: null,
  state: 'running',
  startedAt: at(0),
  endedAt: null,
  lastAliveAt: at(0),
  graceSeconds: 60,
  aliasOf: null,
  root: null,
  ...some,
});

export const container = (id: number, some: Partial<Container> = {}): Container => ({
  id,
  engineId: engineId(id),
  name: `c${id}`,
  labels: {},
  owner: nobody,
  createdAt: at(id),
  removedAt: null,
  image: 'busybox',
  imageId: 'sha256:aa',
  env: {},
  preset: null,
  part: null,
  systemActor: null,
  status: 'running',
  startedAt: at(id),
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  pid: null,
  exit: null,
  error: '',
  mounts: [],
  networks: [],
  detachedAt: null,
  ports: [],
  refersTo: [],
  autoRemove: false,
  imitated: [],
  inspected: true,
  ...some,
});

export const volume = (id: number, name: string, some: Partial<Volume> = {}): Volume => ({
  id,
  engineId: name,
  name,
  labels: {},
  owner: nobody,
  createdAt: at(0),
  removedAt: null,
  driver: 'local',
  creator: null,
  ...some,
});

export const mountUse = (
  id: number,
  container: number,
  source: string,
  some: Partial<MountUse> = {},
): MountUse => ({
  id,
  container,
  kind: 'volume',
  source,
  destination: '/data',
  readOnly: false,
  from: at(id),
  to: null,
  ...some,
});

export const event = (
  id: number,
  some: Partial<EngineEvent> = {},
  row: Partial<EventRow> = {},
): EventRow => ({
  id,
  event: { time: at(id), type: 'container', action: 'start', id: engineId(1), labels: {}, ...some },
  resource: null,
  other: null,
  job: null,
  ...row,
});

export const act = (id: number, container: number, some: Partial<Act> = {}): Act => ({
  id,
  container,
  verb: 'kill',
  at: at(id),
  lastAt: at(id),
  signals: [9],
  detachedBefore: false,
  diedAt: null,
  events: [],
  dueAt: null,
  ...some,
});

export const death = (id: number, container: number, some: Partial<Death> = {}): Death => ({
  id,
  container,
  at: at(id),
  exitCode: 137,
  signal: 9,
  oomKilled: false,
  cause: 'foreign-kill',
  confidence: 'likely',
  act: null,
  finding: null,
  text: 'web was killed from outside',
  ...some,
});

export const party = (job: number | null, system: string | null = null): Party => ({
  job,
  system,
  container: null,
  confidence: 'likely',
  because: [],
});

export const finding = (id: number, some: Partial<Finding> = {}): Finding => ({
  id,
  kind: 'foreign-kill',
  variant: 'kill',
  severity: 'critical',
  confidence: 'likely',
  status: 'open',
  title: `container c${id} was killed`,
  summary: '',
  advice: '',
  victims: [party(1)],
  actors: [],
  resource: { type: 'container', id: engineId(id), name: `c${id}` },
  affected: [],
  evidence: [{ at: at(id), source: 'event', text: 'kill', ref: `event:${id}` }],
  act: null,
  settled: true,
  subject: `act:${id}`,
  fingerprint: `f${id}`,
  firstSeenAt: at(id),
  lastSeenAt: at(id),
  count: 1,
  revision: 1,
  note: null,
  ...some,
});

export const gap = (id: number, some: Partial<GapRow> = {}): GapRow => ({
  id,
  source: 'events',
  from: at(0),
  to: at(10),
  reason: 'stream-break',
  missing: 'unknown',
  ...some,
});

export const exec = (id: number, some: Partial<Exec> = {}): Exec => ({
  id,
  key: `boot:${id}`,
  call: null,
  at: at(id),
  endAt: null,
  code: null,
  signal: null,
  verb: 'rm',
  targets: [],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: false,
  autoRemove: false,
  engine: 'this',
  pid: 100 + id,
  start: 1_000 + id,
  uid: 0,
  exe: '/usr/bin/docker',
  containerId: null,
  job: null,
  olderThanJob: false,
  made: null,
  ...some,
});

export const source = (since: Nanos, some: Partial<SourceState> = {}): SourceState => ({
  source: 'execs',
  state: 'on',
  since,
  reason: null,
  lost: 0,
  witness: null,
  ...some,
});

interface Some {
  readonly clock?: Nanos;
  readonly jobs?: Job[];
  readonly containers?: Container[];
  readonly volumes?: Volume[];
  readonly mountUses?: MountUse[];
  readonly acts?: Act[];
  readonly deaths?: Death[];
  readonly findings?: Finding[];
  readonly execs?: Exec[];
  readonly sources?: SourceState[];
  readonly gaps?: GapRow[];
  readonly events?: EventRow[];
}

export const changes = ({ clock = at(0), gaps = [], events = [], ...sets }: Some): Changes => {
  const lastEventTime = events.reduce((last, row) => (row.event.time > last ? row.event.time : last), 0n);
  const made = { ...noChanges(clock, lastEventTime), gaps, events };
  for (const [name, rows] of Object.entries(sets)) Object.assign(made, { [name]: new Set<unknown>(rows) });
  return made;
};
