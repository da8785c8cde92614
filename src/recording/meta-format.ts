import { type StaticDecode, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const nanos = Type.Transform(Type.String({ pattern: '^\\d{1,20}$' }))
  .Decode((text) => BigInt(text))
  .Encode((value) => String(value));

/** Of the description of a recorded scenario, what a replay needs; other keys may be there. */
const meta = Type.Object({
  engine: Type.Optional(Type.String()),
  apiVersion: Type.Optional(Type.String()),
  commands: Type.Optional(
    Type.Array(
      Type.Object({
        t: nanos,
        note: Type.Optional(Type.String()),
        data: Type.Optional(Type.Unknown()),
      }),
    ),
  ),
  streams: Type.Optional(
    Type.Array(
      Type.Object({
        connected: nanos,
        ended: Type.Optional(nanos),
        how: Type.Optional(Type.String()),
        bytes: Type.Number(),
      }),
    ),
  ),
});

export const decodeMeta = (value: unknown): StaticDecode<typeof meta> => Value.Decode(meta, value);
