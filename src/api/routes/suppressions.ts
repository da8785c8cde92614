import { Type, type Static } from '@sinclair/typebox';
import {
  fromRfc3339,
  matchesPattern,
  type FindingView,
  type NewSuppression,
  type Reader,
} from '../../domain';
import { ApiError } from '../errors';
import type { Api, RouteParts } from '../parts';
import { query } from '../query';
import { named, object, orNull } from '../schemas/describe';
import { mutedFindings, suppression } from '../schemas/finding';
import { withProblems } from '../schemas/problem';

const pattern = (description: string) =>
  Type.Optional(
    Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, maxLength: 256, description }),
  );

const body = Type.Object(
  {
    kind: pattern('for example `shared-volume`'),
    job: pattern('job keys, `*` stands for anything'),
    project: pattern('project names, `*` stands for anything'),
    resource: pattern('resource names, `*` stands for anything'),
    until: Type.Optional(orNull('string', 'RFC 3339, in the future; null or absent: until it is removed')),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  { additionalProperties: false },
);

const toSuppression = (raw: Static<typeof body>, now: bigint): NewSuppression => {
  const { kind = null, job = null, project = null, resource = null, reason } = raw;
  if ([kind, job, project, resource].every((each) => each === null))
    throw new ApiError(
      'bad-request',
      'name a kind, job, project or resource: nothing mutes everything',
      'kind',
    );
  const until = raw.until == null ? null : fromRfc3339(raw.until);
  if (until === undefined || (until !== null && until <= now))
    throw new ApiError('bad-request', 'expected an RFC 3339 time in the future', 'until');
  return { kind, job, project, resource, until, reason };
};

const largestPage = 500;

/** Open findings that the rule fits, by the rules of the pipeline: kind and name of the finding, any of its jobs. */
const wouldMute = (reader: Reader, rule: NewSuppression): { items: FindingView[]; total: number } => {
  const projectOf = (key: string): string | null => {
    const found = reader.job(key);
    return found && 'found' in found ? found.found.project : null;
  };
  const fits = (finding: FindingView): boolean => {
    if (rule.resource !== null && !matchesPattern(rule.resource, finding.resource.name)) return false;
    const jobs = [...finding.victims, ...finding.actors].flatMap(({ job }) => (job === null ? [] : [job]));
    if (rule.job !== null && !jobs.some((key) => matchesPattern(rule.job!, key))) return false;
    if (rule.project === null) return true;
    const projects = jobs.map(projectOf).filter((project) => project !== null);
    return projects.some((project) => matchesPattern(rule.project!, project));
  };
  const items: FindingView[] = [];
  let total = 0;
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = reader.findings({
      status: 'open',
      kind: rule.kind ?? undefined,
      limit: largestPage,
      cursor,
    });
    for (const finding of page.items.filter(fits)) {
      total += 1;
      if (items.length < largestPage) items.push(finding);
    }
    cursor = page.next;
  }
  return { items, total };
};

export const addSuppressions = (app: Api, { reader, writer, now }: RouteParts): void => {
  app.get(
    '/suppressions',
    {
      schema: {
        tags: ['suppressions'],
        summary: 'What is muted',
        response: withProblems({
          200: object({ items: Type.Array(named(suppression)), next: orNull('string') }),
        }),
      },
    },
    () => ({ items: reader.suppressions(), next: null }),
  );

  app.post(
    '/suppressions',
    {
      schema: {
        tags: ['suppressions'],
        summary: 'Mute by kind, job, project or name, with a reason',
        description:
          'What is named must all fit. With `dryRun=true` nothing is muted: 200 and what it would mute.',
        querystring: query({ dryRun: Type.Optional(Type.Boolean()) }),
        body,
        response: withProblems({ 200: mutedFindings, 201: named(suppression) }),
      },
    },
    async (request, reply) => {
      const rule = toSuppression(request.body, now());
      if (request.query.dryRun) return wouldMute(reader, rule);
      const added = await writer.addSuppression(rule);
      return reply.code(201).header('location', `/api/v1/suppressions/${added.id}`).send(added);
    },
  );

  app.delete(
    '/suppressions/:id',
    {
      schema: {
        tags: ['suppressions'],
        summary: 'Stop muting',
        params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: withProblems({ 204: { type: 'null', description: 'Removed' } }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await writer.removeSuppression(id)))
        throw new ApiError('suppression-not-found', `suppression ${id} is not known`);
      return reply.code(204).send();
    },
  );
};
