import { Type } from '@sinclair/typebox';
import { ApiError } from '../errors';
import { moved, take } from '../lookup';
import { createPageCache } from '../page-cache';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { named, oneOf, orNull, page } from '../schemas/describe';
import { confidences, finding, findingDetail, severities, statuses } from '../schemas/finding';
import { withProblems } from '../schemas/problem';

const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

const listQuery = query({
  ...pageKeys,
  kind: filter('for example `foreign-kill`'),
  severity: Type.Optional(oneOf(severities)),
  confidence: Type.Optional(oneOf(confidences)),
  status: Type.Optional(oneOf(statuses)),
  job: filter('job key, as victim or actor'),
  host: filter('name of the host'),
  q: filter('words to find in title and resource name'),
});

const change = Type.Object(
  {
    status: oneOf(['open', 'acknowledged', 'resolved'] as const),
    note: Type.Optional(orNull('string', 'at most 1,000 characters')),
  },
  { additionalProperties: false },
);
const longestNote = 1_000;

export const addFindings = (app: Api, { reader, writer, now }: RouteParts): void => {
  const cached = createPageCache(() => reader.commit());

  app.get(
    '/findings',
    {
      schema: {
        tags: ['findings'],
        summary: 'Findings, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(finding) }),
      },
    },
    (request, reply) => {
      const ask = () => reader.findings(toPageQuery(request.query, now()));
      const { since, until } = request.query;
      // A time such as `15m` means something else a moment later, without any commit.
      if (since !== undefined || until !== undefined) return ask();
      return reply.type('application/json; charset=utf-8').send(cached(JSON.stringify(request.query), ask));
    },
  );

  const asked = (id: number) => ({ missing: 'finding-not-found', what: `finding ${id}` }) as const;

  app.get(
    '/findings/:id',
    {
      schema: {
        tags: ['findings'],
        summary: 'One finding with its evidence',
        description: 'A finding that became part of an older one answers 308 with the address of that.',
        params,
        response: withProblems({ 200: named(findingDetail) }),
      },
    },
    (request, reply) => {
      const taken = take(reader.finding(request.params.id), asked(request.params.id));
      return 'found' in taken ? taken.found : moved(reply, `/api/v1/findings/${taken.movedTo}`);
    },
  );

  app.patch(
    '/findings/:id',
    {
      schema: {
        tags: ['findings'],
        summary: 'Acknowledge, resolve or reopen a finding',
        params,
        body: change,
        response: withProblems({ 200: named(findingDetail) }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { status, note = null } = request.body;
      if (note !== null && note.length > longestNote)
        throw new ApiError('bad-request', `expected at most ${longestNote} characters`, 'note');
      const taken = take(reader.finding(id), asked(id));
      if ('movedTo' in taken) return moved(reply, `/api/v1/findings/${taken.movedTo}`);
      if (taken.found.status === 'withdrawn')
        throw new ApiError('finding-withdrawn', `finding ${id} was withdrawn`);
      const changed = await writer.setFindingStatus(id, status, note);
      if (!changed) throw new ApiError('finding-not-found', `finding ${id} is not known`);
      return changed;
    },
  );
};
