import { Type } from '@sinclair/typebox';
import type { Lookup, Page, SharedQuery, SharedView } from '../../domain';
import type { ProblemCode } from '../errors';
import { moved, take } from '../lookup';
import type { Api, RouteParts } from '../parts';
import { filter, pageKeys, query, toPageQuery } from '../query';
import { named, page } from '../schemas/describe';
import { withProblems } from '../schemas/problem';
import { shared } from '../schemas/resource';

interface Kind {
  readonly path: 'volumes' | 'networks' | 'images';
  readonly noun: 'volume' | 'network' | 'image';
  readonly idIs: string;
  readonly list: (query: SharedQuery) => Page<SharedView>;
  readonly one: (id: string) => Lookup<SharedView>;
}

const addKind = (app: Api, now: RouteParts['now'], { path, noun, idIs, list, one }: Kind): void => {
  app.get(
    `/${path}`,
    {
      schema: {
        tags: ['resources'],
        summary: `${noun[0]!.toUpperCase()}${noun.slice(1)}s with their users and owners, newest first`,
        querystring: query({
          ...pageKeys,
          job: filter('key of a job that uses it'),
          ...(path === 'volumes'
            ? { shared: Type.Optional(Type.Boolean({ description: 'only those of two jobs or more' })) }
            : {}),
        }),
        response: withProblems({ 200: page(shared) }),
      },
    },
    (request) => list(toPageQuery(request.query, now())),
  );

  app.get(
    `/${path}/:id`,
    {
      schema: {
        tags: ['resources'],
        summary: `One ${noun}`,
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 512, description: idIs }) }),
        response: withProblems({ 200: named(shared) }),
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const missing: ProblemCode = `${noun}-not-found`;
      const taken = take(one(id), { missing, what: `${noun} ${id}` });
      return 'found' in taken
        ? taken.found
        : moved(reply, `/api/v1/${path}/${encodeURIComponent(taken.movedTo)}`);
    },
  );
};

export const addShared = (app: Api, { reader, now }: RouteParts): void => {
  addKind(app, now, {
    path: 'volumes',
    noun: 'volume',
    idIs: 'its name',
    list: (asked) => reader.volumes(asked),
    one: (id) => reader.volume(id),
  });
  addKind(app, now, {
    path: 'networks',
    noun: 'network',
    idIs: 'its id',
    list: (asked) => reader.networks(asked),
    one: (id) => reader.network(id),
  });
  addKind(app, now, {
    path: 'images',
    noun: 'image',
    idIs: 'its id, `sha256:…`',
    list: (asked) => reader.images(asked),
    one: (id) => reader.image(id),
  });
};
