import { type Container, type Job, type Nanos, SECOND } from '../domain';
import type { World } from './world';

export interface JobFields {
  readonly [field: string]: string;
}

const serverOf = (url: string | undefined): string | null => {
  try {
    return url ? new URL(url).host : null;
  } catch {
    return null;
  }
};

export const jobByKey = (world: World, key: string): Job | undefined => {
  let job = world.jobsByKey.get(key);
  while (job && job.aliasOf !== null) job = world.jobs.get(job.aliasOf);
  return job;
};

/** The job with this key, made when it is new; fields that were unknown so far are filled in. */
export const meetJob = (
  world: World,
  key: string,
  fields: JobFields,
  graceSeconds: number,
  at: Nanos,
): Job => {
  const known = jobByKey(world, key);
  if (known) {
    learn(world, known, fields);
    return known;
  }
  const job: Job = {
    id: ++world.lastIds.job,
    key,
    system: key.slice(0, key.indexOf(':')),
    server: serverOf(fields['url']),
    project: fields['project'] ?? null,
    pipeline: fields['pipeline'] ?? null,
    ref: fields['ref'] ?? null,
    url: fields['url'] ?? null,
    runner: fields['runner'] ?? null,
    slot: fields['slot'] ?? null,
    state: 'running',
    startedAt: at,
    endedAt: null,
    lastAliveAt: at,
    graceSeconds,
    aliasOf: null,
    root: null,
  };
  world.jobs.set(job.id, job);
  world.jobsByKey.set(key, job);
  world.changes.jobs.add(job);
  world.stirred.add(job);
  return job;
};

const learn = (world: World, job: Job, fields: JobFields): void => {
  for (const name of ['project', 'pipeline', 'ref', 'url', 'runner', 'slot'] as const) {
    const value = fields[name];
    if (job[name] !== null || value === undefined) continue;
    job[name] = value;
    if (name === 'url') job.server = serverOf(value);
    world.changes.jobs.add(job);
  }
};

const isBuild = ({ part }: Container): boolean => part === 'build' || part === 'step';

/** Whether its job lives as long as this container: a job with build containers lives by them alone. */
export const countsForLife = (world: World, job: Job, container: Container): boolean =>
  isBuild(container) || ![...world.containersOfJob.of(job.id)].some(isBuild);

/** Running build containers of a job; of a job without any build container, whatever of it runs. */
export const aliveContainers = (world: World, job: Job): Container[] => {
  const own = [...world.containersOfJob.of(job.id)];
  const builds = own.filter(isBuild);
  return (builds.length > 0 ? builds : own).filter(isRunning);
};

export const isRunning = (container: Container): boolean =>
  container.removedAt === null && ['running', 'paused', 'restarting'].includes(container.status);

/** Something of the job was seen at `at`: it runs, again if it had ended. */
export const keepAlive = (world: World, job: Job, at: Nanos): void => {
  if (job.lastAliveAt < at) job.lastAliveAt = at;
  if (job.state === 'ended') {
    job.state = 'running';
    job.endedAt = null;
  }
  world.changes.jobs.add(job);
  world.stirred.add(job);
};

export const endsAt = (job: Job): Nanos => job.lastAliveAt + BigInt(job.graceSeconds) * SECOND;

export const endJob = (world: World, job: Job): void => {
  job.state = 'ended';
  job.endedAt = job.lastAliveAt;
  world.changes.jobs.add(job);
};

/** A job known by a stand-in key turned out to be another: everything points there from now on. */
export const mergeJob = (world: World, from: Job, into: Job): void => {
  from.aliasOf = into.id;
  from.state = 'ended';
  from.endedAt = from.lastAliveAt;
  if (into.startedAt > from.startedAt) into.startedAt = from.startedAt;
  world.changes.jobs.add(from);
  world.changes.jobs.add(into);
};
