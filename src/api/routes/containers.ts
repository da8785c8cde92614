import { Type } from '@sinclair/typebox';
import { moved, take } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { named, page } from '../schemas/describe';
import { withProblems } from '../schemas/problem';
import { container, containerDetail } from '../schemas/resource';

const listQuery = query({
  ...pageKeys,
  job: filter('key of the job that owns it'),
  state: filter('running, exited …'),
  name: filter('its name'),
});

export const addContainers = (app: Api, { reader, now }: RouteParts): void => {
  app.get(
    '/containers',
    {
      schema: {
        tags: ['resources'],
        summary: 'Containers, newest first',
        querystring: listQuery,
        response: withProblems({ 200: page(container) }),
      },
    },
    (request) => reader.containers(toPageQuery(request.query, now())),
  );

  app.get(
    '/containers/:id',
    {
      schema: {
        tags: ['resources'],
        summary: 'One container with its owner and why, its mounts, and how it died',
        params: Type.Object({
          id: Type.String({
            minLength: 1,
            maxLength: 512,
            description: 'id, unique id prefix, or current name',
          }),
        }),
        response: withProblems({ 200: named(containerDetail) }),
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const taken = take(reader.container(id), { missing: 'container-not-found', what: `container ${id}` });
      return 'found' in taken
        ? taken.found
        : moved(reply, `/api/v1/containers/${encodeURIComponent(taken.movedTo)}`);
    },
  );
};
