import type { Caller, Container, Exec, ExecBegin, ExecEnd, Nanos, ProcessExit } from '../domain';
import type { Context } from './context';
import { describeProcess } from './describe';
import { doersOf, effectsOf } from './effects';
import { indexExec, noteExec } from './execs';
import { endsAt, keepAlive, meetJob } from './jobs';
import { madeSince } from './makers';
import { reviewTags } from './tags';
import type { World } from './world';

/** The job whose variables a process of the host carries; it lives as long as the topmost process that does. */
const hostJob = ({ world, identifier }: Context, caller: Caller, at: Nanos): number | null => {
  const { claims, fields, runner } = identifier.identify(describeProcess(caller.env));
  const [claim] = claims;
  if (!claim) return null;
  const grace = runner ? identifier.teardown(runner).graceSeconds : 60;
  const job = meetJob(world, claim.key, fields, grace, at);
  // A process that outlived its job, a build daemon say, does not bring it back.
  const late = job.state === 'ended' && endsAt(job) < at;
  if (!late) {
    if (job.root === null) job.root = caller.root;
    keepAlive(world, job, at);
  }
  return job.id;
};

/** What was made before its command was told of, is looked at again; so is what the command turned out not to have done. */
export const reconsider = (context: Context, exec: Exec): void => {
  const { world, owners, emit } = context;
  // Twice: which of two commands made the one, tells which made the other.
  for (const round of [madeSince(world, exec), madeSince(world, exec)])
    for (const container of round) owners.container(container, world.clock, false);
  for (const name of exec.verb === 'volume create' ? exec.targets : []) {
    const volume = world.volumesByName.get(name);
    if (volume && volume.createdAt >= exec.at) owners.volume(volume, world.clock);
  }
  if (exec.verb === 'network create')
    for (const network of world.networks.values())
      if (exec.targets.includes(network.name) && network.createdAt >= exec.at)
        owners.network(network, world.clock);
  reviewTags(world, exec);
  // Another command that fits the same may have been blamed alone.
  for (const effect of effectsOf(world, exec))
    for (const other of doersOf(world, effect)) if (other !== exec) emit({ k: 'exec', exec: other });
  emit({ k: 'exec', exec });
  const inside = exec.containerId === null ? undefined : world.containersByEngineId.get(exec.containerId);
  if (exec.verb === 'signal' && inside) lookAgainAtDeaths(context, inside);
};

/** How the kernel saw it end may become known after the engine told of it. */
const lookAgainAtDeaths = ({ world, emit }: Context, container: Container): void => {
  for (const death of world.deathsOfContainer.of(container.id)) emit({ k: 'death', death, container });
};

const bootOf = (key: string): string => key.slice(0, key.lastIndexOf(':'));

/** Commands that another witness saw begin: that one has gone, and nobody will tell of their ends. */
const endThoseOfOthers = ({ world }: Context, key: string, at: Nanos): void => {
  const boot = bootOf(key);
  if (world.witness === boot) return;
  world.witness = boot;
  for (const exec of world.execs.values()) {
    if (exec.endAt !== null || bootOf(exec.key) === boot) continue;
    exec.endAt = at;
    noteExec(world, exec);
  }
};

const ownerOf = (world: World, containerId: string): number | null =>
  world.containersByEngineId.get(containerId)?.owner.job ?? null;

/** Who ran it, in the terms of the core. */
export const callerFields = (
  context: Context,
  caller: Caller,
  at: Nanos,
): Pick<Exec, 'pid' | 'start' | 'uid' | 'exe' | 'containerId' | 'job' | 'olderThanJob'> => {
  const { world } = context;
  const { pid, start, uid, exe, containerId } = caller;
  const job = containerId === null ? hostJob(context, caller, at) : ownerOf(world, containerId);
  const ended = job !== null && world.jobs.get(job)?.state === 'ended';
  const olderThanJob = caller.olderThanJob || (containerId === null && ended);
  return { pid, start, uid, exe, containerId, job, olderThanJob };
};

/** It becomes known to everything that looks for commands. */
export const begin = (context: Context, exec: Exec): void => {
  const { world } = context;
  endThoseOfOthers(context, exec.key, exec.at);
  indexExec(world, exec);
  noteExec(world, exec);
  reconsider(context, exec);
};

export const beginExec = (context: Context, { caller, ...command }: ExecBegin): void => {
  const { world } = context;
  // A witness that was not told that we have it sends it again.
  if (world.execs.has(command.key)) return;
  begin(context, {
    ...command,
    id: ++world.lastIds.exec,
    endAt: null,
    code: null,
    signal: null,
    ...callerFields(context, caller, command.at),
    made: null,
    call: null,
  });
};

export const endExec = (context: Context, { key, at, code, signal }: ExecEnd): void => {
  const { world } = context;
  const exec = world.execs.get(key);
  if (!exec || exec.endAt !== null) return;
  exec.endAt = at;
  exec.code = code;
  exec.signal = signal;
  noteExec(world, exec);
  reconsider(context, exec);
};

/** The end of a process that we asked about: a container's main process, or the root of a host job. */
export const endProcess = (context: Context, exit: ProcessExit): void => {
  const { world } = context;
  for (const job of world.jobs.values()) {
    if (job.root?.pid !== exit.pid || job.root.start !== exit.start) continue;
    job.root = null;
    keepAlive(world, job, exit.at);
  }
  const container = [...world.containers.values()].find(
    (each) => each.pid === exit.pid && each.removedAt === null,
  );
  // Found gone: how it ended was not seen.
  if (!container || (exit.code === null && exit.signal === null)) return;
  container.exit = { at: exit.at, signal: exit.signal };
  world.changes.containers.add(container);
  lookAgainAtDeaths(context, container);
};
