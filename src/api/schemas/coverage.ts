import { Type } from '@sinclair/typebox';
import { gapReasons, type CoverageView, type GapView } from '../../domain';
import { describes, named, object, oneOf, orNull, timeOrNull } from './describe';

export const modes = ['events-only', 'exec-watch', 'audit-socket'] as const;

export const gap = describes<GapView>()(
  Type.Object(
    {
      id: Type.Integer(),
      source: Type.String({ description: 'events, execs or calls' }),
      from: timeOrNull('null: since before the first look'),
      to: timeOrNull('null: still'),
      reason: oneOf(gapReasons),
      missing: Type.String({ description: 'what is known to be missing' }),
      jobs: Type.Array(Type.String(), { description: 'keys of jobs that lived in it' }),
    },
    { $id: 'Gap', additionalProperties: false },
  ),
);

const source = object({
  state: oneOf(['on', 'off', 'degraded'] as const),
  since: timeOrNull(),
  reason: orNull('string'),
  lost: Type.Integer(),
});

export const coverage = describes<CoverageView>()(
  Type.Object(
    {
      mode: oneOf(modes),
      since: timeOrNull(),
      host: Type.String(),
      engine: Type.Unsafe<CoverageView['engine']>({
        type: ['object', 'null'],
        additionalProperties: false,
        required: ['version', 'apiVersion'],
        properties: { version: { type: 'string' }, apiVersion: { type: 'string' } },
      }),
      sources: object({ events: source, execs: source, calls: source }),
      blindTo: Type.Array(Type.String()),
      gaps: Type.Array(named(gap)),
    },
    { $id: 'Coverage', additionalProperties: false },
  ),
);
