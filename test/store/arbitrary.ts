import fc from 'fast-check';
import {
  type Call,
  type Act,
  causes,
  type Changes,
  type Container,
  type Death,
  type EventRow,
  type Evidence,
  type Exec,
  execMemory,
  type Finding,
  type GapRow,
  gapReasons,
  HOUR,
  type Image,
  type Job,
  type MountUse,
  type NameUse,
  type Network,
  type Owner,
  type Party,
  type SourceState,
  type Volume,
} from '../../src/domain';

export const clock = 1_795_552_185_381_754_401n;

/** What containers can choose: quotes, NUL, emoji, right-to-left marks, SQL, anything well-formed. */
const hostile = fc.constantFrom(
  '',
  "'; DROP TABLE events; --",
  'a\0b',
  '\0',
  '👩‍👩‍👧\u202e"\\\n\r\t\u001b[31m',
  '\\ud800',
  '%_*?',
  '__proto__',
  'NaN',
  '007',
  '{"a":1}',
);
const words = fc.oneof(
  hostile,
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
/** Within the day that is remembered; odd digits, which a double would lose. */
const recent = fc.bigInt(clock - 23n * HOUR, clock);
const names = fc.array(words, { maxLength: 3 });
const dictionary = fc.dictionary(words, words, { maxKeys: 4, noNullPrototype: true });
const small = fc.integer({ min: 0, max: 400 });
const confidence = fc.constantFrom('certain', 'likely', 'possible');

/** One job and one container, which everything refers to, so that all of it is remembered. */
export const theJob = 7;
export const theContainer = 900;

const owner: fc.Arbitrary<Owner> = fc.record({
  job: fc.constantFrom(theJob, null),
  system: orNull(words),
  confidence: orNull(confidence),
  because: names,
  level: fc.integer({ min: 0, max: 8 }),
});
const known = (id: number) => ({
  id: fc.constant(id),
  engineId: words,
  name: words,
  labels: dictionary,
  owner,
  createdAt: recent,
  removedAt: orNull(recent),
});

const job: fc.Arbitrary<Job> = fc.record({
  id: fc.constant(theJob),
  key: words,
  system: words,
  server: orNull(words),
  project: orNull(words),
  pipeline: orNull(words),
  ref: orNull(words),
  url: orNull(words),
  runner: orNull(words),
  slot: orNull(words),
  state: fc.constantFrom('running', 'ended'),
  startedAt: recent,
  endedAt: recent,
  lastAliveAt: recent,
  graceSeconds: small,
  aliasOf: fc.constant(null),
  root: orNull(fc.record({ pid: fc.integer({ min: 1, max: 4_194_304 }), start: fc.maxSafeNat() })),
});

const container: fc.Arbitrary<Container> = fc.record({
  ...known(theContainer),
  image: words,
  imageId: orNull(words),
  env: dictionary,
  preset: orNull(words),
  part: orNull(words),
  systemActor: orNull(words),
  status: fc.constantFrom('created', 'running', 'paused', 'exited', 'dead'),
  startedAt: orNull(recent),
  finishedAt: orNull(recent),
  exitCode: orNull(small),
  oomKilled: fc.boolean(),
  pid: orNull(small),
  exit: orNull(fc.record({ at: recent, signal: orNull(small) })),
  error: words,
  mounts: fc.array(
    fc.record(
      {
        type: fc.constantFrom('volume', 'bind', 'tmpfs', 'other'),
        name: words,
        source: words,
        destination: words,
        readOnly: fc.boolean(),
      },
      { requiredKeys: ['type', 'source', 'destination', 'readOnly'], noNullPrototype: true },
    ),
    { maxLength: 3 },
  ),
  networks: names,
  detachedAt: orNull(recent),
  ports: fc.array(fc.record({ hostIp: words, hostPort: small, containerPort: small, protocol: words }), {
    maxLength: 2,
  }),
  refersTo: names,
  autoRemove: fc.boolean(),
  imitated: names,
  inspected: fc.boolean(),
});

const volume: fc.Arbitrary<Volume> = fc.record({
  ...known(901),
  driver: words,
  creator: fc.constantFrom(theJob, null),
});
const network: fc.Arbitrary<Network> = fc.record({ ...known(902), driver: words });
const image: fc.Arbitrary<Image> = fc.record({ ...known(903), tags: names });
const nameUse: fc.Arbitrary<NameUse> = fc.record({
  id: fc.constant(1),
  type: fc.constantFrom('container', 'network', 'tag'),
  name: words,
  resource: fc.constant(theContainer),
  job: fc.constantFrom(theJob, null),
  from: recent,
  to: orNull(recent),
});
const mountUse: fc.Arbitrary<MountUse> = fc.record({
  id: fc.constant(2),
  container: fc.constant(theContainer),
  kind: fc.constantFrom('volume', 'path'),
  source: words,
  destination: words,
  readOnly: fc.boolean(),
  from: recent,
  to: orNull(recent),
});
const act: fc.Arbitrary<Act> = fc.record({
  id: fc.constant(3),
  container: fc.constant(theContainer),
  verb: fc.constantFrom('kill', 'stop', 'remove', 'restart', 'pause', 'rename'),
  at: recent,
  lastAt: recent,
  signals: fc.array(small, { maxLength: 3 }),
  detachedBefore: fc.boolean(),
  diedAt: orNull(recent),
  events: fc.array(small, { maxLength: 3 }),
  dueAt: orNull(recent),
});
const death: fc.Arbitrary<Death> = fc.record({
  id: fc.constant(4),
  container: fc.constant(theContainer),
  at: recent,
  exitCode: orNull(small),
  signal: orNull(small),
  oomKilled: fc.boolean(),
  cause: fc.constantFrom(...causes),
  confidence,
  act: orNull(small),
  finding: orNull(small),
  text: words,
});
const party: fc.Arbitrary<Party> = fc.record({
  job: fc.constantFrom(theJob, null),
  system: orNull(words),
  container: orNull(words),
  confidence,
  because: names,
});
const evidence: fc.Arbitrary<Evidence> = fc.record({
  at: recent,
  source: fc.constantFrom('event', 'call', 'exec', 'inspect', 'scan', 'gap'),
  text: words,
  ref: orNull(words),
});
const ref = fc.record({
  type: fc.constantFrom('container', 'volume', 'network', 'image', 'path', 'port', 'job'),
  id: words,
  name: words,
});
const finding: fc.Arbitrary<Finding> = fc.record({
  id: fc.constant(5),
  kind: words,
  variant: orNull(words),
  severity: fc.constantFrom('critical', 'warning', 'info'),
  confidence,
  status: fc.constantFrom('open', 'acknowledged', 'suppressed'),
  title: words,
  summary: words,
  advice: words,
  victims: fc.array(party, { minLength: 1, maxLength: 2 }),
  actors: fc.array(party, { maxLength: 1 }),
  resource: ref,
  affected: fc.array(ref, { maxLength: 3 }),
  evidence: fc.array(evidence, { maxLength: 5 }),
  act: orNull(small),
  settled: fc.boolean(),
  subject: words,
  fingerprint: words,
  firstSeenAt: recent,
  lastSeenAt: recent,
  count: small,
  revision: small,
  note: orNull(words),
});
const gap: fc.Arbitrary<GapRow> = fc.record({
  id: fc.constant(6),
  source: fc.constantFrom('events', 'execs', 'calls'),
  from: orNull(recent),
  to: recent,
  reason: fc.constantFrom(...gapReasons),
  missing: words,
});
const exec: fc.Arbitrary<Exec> = fc.record({
  id: fc.constant(9),
  key: fc.constant('boot:9'),
  call: fc.constant(null),
  at: recent,
  endAt: orNull(fc.bigInt(clock - execMemory, clock)),
  code: orNull(small),
  signal: orNull(small),
  verb: words,
  targets: names,
  truncated: fc.boolean(),
  name: orNull(words),
  image: orNull(words),
  tags: names,
  project: orNull(words),
  filters: names,
  force: fc.boolean(),
  autoRemove: fc.boolean(),
  engine: fc.constantFrom('this', 'other', 'unknown'),
  pid: small,
  start: fc.maxSafeNat(),
  uid: fc.constantFrom(0, 4_294_967_295),
  exe: words,
  containerId: orNull(words),
  job: fc.constantFrom(theJob, null),
  olderThanJob: fc.boolean(),
  made: orNull(small),
});
const call: fc.Arbitrary<Call> = fc
  .record({
    command: exec,
    call: fc.record({
      method: words,
      path: words,
      query: words,
      userAgent: orNull(words),
      refs: fc.array(
        fc.record({ type: fc.constantFrom('container', 'volume', 'network', 'image', 'exec'), ref: words }),
      ),
      changed: fc.subarray(['labelCreated', 'rewriteSocketMounts'] as const),
      callerKnown: fc.boolean(),
      status: orNull(small),
      created: names,
      message: orNull(words),
      bytesIn: fc.maxSafeNat(),
      bytesOut: fc.maxSafeNat(),
      aborted: orNull(fc.constantFrom('client', 'engine')),
    }),
  })
  .map(({ command, call: detail }) => ({
    ...command,
    id: 10,
    key: 'boot:c10',
    verb: command.verb || 'rm',
    call: detail,
  }));
const source: fc.Arbitrary<SourceState> = fc.record({
  source: fc.constant('execs'),
  state: fc.constantFrom('on', 'off', 'degraded'),
  since: recent,
  reason: orNull(words),
  lost: fc.maxSafeNat(),
  witness: orNull(words),
});
const event: fc.Arbitrary<EventRow> = fc.record({
  id: fc.constant(8),
  event: fc.record(
    {
      time: fc.constant(clock),
      type: words,
      action: words,
      id: words,
      name: words,
      oldName: words,
      image: words,
      signal: small,
      exitCode: small,
      execId: words,
      labels: dictionary,
      container: words,
      destination: words,
      readOnly: fc.boolean(),
      imitated: names,
    },
    { requiredKeys: ['time', 'type', 'action', 'id', 'labels'], noNullPrototype: true },
  ),
  resource: fc.constant(null),
  other: fc.constant(null),
  job: fc.constantFrom(theJob, null),
});
const one = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Set<T>> => value.map((each) => new Set([each]));

/** One of everything, related. */
export const changes: fc.Arbitrary<Changes> = fc.record({
  clock: fc.constant(clock),
  lastEventTime: fc.constant(clock),
  engine: orNull(
    fc.record({ name: words, version: words, apiVersion: words, kind: fc.constantFrom('docker', 'podman') }),
  ),
  events: event.map((each) => [each]),
  jobs: one(job),
  containers: one(container),
  volumes: one(volume),
  networks: one(network),
  images: one(image),
  nameUses: one(nameUse),
  mountUses: one(mountUse),
  acts: one(act),
  deaths: one(death),
  findings: one(finding),
  gaps: gap.map((each) => [each]),
  execs: one(exec),
  calls: one(call),
  sources: one(source),
  malformed: small,
  unknownKinds: small,
});
