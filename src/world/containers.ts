import type { Container, ContainerSnapshot, Death, EngineEvent, Nanos } from '../domain';
import { nobody } from '../domain';
import { wakeAskers } from './askers';
import type { Context } from './context';
import { countsForLife, keepAlive } from './jobs';
import { closeMounts, openMounts } from './mounts';
import { releaseNamesOf, takeName } from './names';

/** What is known of a container when it is met: by its create event, a later event of it, or a list. */
export const newContainer = (
  { world }: Context,
  engineId: string,
  known: Pick<Container, 'name' | 'image' | 'labels' | 'createdAt'> & Partial<Container>,
): Container => {
  const container: Container = {
    id: ++world.lastIds.resource,
    engineId,
    owner: nobody,
    removedAt: null,
    imageId: null,
    env: {},
    preset: null,
    part: null,
    systemActor: null,
    status: 'created',
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    oomKilled: false,
    pid: null,
    exit: null,
    error: '',
    mounts: [],
    networks: [],
    detachedAt: null,
    ports: [],
    refersTo: [],
    autoRemove: false,
    imitated: [],
    inspected: false,
    ...known,
  };
  world.containers.set(container.id, container);
  world.containersByEngineId.set(engineId, container);
  world.changes.containers.add(container);
  return container;
};

/** The container of an event; when its creation was missed it is made from what the event carries. */
export const containerOf = (context: Context, event: EngineEvent): Container => {
  const known = context.world.containersByEngineId.get(event.id);
  if (known) return known;
  const container = newContainer(context, event.id, {
    name: event.name ?? '',
    image: event.image ?? '',
    labels: event.labels,
    createdAt: event.time,
    imitated: event.imitated ?? [],
  });
  const fresh = event.action === 'create';
  context.owners.container(container, event.time, fresh);
  const use = takeName(
    context.world,
    'container',
    container.name,
    container.id,
    container.owner.job,
    event.time,
  );
  context.emit({ k: 'name-taken', use, container });
  wakeAskers(context, use);
  return container;
};

export const markStarted = (context: Context, container: Container, at: Nanos): void => {
  const { world, emit } = context;
  container.status = 'running';
  container.startedAt = at;
  container.finishedAt = null;
  container.exitCode = null;
  container.oomKilled = false;
  container.pid = null;
  container.exit = null;
  container.error = '';
  world.changes.containers.add(container);
  for (const use of openMounts(world, container, at)) emit({ k: 'use', use });
  // Of the commands that can have made it, those that were over before it started fit no more.
  if (container.owner.level === 1) context.owners.container(container, at, false);
  watchJob(context, container, at);
};

/** The container's job lives while it runs; when nothing of it runs any more its grace begins. */
export const watchJob = ({ world }: Context, container: Container, at: Nanos): void => {
  const job = container.owner.job === null ? undefined : world.jobs.get(container.owner.job);
  if (job && countsForLife(world, job, container)) keepAlive(world, job, at);
};

export const markEnded = (
  context: Context,
  container: Container,
  at: Nanos,
  exitCode: number | null,
  act: number | null,
): Death => {
  const { world, emit } = context;
  const death: Death = {
    id: ++world.lastIds.death,
    container: container.id,
    at,
    exitCode,
    signal: null,
    oomKilled: container.oomKilled,
    cause: 'unexplained',
    confidence: 'possible',
    act,
    finding: null,
    text: '',
  };
  world.deathsOfContainer.add(container.id, death);
  world.changes.deaths.add(death);
  container.status = 'exited';
  container.finishedAt = at;
  container.exitCode = exitCode;
  world.changes.containers.add(container);
  for (const use of closeMounts(world, container, at)) emit({ k: 'use', use });
  watchJob(context, container, at);
  return death;
};

export const markRemoved = (context: Context, container: Container, at: Nanos): void => {
  const { world, emit } = context;
  if (container.removedAt !== null) return;
  container.removedAt = at;
  world.changes.containers.add(container);
  releaseNamesOf(world, 'container', container.name, container.id, at);
  for (const use of closeMounts(world, container, at)) emit({ k: 'use', use });
  watchJob(context, container, at);
};

export const renameTo = (context: Context, container: Container, name: string, at: Nanos): void => {
  const { world, emit } = context;
  if (container.name === name) return;
  releaseNamesOf(world, 'container', container.name, container.id, at);
  container.name = name;
  world.changes.containers.add(container);
  const use = takeName(world, 'container', name, container.id, container.owner.job, at);
  emit({ k: 'name-taken', use, container });
  wakeAskers(context, use);
};

export const latestDeath = ({ world }: Context, container: Container): Death | undefined =>
  [...world.deathsOfContainer.of(container.id)].reduce<Death | undefined>(
    (latest, death) => (latest && latest.at >= death.at ? latest : death),
    undefined,
  );

/** Takes over what a list or an inspection shows; events stay the authority for what runs. */
export const learnFrom = (context: Context, container: Container, shown: ContainerSnapshot): boolean => {
  const { world } = context;
  const first = shown.details !== undefined && !container.inspected;
  const before = JSON.stringify([
    container.imageId,
    container.mounts,
    container.networks,
    container.ports,
    container.error,
  ]);
  container.imageId ??= shown.imageId ?? null;
  if (Object.keys(shown.labels).length > 0) container.labels = shown.labels;
  if (shown.mounts.length > 0) container.mounts = shown.mounts;
  // What it was created on: the first look decides, a later connect is somebody's act.
  if (container.networks.length === 0) container.networks = shown.networks;
  if (shown.ports.length > 0) container.ports = shown.ports;
  const details = shown.details;
  if (details) {
    container.env = details.env;
    container.refersTo = details.refersTo;
    container.autoRemove = details.autoRemove;
    container.error = details.error;
    if (details.pid !== undefined && container.startedAt !== null && container.finishedAt === null)
      container.pid = details.pid;
    container.inspected = true;
  }
  world.changes.containers.add(container);
  return (
    first ||
    before !==
      JSON.stringify([
        container.imageId,
        container.mounts,
        container.networks,
        container.ports,
        container.error,
      ])
  );
};
