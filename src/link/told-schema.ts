import { Type } from '@sinclair/typebox';

/** Nanoseconds as decimal strings: a JSON number would lose digits. */
export const nanos = Type.Transform(Type.String({ pattern: '^\\d{1,20}$' }))
  .Decode((text) => BigInt(text))
  .Encode((value) => String(value));

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const processKey = { pid: Type.Integer(), start: Type.Number() };

/** Forms of what a witness tells, on the link and in recordings. */
export const execBegin = Type.Object({
  key: Type.String(),
  at: nanos,
  verb: Type.String(),
  targets: Type.Array(Type.String()),
  truncated: Type.Boolean(),
  name: textOrNull,
  image: textOrNull,
  tags: Type.Array(Type.String()),
  project: textOrNull,
  filters: Type.Array(Type.String()),
  force: Type.Boolean(),
  autoRemove: Type.Boolean(),
  engine: Type.Union([Type.Literal('this'), Type.Literal('other'), Type.Literal('unknown')]),
  caller: Type.Object({
    ...processKey,
    uid: Type.Integer(),
    exe: Type.String(),
    containerId: textOrNull,
    env: Type.Record(Type.String(), Type.String()),
    root: Type.Union([Type.Object(processKey), Type.Null()]),
    olderThanJob: Type.Boolean(),
  }),
});
export const execEnd = Type.Object({
  key: Type.String(),
  at: nanos,
  code: integerOrNull,
  signal: integerOrNull,
});
export const processExit = Type.Object({
  ...processKey,
  at: nanos,
  code: integerOrNull,
  signal: integerOrNull,
});
export const sourceState = Type.Union([Type.Literal('on'), Type.Literal('off'), Type.Literal('degraded')]);
