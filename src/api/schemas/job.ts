import { Type } from '@sinclair/typebox';
import {
  causes,
  type DeathView,
  type JobView,
  type OwnerView,
  type ReportView,
  type TimelineEntry,
} from '../../domain';
import { gap, modes } from './coverage';
import { describes, named, object, oneOf, oneOfOrNull, orNull, time, timeOrNull } from './describe';
import { confidences, finding } from './finding';

export const job = describes<JobView>()(
  Type.Object(
    {
      key: Type.String({ description: '`<system>:<id>`, for example `gitlab:101`' }),
      system: Type.String(),
      server: orNull('string', 'host of its URL: keys are unique per server only'),
      project: orNull('string'),
      pipeline: orNull('string'),
      ref: orNull('string'),
      url: orNull('string'),
      runner: orNull('string'),
      slot: orNull('string'),
      state: oneOf(['running', 'ended'] as const),
      startedAt: time(),
      endedAt: timeOrNull(),
    },
    { $id: 'Job', additionalProperties: false },
  ),
);

export const owner = describes<OwnerView>()(
  Type.Object(
    {
      job: orNull('string'),
      system: orNull('string'),
      confidence: oneOfOrNull(confidences),
      because: Type.Array(Type.String()),
    },
    { $id: 'Owner', additionalProperties: false },
  ),
);

export const death = describes<DeathView>()(
  Type.Object(
    {
      container: object({ id: Type.String(), name: Type.String() }),
      at: time(),
      exitCode: orNull('integer'),
      signal: orNull('integer'),
      oomKilled: Type.Boolean(),
      cause: oneOf(causes),
      confidence: oneOf(confidences),
      finding: orNull('integer'),
      text: Type.String({ description: 'one sentence for the report' }),
    },
    { $id: 'Death', additionalProperties: false },
  ),
);

export const timelineEntry = describes<TimelineEntry>()(
  Type.Object(
    {
      at: time(),
      kind: oneOf(['event', 'act', 'death', 'finding', 'exec', 'call', 'job', 'gap'] as const),
      text: Type.String(),
      ref: orNull('string'),
    },
    { $id: 'TimelineEntry', additionalProperties: false },
  ),
);

const owned = Type.Array(object({ id: Type.String(), name: Type.String(), owner: named(owner) }));

export const report = describes<ReportView>()(
  Type.Object(
    {
      job: named(job),
      verdict: oneOf(
        ['interfered', 'interfering', 'both', 'clean', 'unknown'] as const,
        'hurt by others; hurt others; both; neither, with nothing unseen; cannot be said',
      ),
      summary: Type.String(),
      interferedBy: Type.Array(named(finding), { description: 'hazards (severity info) included' }),
      interfering: Type.Array(named(finding)),
      deaths: Type.Array(named(death)),
      resources: object({ containers: owned, volumes: owned, networks: owned, images: owned }),
      coverage: object({
        mode: oneOf(modes),
        complete: Type.Boolean({ description: 'no gap overlaps the job' }),
        blindTo: Type.Array(Type.String()),
        gaps: Type.Array(named(gap)),
      }),
      advice: Type.Array(Type.String()),
      retryable: orNull('boolean', 'whether running it again may help; null when unknown'),
    },
    { $id: 'Report', additionalProperties: false },
  ),
);
