import { Type } from '@sinclair/typebox';
import type { ContainerDetail, ContainerView, EventView, SharedView } from '../../domain';
import { describes, named, object, orNull, time, timeOrNull } from './describe';
import { death, owner } from './job';

const listed = {
  id: Type.String(),
  name: Type.String(),
  image: Type.String(),
  state: Type.String(),
  part: orNull('string', 'what it is inside its job: build, service, helper, step …'),
  owner: named(owner),
  createdAt: time(),
  startedAt: timeOrNull(),
  finishedAt: timeOrNull(),
  removedAt: timeOrNull(),
  exitCode: orNull('integer'),
};

export const container = describes<ContainerView>()(
  Type.Object(listed, { $id: 'Container', additionalProperties: false }),
);

const texts = (description: string) =>
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description,
  });

export const containerDetail = describes<ContainerDetail>()(
  Type.Object(
    {
      ...listed,
      labels: texts('only those that a preset, Compose or Testcontainers names'),
      mounts: Type.Array(
        object({
          type: Type.String(),
          name: orNull('string', 'of a volume'),
          source: Type.String({ description: 'path on the host of the engine' }),
          destination: Type.String(),
          readOnly: Type.Boolean(),
        }),
      ),
      networks: Type.Array(Type.String()),
      ports: Type.Array(
        object({
          hostIp: Type.String(),
          hostPort: Type.Integer(),
          containerPort: Type.Integer(),
          protocol: Type.String(),
        }),
      ),
      deaths: Type.Array(named(death)),
    },
    { $id: 'ContainerDetail', additionalProperties: false },
  ),
);

export const shared = describes<SharedView>()(
  Type.Object(
    {
      id: Type.String(),
      name: Type.String(),
      owner: named(owner),
      createdAt: time(),
      removedAt: timeOrNull(),
      users: Type.Array(
        object({
          job: orNull('string'),
          container: Type.String(),
          readOnly: Type.Boolean(),
          from: time(),
          to: timeOrNull('null: still'),
        }),
        { description: 'as far back as is remembered' },
      ),
    },
    { $id: 'Shared', additionalProperties: false },
  ),
);

export const event = describes<EventView>()(
  Type.Object(
    {
      id: Type.Integer(),
      at: time(),
      type: Type.String(),
      action: Type.String(),
      resource: Type.Unsafe<EventView['resource']>({
        type: ['object', 'null'],
        additionalProperties: false,
        required: ['id', 'name'],
        properties: { id: { type: 'string' }, name: { type: ['string', 'null'] } },
      }),
      container: orNull('string', 'the container that a network or volume event speaks of'),
      job: orNull('string'),
      image: orNull('string'),
      signal: orNull('integer'),
      exitCode: orNull('integer'),
      detail: texts('what else is kept of it'),
    },
    { $id: 'Event', additionalProperties: false },
  ),
);
