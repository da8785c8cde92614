import { type Container, type ContainerSnapshot, type Gap, type Nanos, type Scan, SECOND } from '../domain';
import { learnImage } from './apply-inspection';
import { actOfSignal, continueAct } from './acts';
import { wakeAskers } from './askers';
import { learnFrom, markEnded, markRemoved, newContainer, renameTo, watchJob } from './containers';
import type { Context } from './context';
import { isRunning } from './jobs';
import { openMounts } from './mounts';
import { takeName } from './names';
import { meetNetwork, meetVolume, removeImage, removeNetwork, removeVolume } from './other-events';
import { dropUnlisted } from './tags';

const looksRunning = (shown: ContainerSnapshot): boolean =>
  ['running', 'paused', 'restarting'].includes(shown.status);

/** A container that the scan shows and no event told of. */
const appear = (context: Context, shown: ContainerSnapshot, at: Nanos): void => {
  const { world, owners, emit } = context;
  const { name, image, labels, status } = shown;
  const createdAt = shown.createdAt ?? at;
  const container = newContainer(context, shown.id, { name, image, labels, createdAt, status });
  learnFrom(context, container, shown);
  if (looksRunning(shown)) container.startedAt = shown.details?.startedAt ?? createdAt;
  else if (status !== 'created') container.finishedAt = shown.details?.finishedAt ?? null;
  owners.container(container, looksRunning(shown) ? at : (container.finishedAt ?? createdAt), false);
  const job = container.owner.job === null ? undefined : world.jobs.get(container.owner.job);
  if (job && job.startedAt > createdAt) {
    job.startedAt = createdAt;
    world.changes.jobs.add(job);
  }
  const use = takeName(world, 'container', name, container.id, container.owner.job, createdAt);
  emit({ k: 'name-taken', use, container });
  wakeAskers(context, use);
  if (looksRunning(shown))
    for (const opened of openMounts(world, container, createdAt)) emit({ k: 'use', use: opened });
  watchJob(context, container, looksRunning(shown) ? at : (container.finishedAt ?? createdAt));
};

/** Its end, which no event told. A signal that was seen before it is what ended it. */
const markFoundEnded = (context: Context, container: Container, at: Nanos, exitCode: number | null): void => {
  const act = actOfSignal(context, container, at);
  if (act) continueAct(context, act, at, null, { diedAt: at });
  const death = markEnded(context, container, at, exitCode, act?.id ?? null);
  context.emit({ k: 'death', death, container });
};

/** Brings a known container to what the scan shows; answers what had been missed, in words. */
const repair = (
  context: Context,
  container: Container,
  shown: ContainerSnapshot,
  at: Nanos,
): string | undefined => {
  const { world, owners, emit } = context;
  let missed: string | undefined;
  if (learnFrom(context, container, shown)) owners.container(container, at, false);
  if (container.name !== shown.name) {
    missed = `container ${container.name} was renamed to ${shown.name}`;
    renameTo(context, container, shown.name, at);
  }
  if (isRunning(container) && !looksRunning(shown) && shown.status !== 'created') {
    const { finishedAt = at, exitCode = null } = shown.details ?? {};
    markFoundEnded(context, container, finishedAt, exitCode);
    missed = `container ${container.name} ended`;
  } else if (!isRunning(container) && looksRunning(shown)) {
    container.status = shown.status;
    container.startedAt = at;
    container.finishedAt = null;
    world.changes.containers.add(container);
    for (const use of openMounts(world, container, at)) emit({ k: 'use', use });
    watchJob(context, container, at);
    missed = `container ${container.name} started`;
  }
  return missed;
};

/** What existed before the listing began and is not listed has gone unseen. */
const vanished = <V extends { removedAt: Nanos | null; createdAt: Nanos; engineId: string }>(
  known: Iterable<V>,
  listed: ReadonlySet<string>,
  from: Nanos,
): V[] =>
  [...known].filter((each) => each.removedAt === null && each.createdAt < from && !listed.has(each.engineId));

