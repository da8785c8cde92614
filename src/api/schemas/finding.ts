import { Type } from '@sinclair/typebox';
import type { FindingDetail, FindingView, SuppressionView } from '../../domain';
import { describes, named, object, oneOf, orNull, time, timeOrNull } from './describe';

export const severities = ['critical', 'warning', 'info'] as const;
export const confidences = ['certain', 'likely', 'possible'] as const;
export const statuses = ['open', 'acknowledged', 'resolved', 'suppressed', 'withdrawn'] as const;
const resourceTypes = ['container', 'volume', 'network', 'image', 'path', 'port', 'job'] as const;

export const party = object({
  job: orNull('string', 'job key; null when it was no job, or nobody known'),
  system: orNull('string', 'who it was instead: `host`, `gitlab-runner`, `reaper`'),
  container: orNull('string', 'name of the container through which it was hurt or acted'),
  confidence: oneOf(confidences),
  because: Type.Array(Type.String()),
});

export const resource = object({
  type: oneOf(resourceTypes),
  id: Type.String({ description: "the engine's id; the name of a volume, the path of a path" }),
  name: Type.String(),
});

const listed = {
  id: Type.Integer(),
  kind: Type.String({ description: 'for example `foreign-kill`' }),
  variant: orNull('string'),
  severity: oneOf(severities),
  confidence: oneOf(
    confidences,
    'certain: seen; likely: inferred; possible: one of several, nobody is accused',
  ),
  status: oneOf(statuses),
  title: Type.String(),
  summary: Type.String(),
  advice: Type.String({ description: 'what to change in the CI file' }),
  host: Type.String(),
  victims: Type.Array(party),
  actors: Type.Array(party, { description: 'none or one' }),
  resource,
  firstSeenAt: time(),
  lastSeenAt: time(),
  count: Type.Integer({ description: 'acts, not containers' }),
  act: orNull('integer', 'findings of one act share it'),
  settled: Type.Boolean({ description: 'false while evidence may still arrive' }),
  revision: Type.Integer(),
  note: orNull('string', 'why it was resolved, suppressed or withdrawn; or a note of a person'),
  fingerprint: Type.String(),
};

export const finding = describes<FindingView>()(
  Type.Object(listed, { $id: 'Finding', additionalProperties: false }),
);

const evidence = object({
  at: time(),
  source: Type.String({ description: 'event, call, exec, inspect, scan or gap' }),
  text: Type.String(),
  ref: orNull('string', '`event:812`, `gap:3` …: each has its route; null where no row stands behind it'),
});

export const findingDetail = describes<FindingDetail>()(
  Type.Object(
    {
      ...listed,
      affected: Type.Array(resource, { description: 'everything the act hurt, at most 500' }),
      evidence: Type.Array(evidence, { description: 'the first and the newest 50' }),
    },
    { $id: 'FindingDetail', additionalProperties: false },
  ),
);

export const suppression = describes<SuppressionView>()(
  Type.Object(
    {
      id: Type.Integer(),
      kind: orNull('string'),
      job: orNull('string', 'pattern of job keys, `*` stands for anything'),
      project: orNull('string', 'pattern of project names'),
      resource: orNull('string', 'pattern of resource names'),
      until: timeOrNull('null: until it is removed'),
      reason: Type.String(),
      createdAt: time(),
    },
    { $id: 'Suppression', additionalProperties: false },
  ),
);

export const mutedFindings = object({
  items: Type.Array(named(finding), { description: 'at most 500 of them' }),
  total: Type.Integer(),
});
