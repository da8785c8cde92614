import { Type } from '@sinclair/typebox';
import { buildReport, renderJunit, renderMarkdown, renderText } from '../../report';
import { ApiError } from '../errors';
import { moved, take } from '../lookup';
import { contentTypeOf, negotiate, reportFormats } from '../negotiate';
import type { Api, RouteParts } from '../parts';
import { query } from '../query';
import { named, oneOf } from '../schemas/describe';
import { report } from '../schemas/job';
import { withProblems } from '../schemas/problem';
import { askedJob, jobParams, jobPath } from './jobs';

const text = { schema: { type: 'string' } };

export const addReport = (app: Api, { reader }: RouteParts): void => {
  app.get(
    '/jobs/:key/report',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Who broke this job, or whom it broke',
        description: '`format` decides; without it the Accept header does.',
        params: jobParams,
        querystring: query({ format: Type.Optional(oneOf(reportFormats)) }),
        response: withProblems({
          200: {
            description: 'The report',
            content: {
              'application/json': { schema: named(report) },
              'text/plain': text,
              'text/markdown': text,
              'application/xml': text,
            },
          },
        }),
      },
    },
    (request, reply) => {
      const { key } = request.params;
      const format = request.query.format ?? negotiate(request.headers.accept);
      const taken = take(reader.job(key), askedJob(key));
      if ('movedTo' in taken) return moved(reply, jobPath(taken.movedTo, '/report'));
      const facts = reader.jobFacts(key);
      if (!facts) throw new ApiError('job-not-found', `job ${key} is not known`);

      const built = buildReport(facts);
      const render = {
        json: () => JSON.stringify(built),
        text: () => renderText(built, facts),
        markdown: () => renderMarkdown(built, facts),
        junit: () => renderJunit(built, facts),
      }[format];
      return reply.header('vary', 'Accept').type(contentTypeOf[format]).send(render());
    },
  );
};