const repairContainers = (context: Context, scan: Scan): string[] => {
  const { world } = context;
  const missed: string[] = [];
  for (const shown of scan.containers) {
    const known = world.containersByEngineId.get(shown.id);
    if (!known) {
      appear(context, shown, scan.from);
      missed.push(`container ${shown.name} appeared`);
      // Touched since the listing began: the events are newer than the list.
    } else if (
      known.removedAt === null &&
      (known.startedAt ?? 0n) < scan.from &&
      (known.finishedAt ?? 0n) < scan.from
    ) {
      const what = repair(context, known, shown, scan.from);
      if (what) missed.push(what);
    }
  }
  const listed = new Set(scan.containers.map((shown) => shown.id));
  for (const gone of vanished(world.containers.values(), listed, scan.from)) {
    missed.push(`container ${gone.name} was removed`);
    if (isRunning(gone)) markFoundEnded(context, gone, scan.from, null);
    markRemoved(context, gone, scan.from);
  }
  return missed;
};

const repairOthers = (context: Context, scan: Scan): string[] => {
  const { world, owners } = context;
  const missed: string[] = [];
  for (const shown of scan.volumes) {
    const known = world.volumesByName.get(shown.name);
    // Re-made unseen: the same name, another volume. The engine gives whole seconds only.
    if (known && shown.createdAt !== undefined && shown.createdAt > known.createdAt + 2n * SECOND) {
      missed.push(`volume ${shown.name} was made anew`);
      removeVolume(context, known, shown.createdAt);
    }
    const volume = meetVolume(context, shown.name, {
      createdAt: shown.createdAt ?? scan.from,
      labels: shown.labels,
      driver: shown.driver,
    });
    if (Object.keys(volume.labels).length === 0 && Object.keys(shown.labels).length > 0) {
      volume.labels = shown.labels;
      owners.volume(volume, scan.from);
    }
  }
  for (const shown of scan.networks) {
    const network = meetNetwork(context, shown.id, {
      createdAt: shown.createdAt ?? scan.from,
      name: shown.name,
      labels: shown.labels,
      driver: shown.driver,
    });
    if (Object.keys(network.labels).length === 0 && Object.keys(shown.labels).length > 0) {
      network.labels = shown.labels;
      owners.network(network, scan.from);
    }
  }
  for (const shown of scan.images)
    dropUnlisted(world, learnImage(context, shown, scan.from), shown.tags, scan.from);
  const volumes = new Set(scan.volumes.map((shown) => shown.name));
  for (const gone of vanished(world.volumesByName.values(), volumes, scan.from)) {
    missed.push(`volume ${gone.name} was removed`);
    removeVolume(context, gone, scan.from);
  }
  const networks = new Set(scan.networks.map((shown) => shown.id));
  for (const gone of vanished(world.networks.values(), networks, scan.from)) {
    missed.push(`network ${gone.name} was removed`);
    removeNetwork(context, gone, scan.from);
  }
  const images = new Set(scan.images.map((shown) => shown.id));
  for (const gone of vanished(world.imagesByEngineId.values(), images, scan.from))
    removeImage(context, gone, scan.from);
  return missed;
};

/**
 * Compares the world with what the engine lists and repairs it. Differences that no gap explains yet are a gap of their
 * own, `rescan-drift`. Images come first: whether a label is a container's own depends on them.
 */
export const applyScan = (
  context: Context,
  scan: Scan,
  { explained, previous }: { explained: boolean; previous: Nanos | null },
): Gap | undefined => {
  const missed = [...repairOthers(context, scan), ...repairContainers(context, scan)];
  if (missed.length === 0 || explained) return undefined;
  const shown = missed.slice(0, 20).join('; ');
  return {
    source: 'events',
    from: previous,
    to: scan.from,
    reason: 'rescan-drift',
    missing: missed.length > 20 ? `${shown}; and ${missed.length - 20} more` : shown,
  };
};
