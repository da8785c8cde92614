import { type StaticDecode, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type Nanos, type Observation, gapReasons } from '../domain';
import { callBegin, callEnd, execBegin, execEnd, nanos, processExit, sourceState } from '../link';

const texts = Type.Record(Type.String(), Type.String());
const engine = Type.Object({
  name: Type.String(),
  version: Type.String(),
  apiVersion: Type.String(),
  kind: Type.Union([Type.Literal('docker'), Type.Literal('podman')]),
});

const container = Type.Object({
  id: Type.String(),
  name: Type.String(),
  image: Type.String(),
  imageId: Type.Optional(Type.String()),
  labels: texts,
  status: Type.Union([
    Type.Literal('created'),
    Type.Literal('running'),
    Type.Literal('paused'),
    Type.Literal('restarting'),
    Type.Literal('removing'),
    Type.Literal('exited'),
    Type.Literal('dead'),
  ]),
  createdAt: Type.Optional(nanos),
  mounts: Type.Array(
    Type.Object({
      type: Type.Union([
        Type.Literal('volume'),
        Type.Literal('bind'),
        Type.Literal('tmpfs'),
        Type.Literal('other'),
      ]),
      name: Type.Optional(Type.String()),
      source: Type.String(),
      destination: Type.String(),
      readOnly: Type.Boolean(),
    }),
  ),
  networks: Type.Array(Type.String()),
  imitated: Type.Optional(Type.Array(Type.String())),
  ports: Type.Array(
    Type.Object({
      hostIp: Type.String(),
      hostPort: Type.Number(),
      containerPort: Type.Number(),
      protocol: Type.String(),
    }),
  ),
  details: Type.Optional(
    Type.Object({
      env: texts,
      startedAt: Type.Optional(nanos),
      finishedAt: Type.Optional(nanos),
      exitCode: Type.Optional(Type.Number()),
      oomKilled: Type.Boolean(),
      error: Type.String(),
      restartCount: Type.Number(),
      pid: Type.Optional(Type.Number()),
      autoRemove: Type.Boolean(),
      restartPolicy: Type.String(),
      cgroupParent: Type.String(),
      privileged: Type.Boolean(),
      refersTo: Type.Array(Type.String()),
    }),
  ),
});
const volume = Type.Object({
  name: Type.String(),
  driver: Type.String(),
  labels: texts,
  createdAt: Type.Optional(nanos),
  mountpoint: Type.String(),
});
const network = Type.Object({
  id: Type.String(),
  name: Type.String(),
  driver: Type.String(),
  labels: texts,
  createdAt: Type.Optional(nanos),
});
const image = Type.Object({
  id: Type.String(),
  tags: Type.Array(Type.String()),
  labels: texts,
  createdAt: Type.Optional(nanos),
});

const inspection = Type.Union([
  Type.Object({ type: Type.Literal('container'), found: container }),
  Type.Object({ type: Type.Literal('volume'), found: volume }),
  Type.Object({ type: Type.Literal('network'), found: network }),
  Type.Object({ type: Type.Literal('image'), found: image }),
]);
const resourceType = Type.Union([
  Type.Literal('container'),
  Type.Literal('volume'),
  Type.Literal('network'),
  Type.Literal('image'),
]);

const gap = Type.Object({
  source: Type.Union([Type.Literal('events'), Type.Literal('execs'), Type.Literal('calls')]),
  from: Type.Union([nanos, Type.Null()]),
  to: Type.Union([nanos, Type.Null()]),
  reason: Type.Union(gapReasons.map((reason) => Type.Literal(reason))),
  missing: Type.String(),
  count: Type.Optional(Type.Number()),
});

/** Every kind of line but `event`, whose text goes through the engine's normaliser instead. */
const lines = {
  engine: Type.Object({ at: nanos, k: Type.Literal('engine'), engine }),
  malformed: Type.Object({ at: nanos, k: Type.Literal('malformed'), text: Type.String() }),
  inspect: Type.Object({ at: nanos, k: Type.Literal('inspect'), inspection }),
  'inspect-missed': Type.Object({
    at: nanos,
    k: Type.Literal('inspect-missed'),
    type: resourceType,
    id: Type.String(),
  }),
  scan: Type.Object({
    at: nanos,
    k: Type.Literal('scan'),
    scan: Type.Object({
      from: nanos,
      containers: Type.Array(container),
      volumes: Type.Array(volume),
      networks: Type.Array(network),
      images: Type.Array(image),
    }),
  }),
  gap: Type.Object({ at: nanos, k: Type.Literal('gap'), gap }),
  'exec.begin': Type.Object({ at: nanos, k: Type.Literal('exec.begin'), exec: execBegin }),
  'exec.end': Type.Object({ at: nanos, k: Type.Literal('exec.end'), end: execEnd }),
  exit: Type.Object({ at: nanos, k: Type.Literal('exit'), exit: processExit }),
  'call.begin': Type.Object({ at: nanos, k: Type.Literal('call.begin'), call: callBegin }),
  'call.end': Type.Object({ at: nanos, k: Type.Literal('call.end'), end: callEnd }),
  watermark: Type.Object({ at: nanos, k: Type.Literal('watermark'), through: nanos }),
  source: Type.Object({
    at: nanos,
    k: Type.Literal('source'),
    source: Type.Union([Type.Literal('execs'), Type.Literal('calls')]),
    state: sourceState,
    reason: Type.Union([Type.String(), Type.Null()]),
    witness: Type.Optional(Type.String()),
  }),
  tick: Type.Object({ at: nanos, k: Type.Literal('tick') }),
};

type Line = StaticDecode<(typeof lines)[keyof typeof lines]>;
export type Snapshotted = Exclude<Observation, { k: 'event' }>;

/** Line 1 of a recording. */
const header = Type.Object({
  crosstalk: Type.Literal(1),
  engine: Type.Union([engine, Type.Null()]),
  host: Type.String(),
  startedAt: nanos,
});
export type Header = StaticDecode<typeof header>;

export const encodeHeader = (value: Header): string => JSON.stringify(Value.Encode(header, value));
export const decodeHeader = (value: unknown): Header => Value.Decode(header, value);

export const encodeSnapshotted = (observation: Snapshotted): string => {
  const { at, k, ...rest } = Value.Encode(lines[observation.k], observation) as Record<string, unknown>;
  return JSON.stringify({ at, k, ...rest });
};

/** Throws when the kind is not known or a field is missing or of the wrong type. */
export const decodeSnapshotted = (value: { k: string }): Snapshotted => {
  if (!Object.hasOwn(lines, value.k)) throw new Error(`kind ${JSON.stringify(value.k)} is not known`);
  const decoded: Line = Value.Decode(lines[value.k as keyof typeof lines], value);
  return decoded;
};

/** As the schema above does it, but quickly: it is done for every event. */
export const decodeNanos = (value: unknown): Nanos => {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value))
    throw new Error('expected nanoseconds as a string');
  return BigInt(value);
};
