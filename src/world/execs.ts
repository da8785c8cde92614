import { type Container, type Exec, isCall, MILLISECOND, type Nanos, SECOND } from '../domain';
import { nameKey, processKey, type World } from './world';

/** The engine acts on a command no sooner than this after its exec (9 ms measured at the tail). */
const reaction: Nanos = 4n * MILLISECOND;
/** It tells of what it did before it answers the client; the rest is what two clocks may differ by. */
const afterglow: Nanos = 5n * MILLISECOND;
/** An interrupted client leaves calls behind that the engine goes on with: one that ends its own container does. */
const unfinished: Nanos = 3n * SECOND;
/** Shorter prefixes of ids are not what anybody types. */
const shortestPrefix = 4;

/** A call is answered when the engine has done it; 300 ms are what its events may come later. */
const afterAnswer: Nanos = 300n * MILLISECOND;

/** It was ended by a signal, or says so, or hung up: what it had asked for may still be done. */
export const isInterrupted = ({ signal, code, call }: Exec): boolean =>
  call === null
    ? signal !== null || (code !== null && code >= 128)
    : call.status === null && call.aborted !== null;

const byTime = (a: Exec, b: Exec): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id);

/** Whether what the engine told at this time can be this command's doing. */
export const isWithinLife = (exec: Exec, at: Nanos): boolean => {
  const { call, endAt } = exec;
  if (exec.at + (call === null ? reaction : 0n) > at) return false;
  if (endAt === null) return true;
  return at <= endAt + (isInterrupted(exec) ? unfinished : call === null ? afterglow : afterAnswer);
};

/** Whether a name led to this container at some moment between the two times. */
const held = (world: World, container: Container, name: string, from: Nanos, to: Nanos): boolean =>
  [...world.nameUses.of(nameKey('container', name))].some(
    (use) => use.resource === container.id && use.from <= to && (use.to === null || use.to >= from),
  );

const isPrefix = (target: string, id: string): boolean =>
  target.length >= shortestPrefix && /^[0-9a-f]+$/.test(target) && id.startsWith(target);

/** Whether a target of the command, typed at its begin, means this container. Names go before prefixes of ids, as in the engine. */
export const names = (world: World, exec: Exec, container: Container, at: Nanos): boolean =>
  exec.targets.some(
    (target) =>
      held(world, container, target, exec.at, at) ||
      (isPrefix(target, container.engineId) &&
        ![...world.nameUses.of(nameKey('container', target))].some(
          (use) => use.from <= at && (use.to === null || use.to >= exec.at),
        )),
  );

const keysOf = (container: Container, name: string): string[] => {
  const keys = [name];
  for (let length = shortestPrefix; length <= container.engineId.length; length++)
    keys.push(container.engineId.slice(0, length));
  return keys;
};

/** Commands with a target that can mean this container, oldest first. */
export const execsNaming = (world: World, container: Container, at: Nanos): Exec[] => {
  const found = new Set<Exec>();
  if (world.execs.size === 0) return [];
  const namesHeld = new Set([container.name]);
  for (const use of world.namesOfResource.of(container.id)) namesHeld.add(use.name);
  for (const name of namesHeld)
    for (const key of keysOf(container, name))
      for (const exec of world.execsByTarget.of(key)) found.add(exec);
  return [...found]
    .filter((exec) => isWithinLife(exec, at) && names(world, exec, container, at))
    .sort((a, b) => a.id - b.id);
};

const sameCaller = (one: Exec, other: Exec): boolean =>
  one.job === null ? one.containerId === other.containerId && other.job === null : one.job === other.job;

/** Whether an `rm` that somebody else ran after the container had ended can have removed it. */
export const isAnothersRemoval = (
  world: World,
  container: Container,
  { at, diedAt }: { readonly at: Nanos; readonly diedAt: Nanos | null },
  removedAt: Nanos,
): boolean => {
  if (diedAt === null) return false;
  const removers = execsNaming(world, container, removedAt).filter(
    ({ verb, engine }) => verb === 'rm' && engine !== 'other',
  );
  if (removers.length === 0) return false;
  const enders = execsNaming(world, container, at);
  return removers.every(
    (exec) => !isWithinLife(exec, at) && !enders.some((ender) => sameCaller(ender, exec)),
  );
};

/** Commands with one of these verbs whose life holds this time. */
export const execsAlive = (world: World, verbs: readonly string[], at: Nanos): Exec[] =>
  verbs
    .flatMap((verb) => [...world.execsByVerb.of(verb)])
    .filter((exec) => isWithinLife(exec, at))
    .sort(byTime);

/** Verbs of commands whose calls do not say all that they do: what a build tags, BuildKit is told in a tongue of its own. */
const untoldByCalls = new Set(['build', 'compose build']);

/**
 * Whether calls tell what this command did: its process made some, or the plugin that it started did. Then the calls
 * decide, and the command adds nothing.
 */
export const isToldByCalls = (world: World, exec: Exec): boolean => {
  if (exec.call !== null || untoldByCalls.has(exec.verb)) return false;
  if (world.callsByProcess.of(processKey(exec)).size > 0) return true;
  if (!exec.verb.startsWith('compose ')) return false;
  return [...world.execs.values()].some(
    (other) => other.call !== null && sameCaller(other, exec) && isWithinLife(exec, other.at),
  );
};

export const indexExec = (world: World, exec: Exec): void => {
  world.execs.set(exec.key, exec);
  world.execsByVerb.add(exec.verb, exec);
  for (const target of exec.targets) world.execsByTarget.add(target, exec);
  if (exec.containerId !== null) world.execsByCaller.add(exec.containerId, exec);
  if (exec.call !== null) world.callsByProcess.add(processKey(exec), exec);
};

export const forgetExec = (world: World, exec: Exec): void => {
  world.execs.delete(exec.key);
  world.execsByVerb.remove(exec.verb, exec);
  for (const target of exec.targets) world.execsByTarget.remove(target, exec);
  if (exec.containerId !== null) world.execsByCaller.remove(exec.containerId, exec);
  if (exec.call === null) return;
  world.callsByProcess.remove(processKey(exec), exec);
  for (const id of exec.call.created) world.callsByCreated.remove(id, exec);
};

/** Notes that the row of this command or call is to be written. */
export const noteExec = ({ changes }: World, exec: Exec): void => {
  if (isCall(exec)) changes.calls.add(exec);
  else changes.execs.add(exec);
};
