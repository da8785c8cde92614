import type { Container, ContainerSnapshot, Image, ImageSnapshot, Inspection, Nanos } from '../domain';
import { latestDeath, learnFrom } from './containers';
import type { Context } from './context';
import { isRunning } from './jobs';
import { openMounts } from './mounts';
import { meetImage, meetNetwork, meetVolume } from './other-events';
import { tagImage } from './tags';

/** How it died, as the inspection after its end tells: exact exit code, and whether memory ran out. */
const learnDeath = (context: Context, container: Container, shown: ContainerSnapshot): void => {
  const details = shown.details;
  const death = latestDeath(context, container);
  if (!details || !death || container.status !== 'exited' || shown.status !== 'exited') return;
  const exitCode =
    container.imitated.length > 0 || death.exitCode === null ? (details.exitCode ?? null) : death.exitCode;
  if (death.exitCode === exitCode && death.oomKilled === (details.oomKilled || death.oomKilled)) return;
  death.exitCode = exitCode;
  death.oomKilled ||= details.oomKilled;
  container.exitCode = exitCode;
  container.oomKilled ||= details.oomKilled;
  context.world.changes.deaths.add(death);
  context.emit({ k: 'death', death, container });
};

const inspectContainer = (context: Context, shown: ContainerSnapshot, at: Nanos): void => {
  const { world, owners, emit } = context;
  const container = world.containersByEngineId.get(shown.id);
  // Removed meanwhile, or its create event has not come yet: the next inspection or scan will tell.
  if (!container) return;
  const learnt = learnFrom(context, container, shown);
  learnDeath(context, container, shown);
  if (!learnt) return;
  owners.container(container, at, false);
  if (isRunning(container))
    for (const use of openMounts(world, container, container.startedAt ?? at)) emit({ k: 'use', use });
  emit({ k: 'container', container });
};

export const learnImage = (context: Context, shown: ImageSnapshot, at: Nanos): Image => {
  const { world, owners } = context;
  const known = world.imagesByEngineId.get(shown.id);
  const image = known ?? meetImage(context, shown.id, { createdAt: shown.createdAt ?? at });
  const learnt = !known || JSON.stringify(known.labels) !== JSON.stringify(shown.labels);
  image.labels = shown.labels;
  world.changes.images.add(image);
  for (const tag of shown.tags) tagImage(world, image, tag, at);
  if (!learnt) return image;
  // Labels that turn out to come with the image stop being evidence.
  for (const container of world.containers.values())
    if (
      container.removedAt === null &&
      (container.imageId === shown.id || shown.tags.includes(container.image))
    )
      owners.container(container, at, false);
  return image;
};

export const applyInspection = (context: Context, inspection: Inspection, at: Nanos): void => {
  const { world, owners } = context;
  switch (inspection.type) {
    case 'container':
      return inspectContainer(context, inspection.found, at);
    case 'image':
      learnImage(context, inspection.found, at);
      return;
    case 'volume': {
      const { name, labels, driver, createdAt } = inspection.found;
      const volume = meetVolume(context, name, { createdAt: createdAt ?? at, labels, driver });
      volume.labels = labels;
      volume.driver = driver;
      world.changes.volumes.add(volume);
      return owners.volume(volume, at);
    }
    case 'network': {
      const { id, name, labels, driver, createdAt } = inspection.found;
      const network = meetNetwork(context, id, { createdAt: createdAt ?? at, name, labels, driver });
      network.labels = labels;
      world.changes.networks.add(network);
      return owners.network(network, at);
    }
  }
};
