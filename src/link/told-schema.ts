import { Type } from '@sinclair/typebox';

/** Nanoseconds as decimal strings: a JSON number would lose digits. */
export const nanos = Type.Transform(Type.String({ pattern: '^\\d{1,20}$' }))
  .Decode((text) => BigInt(text))
  .Encode((value) => String(value));

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const processKey = { pid: Type.Integer(), start: Type.Number() };

/** A command's words, as far as they are kept. */
const commandFields = {
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
};
export const caller = Type.Object({
  ...processKey,
  uid: Type.Integer(),
  exe: Type.String(),
  containerId: textOrNull,
  env: Type.Record(Type.String(), Type.String()),
  root: Type.Union([Type.Object(processKey), Type.Null()]),
  olderThanJob: Type.Boolean(),
});

/** Forms of what a witness tells, on the link and in recordings. */
export const execBegin = Type.Object({
  key: Type.String(),
  at: nanos,
  ...commandFields,
  engine: Type.Union([Type.Literal('this'), Type.Literal('other'), Type.Literal('unknown')]),
  caller,
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
export const callBegin = Type.Object({
  key: Type.String(),
  at: nanos,
  method: Type.String(),
  path: Type.String(),
  query: Type.String(),
  userAgent: textOrNull,
  refs: Type.Array(
    Type.Object({
      type: Type.Union([
        Type.Literal('container'),
        Type.Literal('volume'),
        Type.Literal('network'),
        Type.Literal('image'),
        Type.Literal('exec'),
      ]),
      ref: Type.String(),
    }),
  ),
  command: Type.Union([Type.Object(commandFields), Type.Null()]),
  pid: Type.Integer(),
  uid: Type.Integer(),
  caller: Type.Union([caller, Type.Null()]),
  changed: Type.Array(Type.Union([Type.Literal('labelCreated'), Type.Literal('rewriteSocketMounts')])),
});
export const callEnd = Type.Object({
  key: Type.String(),
  at: nanos,
  status: integerOrNull,
  created: Type.Array(Type.String()),
  message: textOrNull,
  bytesIn: Type.Integer(),
  bytesOut: Type.Integer(),
  aborted: Type.Union([Type.Literal('client'), Type.Literal('engine'), Type.Null()]),
});
export const sourceState = Type.Union([Type.Literal('on'), Type.Literal('off'), Type.Literal('degraded')]);
