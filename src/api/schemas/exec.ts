import { Type } from '@sinclair/typebox';
import type { ExecView } from '../../domain';
import { describes, object, oneOf, orNull, time, timeOrNull } from './describe';

export const exec = describes<ExecView>()(
  Type.Object(
    {
      id: Type.Integer(),
      at: time(),
      endedAt: timeOrNull('null while it runs, and when its end was not seen'),
      code: orNull('integer', 'exit code'),
      signal: orNull('integer', 'that ended it'),
      verb: Type.String({
        description: '`rm`, `run`, `volume rm`, `compose up` …; `signal`: kill, pkill, killall',
      }),
      targets: Type.Array(Type.String(), { description: 'names, ids and beginnings of ids as typed' }),
      truncated: Type.Boolean({ description: 'there were more targets than are read' }),
      name: orNull('string', 'of `--name`'),
      image: orNull('string'),
      tags: Type.Array(Type.String(), { description: 'tags that it makes' }),
      project: orNull('string', 'Compose project; null when it follows from a directory'),
      filters: Type.Array(Type.String(), { description: 'of a prune' }),
      force: Type.Boolean(),
      engine: oneOf(['this', 'other', 'unknown'] as const, 'for which engine it was meant'),
      process: object({
        pid: Type.Integer(),
        uid: Type.Integer(),
        exe: Type.String({ description: 'empty when the process was gone too soon' }),
      }),
      container: Type.Unsafe<ExecView['container']>({
        type: ['object', 'null'],
        additionalProperties: false,
        required: ['id', 'name'],
        properties: { id: { type: 'string' }, name: { type: ['string', 'null'] } },
        description: 'in which it ran; null for a process of the host',
      }),
      job: orNull('string', 'whose process ran it'),
    },
    { $id: 'Exec', additionalProperties: false },
  ),
);
