import { type Container, type EngineEvent, type Image, type Network, nobody, type Volume } from '../domain';
import { wakeAskers } from './askers';
import type { Context } from './context';
import { closeMounts, openMounts } from './mounts';
import { releaseNamesOf, takeName } from './names';
import { tagTold, untagImage } from './tags';

export const meetVolume = (
  context: Context,
  name: string,
  known: Partial<Volume> & Pick<Volume, 'createdAt'>,
): Volume => {
  const { world, owners } = context;
  const existing = world.volumesByName.get(name);
  if (existing) return existing;
  const volume: Volume = {
    id: ++world.lastIds.resource,
    engineId: name,
    name,
    labels: {},
    owner: nobody,
    removedAt: null,
    driver: 'local',
    creator: null,
    ...known,
  };
  world.volumes.set(volume.id, volume);
  world.volumesByName.set(name, volume);
  owners.volume(volume, volume.createdAt);
  return volume;
};

export const removeVolume = ({ world }: Context, volume: Volume, at: bigint): void => {
  volume.removedAt = at;
  world.volumesByName.delete(volume.name);
  world.changes.volumes.add(volume);
};

export const meetNetwork = (
  context: Context,
  engineId: string,
  known: Partial<Network> & Pick<Network, 'createdAt' | 'name'>,
): Network => {
  const { world, owners } = context;
  const existing = world.networksByEngineId.get(engineId);
  if (existing) return existing;
  const network: Network = {
    id: ++world.lastIds.resource,
    engineId,
    labels: {},
    owner: nobody,
    removedAt: null,
    driver: 'bridge',
    ...known,
  };
  world.networks.set(network.id, network);
  world.networksByEngineId.set(engineId, network);
  owners.network(network, network.createdAt);
  if (network.name !== '')
    wakeAskers(
      context,
      takeName(world, 'network', network.name, network.id, network.owner.job, network.createdAt),
    );
  return network;
};

export const removeNetwork = ({ world }: Context, network: Network, at: bigint): void => {
  network.removedAt = at;
  releaseNamesOf(world, 'network', network.name, network.id, at);
  world.changes.networks.add(network);
};

export const meetImage = (
  { world }: Context,
  engineId: string,
  known: Partial<Image> & Pick<Image, 'createdAt'>,
): Image => {
  const existing = world.imagesByEngineId.get(engineId);
  if (existing) return existing;
  const image: Image = {
    id: ++world.lastIds.resource,
    engineId,
    name: known.tags?.[0] ?? '',
    labels: {},
    owner: nobody,
    removedAt: null,
    tags: [],
    ...known,
  };
  world.images.set(image.id, image);
  world.imagesByEngineId.set(engineId, image);
  world.changes.images.add(image);
  return image;
};

export const removeImage = ({ world }: Context, image: Image, at: bigint): void => {
  image.removedAt = at;
  for (const tag of image.tags) releaseNamesOf(world, 'tag', tag, image.id, at);
  image.tags = [];
  world.imagesByEngineId.delete(image.engineId);
  world.changes.images.add(image);
};

const mountVolume = (context: Context, event: EngineEvent, container: Container | undefined): void => {
  const { world, emit, owners } = context;
  if (!container || event.destination === undefined) return;
  if (!container.mounts.some((mount) => mount.destination === event.destination)) {
    const { destination, readOnly = false } = event;
    container.mounts = [
      ...container.mounts,
      { type: 'volume', name: event.id, source: '', destination, readOnly },
    ];
    owners.container(container, event.time, false);
  }
  // Engines before 28 mount before they start it, 28 before it joins its network: either way it is in use from here.
  for (const use of openMounts(world, container, event.time)) emit({ k: 'use', use });
};

export const applyVolumeEvent = (context: Context, event: EngineEvent): Volume | undefined => {
  const { world, emit } = context;
  const container =
    event.container === undefined ? undefined : world.containersByEngineId.get(event.container);
  if (event.id === '') return undefined;
  if (event.action === 'destroy') {
    const volume = world.volumesByName.get(event.id);
    if (volume) removeVolume(context, volume, event.time);
    return volume;
  }
  const volume = meetVolume(context, event.id, { createdAt: event.time });
  if (event.action === 'mount') mountVolume(context, event, container);
  if (event.action === 'unmount' && container)
    for (const use of closeMounts(world, container, event.time, event.id)) emit({ k: 'use', use });
  return volume;
};

export const applyNetworkEvent = (context: Context, event: EngineEvent): Network | undefined => {
  const { world, owners } = context;
  if (event.id === '') return undefined;
  const network = world.networksByEngineId.get(event.id);
  if (event.action === 'destroy') {
    if (network) removeNetwork(context, network, event.time);
    return network;
  }
  const name = event.name ?? '';
  const met = network ?? meetNetwork(context, event.id, { createdAt: event.time, name });
  const container =
    event.container === undefined ? undefined : world.containersByEngineId.get(event.container);
  if (container && event.action === 'connect') {
    container.detachedAt = null;
    if (container.startedAt === null && !container.networks.includes(name)) {
      container.networks = [...container.networks, name];
      owners.container(container, event.time, false);
    }
    world.changes.containers.add(container);
  }
  if (container && event.action === 'disconnect') {
    container.detachedAt = event.time;
    world.changes.containers.add(container);
  }
  return met;
};

export const applyImageEvent = (context: Context, event: EngineEvent): Image | undefined => {
  const { world } = context;
  if (!event.id.startsWith('sha256:')) return undefined;
  if (event.action === 'delete') {
    const image = world.imagesByEngineId.get(event.id);
    if (image) removeImage(context, image, event.time);
    return image;
  }
  const image = meetImage(context, event.id, { createdAt: event.time, labels: event.labels });
  if (event.action === 'tag' && event.name && !event.name.startsWith('sha256:'))
    tagTold(world, image, event.name, event.time);
  if (event.action === 'untag') untagImage(world, image, event.time);
  return image;
};
