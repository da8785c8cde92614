import { Type } from '@sinclair/typebox';
import { takeFound } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { named, page } from '../schemas/describe';
import { exec } from '../schemas/exec';
import { withProblems } from '../schemas/problem';

const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

const listQuery = query({
  ...pageKeys,
  job: filter('key of the job whose process ran it'),
  verb: filter('rm, kill, volume rm, compose up …'),
  target: filter('a name or id exactly as the command line had it'),
});

export const addExecs = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/execs',
    {
      schema: {
        tags: ['evidence'],
        summary: 'Docker commands that were seen being executed, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(exec) }),
      },
    },
    (request) => reader.execs(toPageQuery(request.query, now())),
  );

  app.get(
    '/execs/:id',
    {
      schema: {
        tags: ['evidence'],
        summary: 'One command (`exec:17` in evidence)',
        params,
        response: withProblems({ 200: named(exec) }),
      },
    },
    ({ params: { id } }) => takeFound(reader.exec(id), { missing: 'exec-not-found', what: `exec ${id}` }),
  );
};
