import { Type } from '@sinclair/typebox';
import { takeFound } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { gap } from '../schemas/coverage';
import { named, page } from '../schemas/describe';
import { withProblems } from '../schemas/problem';
import { event } from '../schemas/resource';

const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

const listQuery = query({
  ...pageKeys,
  type: filter('container, volume, network, image …'),
  action: filter('die, kill, mount …'),
  job: filter('key of the job that owned the resource'),
  container: filter('id of the container'),
});

export const addEvents = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/events',
    {
      schema: {
        tags: ['evidence'],
        summary: 'What is kept of the events of the engine, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(event) }),
      },
    },
    (request) => reader.events(toPageQuery(request.query, now())),
  );

  app.get(
    '/events/:id',
    {
      schema: {
        tags: ['evidence'],
        summary: 'One event (`event:812` in evidence)',
        params,
        response: withProblems({ 200: named(event) }),
      },
    },
    ({ params: { id } }) => takeFound(reader.event(id), { missing: 'event-not-found', what: `event ${id}` }),
  );

  app.get(
    '/gaps/:id',
    {
      schema: {
        tags: ['evidence'],
        summary: 'One gap (`gap:3` in evidence)',
        params,
        response: withProblems({ 200: named(gap) }),
      },
    },
    ({ params: { id } }) => takeFound(reader.gap(id), { missing: 'gap-not-found', what: `gap ${id}` }),
  );
};
