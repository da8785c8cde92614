import { Type } from '@sinclair/typebox';
import { DAY, HOUR, type Nanos } from '../../domain';
import { ApiError } from '../errors';
import type { Api, RouteParts } from '../parts';
import { instant, query, toInstant } from '../query';
import { coverage } from '../schemas/coverage';
import { named, oneOf } from '../schemas/describe';
import { withProblems } from '../schemas/problem';
import { stats, window } from '../schemas/window';

const longestWindowDays = 7n;

const checkOrder = (since: Nanos | undefined, until: Nanos | undefined): void => {
  if (since !== undefined && until !== undefined && since >= until)
    throw new ApiError('bad-request', 'expected a time before `until`', 'since');
};

const ways = ['kind', 'job', 'project', 'name', 'actor', 'victim'] as const;

/** Answers about a stretch of time. */
export const addWindow = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/timeline',
    {
      schema: {
        tags: ['overview'],
        summary: 'Jobs, containers, acts and findings of a window in one answer',
        querystring: query({
          since: instant('from then on; default: an hour before `until`; at most seven days'),
          until: instant('before; default: now'),
        }),
        response: withProblems({ 200: named(window) }),
      },
    },
    (request) => {
      const until = toInstant(request.query.until, 'until', now()) ?? now();
      const since = toInstant(request.query.since, 'since', now()) ?? until - HOUR;
      checkOrder(since, until);
      if (until - since > longestWindowDays * DAY)
        throw new ApiError(
          'bad-request',
          `expected at most ${longestWindowDays} days before \`until\``,
          'since',
        );
      return reader.window(since, until);
    },
  );

  app.get(
    '/stats',
    {
      schema: {
        tags: ['overview'],
        summary: 'Counts of findings, top actors and victims, most fought-over names, minutes lost',
        querystring: query({
          by: Type.Optional(oneOf(ways, 'default: kind')),
          since: instant('from then on; default: 7d'),
        }),
        response: withProblems({ 200: named(stats) }),
      },
    },
    (request) => {
      const since = toInstant(request.query.since, 'since', now()) ?? now() - 7n * DAY;
      return reader.stats(request.query.by ?? 'kind', since);
    },
  );

  app.get(
    '/coverage',
    {
      schema: {
        tags: ['overview'],
        summary: 'What could and could not be seen, and when',
        querystring: query({ since: instant('gaps not before'), until: instant('gaps before') }),
        response: withProblems({ 200: named(coverage) }),
      },
    },
    (request) => {
      const since = toInstant(request.query.since, 'since', now());
      const until = toInstant(request.query.until, 'until', now());
      checkOrder(since, until);
      return reader.coverage(since, until);
    },
  );
};
