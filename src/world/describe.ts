import type { Relations } from '../attribution/owners';
import type { Described } from '../attribution/identity';
import type { Container, Labels, Network, Volume } from '../domain';
import { sourceOf } from './mounts';
import { holderOf } from './names';
import type { World } from './world';

const imageLabels = (world: World, container: Container): Labels | undefined => {
  const byTag = holderOf(world, 'tag', container.image);
  const image =
    (container.imageId ? world.imagesByEngineId.get(container.imageId) : undefined) ??
    (byTag ? world.images.get(byTag.resource) : undefined);
  return image?.labels;
};

/** Labels that do not come with the image: a label of the image itself says nothing about who runs it. */
const ownLabels = (labels: Labels, image: Labels | undefined): Labels =>
  image === undefined
    ? labels
    : Object.fromEntries(Object.entries(labels).filter(([key, value]) => image[key] !== value));

const volumesOf = (container: Container): string[] =>
  container.mounts.flatMap((mount) => (mount.type === 'volume' && mount.name ? [mount.name] : []));

/** A process of the host, which shows its environment alone: rules that read only that hold for it as for containers. */
export const describeProcess = (env: Readonly<Record<string, string>>): Described => ({
  kind: 'container',
  name: '',
  labels: {},
  env,
  networks: [],
  volumes: [],
  binds: [],
});

/** A container as presets look at it. */
export const describe = (world: World, container: Container): Described => ({
  kind: 'container',
  name: container.name,
  image: container.image,
  labels: ownLabels(container.labels, imageLabels(world, container)),
  env: container.env,
  networks: container.networks,
  volumes: volumesOf(container),
  binds: container.mounts.flatMap((mount) =>
    mount.type === 'bind' ? [`${mount.source}:${mount.destination}`] : [],
  ),
});

export const describeVolume = ({ name, labels }: Volume): Described => ({
  kind: 'volume',
  name,
  labels,
  env: {},
  networks: [],
  volumes: [name],
  binds: [],
});

export const describeNetwork = ({ name, labels }: Network): Described => ({
  kind: 'network',
  name,
  labels,
  env: {},
  networks: [name],
  volumes: [],
  binds: [],
});

export const relationsOf = (world: World, container: Container, fresh: boolean): Relations => ({
  refersTo: container.refersTo,
  networks: container.networks,
  volumes: volumesOf(container),
  hostPaths: container.mounts.flatMap((mount) => {
    const where = sourceOf(mount);
    return where?.kind === 'path' ? [where.source] : [];
  }),
  imageKnown: imageLabels(world, container) !== undefined || Object.keys(container.labels).length === 0,
  fresh,
});

/** A volume or network stands alone: nothing but its own labels and name tells whose it is. */
export const noRelations: Relations = {
  refersTo: [],
  networks: [],
  volumes: [],
  hostPaths: [],
  imageKnown: true,
  fresh: false,
};
