import { Type } from '@sinclair/typebox';
import { takeFound } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { call } from '../schemas/call';
import { named, page } from '../schemas/describe';
import { withProblems } from '../schemas/problem';

const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

const listQuery = query({
  ...pageKeys,
  job: filter('key of the job whose process called'),
  container: filter('full id of the container in which that process ran'),
  path: filter('/containers/create, /containers/web/kill …, without version and query'),
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599, description: 'of the engine’s answer' })),
  verb: filter('the docker command that asks for the same: rm, kill, create …'),
});

export const addCalls = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/calls',
    {
      schema: {
        tags: ['evidence'],
        summary: 'Calls that passed the audit socket, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(call) }),
      },
    },
    (request) => reader.calls(toPageQuery(request.query, now())),
  );

  app.get(
    '/calls/:id',
    {
      schema: {
        tags: ['evidence'],
        summary: 'One call (`call:17` in evidence)',
        params,
        response: withProblems({ 200: named(call) }),
      },
    },
    ({ params: { id } }) => takeFound(reader.call(id), { missing: 'call-not-found', what: `call ${id}` }),
  );
};
