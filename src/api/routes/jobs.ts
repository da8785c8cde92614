import { Type } from '@sinclair/typebox';
import { ApiError } from '../errors';
import { moved, take } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { named, oneOf, page } from '../schemas/describe';
import { job, timelineEntry } from '../schemas/job';
import { withProblems } from '../schemas/problem';

export const jobParams = Type.Object({
  key: Type.String({
    minLength: 1,
    maxLength: 1024,
    description: 'a job key as one percent-encoded segment: `github:7012%2F1%2Fbuild`',
  }),
});

export const askedJob = (key: string) => ({ missing: 'job-not-found', what: `job ${key}` }) as const;

export const jobPath = (key: string, part = ''): string => `/api/v1/jobs/${encodeURIComponent(key)}${part}`;

const listQuery = query({
  ...pageKeys,
  system: filter('for example `gitlab`'),
  state: Type.Optional(oneOf(['running', 'ended'] as const)),
  project: filter('name of the project'),
  q: filter('words to find in key, project and ref'),
});

export const addJobs = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/jobs',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Jobs, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(job) }),
      },
    },
    (request) => reader.jobs(toPageQuery(request.query, now())),
  );

  app.get(
    '/jobs/:key',
    {
      schema: {
        tags: ['jobs'],
        summary: 'One job',
        description:
          'A key that turned out to be another name of a job answers 308 with the address of that.',
        params: jobParams,
        response: withProblems({ 200: named(job) }),
      },
    },
    (request, reply) => {
      const { key } = request.params;
      const taken = take(reader.job(key), askedJob(key));
      return 'found' in taken ? taken.found : moved(reply, jobPath(taken.movedTo));
    },
  );

  app.get(
    '/jobs/:key/timeline',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Everything that happened to and by the job, in order',
        params: jobParams,
        querystring: query(pageKeys),
        response: withProblems({ 200: page(timelineEntry) }),
      },
    },
    (request, reply) => {
      const { key } = request.params;
      const taken = take(reader.job(key), askedJob(key));
      if ('movedTo' in taken) return moved(reply, jobPath(taken.movedTo, '/timeline'));
      const timeline = reader.jobTimeline(key, toPageQuery(request.query, now()));
      if (!timeline) throw new ApiError('job-not-found', `job ${key} is not known`);
      return timeline;
    },
  );
};
