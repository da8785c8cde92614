import { Type } from '@sinclair/typebox';
import { actVerbs, type StatsView, type WindowView } from '../../domain';
import { describes, named, object, oneOf, orNull, time } from './describe';
import { finding } from './finding';
import { job } from './job';
import { container } from './resource';

const act = object({
  id: Type.Integer(),
  verb: oneOf(actVerbs),
  at: time(),
  container: object({ id: Type.String(), name: Type.String() }),
  job: orNull('string', 'whose container it was'),
});

export const window = describes<WindowView>()(
  Type.Object(
    {
      since: time(),
      until: time(),
      jobs: Type.Array(named(job)),
      containers: Type.Array(named(container)),
      acts: Type.Array(act),
      findings: Type.Array(named(finding)),
    },
    { $id: 'Window', additionalProperties: false },
  ),
);

export const stats = describes<StatsView>()(
  Type.Object(
    {
      by: Type.String(),
      since: time(),
      items: Type.Array(
        object({
          name: Type.String(),
          findings: Type.Integer(),
          asVictim: Type.Integer(),
          asActor: Type.Integer(),
          minutesLost: Type.Number({ description: 'from the start of a victim to its hurt: an upper bound' }),
        }),
      ),
      overTime: Type.Array(object({ day: Type.String(), findings: Type.Integer() }), {
        description: 'per day, oldest first',
      }),
    },
    { $id: 'Stats', additionalProperties: false },
  ),
);
