import {
  type Act,
  type ActVerb,
  type Container,
  type Effect,
  type Exec,
  MILLISECOND,
  MINUTE,
  type Nanos,
  SECOND,
} from '../domain';
import { callerOf } from './caller';
import { type Commanded, failed, failedInPart, judged, ownCode } from './candidates';
import type { History } from './history';

const ending = ['kill', 'stop', 'restart', 'rm'];

/** Commands that do such a thing to the containers they name. */
const naming: Readonly<Record<ActVerb, readonly string[]>> = {
  kill: ending,
  stop: ending,
  restart: ending,
  remove: ending,
  pause: ['pause'],
  rename: ['rename'],
};

const composeEnding = [
  'compose down',
  'compose stop',
  'compose kill',
  'compose rm',
  'compose restart',
  'compose up',
  'compose create',
  'compose run',
];
/** Commands that do it to containers that they do not name. */
const sweeping: Readonly<Record<ActVerb, readonly string[]>> = {
  kill: composeEnding,
  stop: composeEnding,
  restart: composeEnding,
  remove: composeEnding,
  pause: ['compose pause'],
  rename: ['compose up', 'compose create'],
};
/** Commands that remove what does not run. */
export const pruning = ['container prune', 'system prune'];

/** Verbs of commands that do something to containers. */
export const acting: ReadonlySet<string> = new Set([
  ...Object.values(naming).flat(),
  ...Object.values(sweeping).flat(),
  ...pruning,
]);

const projectLabel = 'com.docker.compose.project';

/**
 * An `rm` that failed for one of its targets removed those of which it saw the end, if another can have been that one: it
 * is still there, or a command of somebody else took it. Where none is, somebody unseen took one, and nobody knows which.
 */
const removedNothing = (exec: Exec, { removedAt }: Container, history: History): boolean => {
  if (exec.verb !== 'rm' || exec.endAt === null || !failedInPart(exec)) return false;
  if (removedAt === null || removedAt > exec.endAt) return true;
  const taken = history
    .effectsOf(exec)
    .filter(({ type, action }) => type === 'container' && action === 'destroy')
    .filter((effect) => history.doersOf(effect).every((doer) => doer.exec === exec));
  return new Set(taken.map(({ resource }) => resource)).size >= exec.targets.length;
};

/** `rm` without force ends nothing that runs; of what had ended before, only `rm` removes it. */
const couldEnd = (exec: Exec, act: Act): boolean =>
  act.signals.length > 0 ? exec.verb !== 'rm' || exec.force : act.verb !== 'remove' || exec.verb === 'rm';

/** A restart can fail after its stop: it sent its signal, and waited for the end. */
const stoppedBefore = ({ verb, endAt }: Exec, { signals, diedAt }: Act): boolean =>
  verb === 'restart' && signals.length > 0 && signals[0] !== 9 && diedAt !== null && endAt! >= diedAt;

const namedIn = (act: Act, container: Container, history: History): Exec[] =>
  history
    .execsNaming(container, act.at)
    .filter((exec) => exec.engine !== 'other' && naming[act.verb].includes(exec.verb))
    .filter((exec) => couldEnd(exec, act) && (!failed(exec) || stoppedBefore(exec, act)))
    .filter((exec) => !removedNothing(exec, container, history))
    .filter((exec) => !history.isToldByCalls(exec));

const fitsProject = (exec: Exec, container: Container): boolean => {
  const project = container.labels[projectLabel];
  return project !== undefined && (exec.project === null || exec.project === project);
};

/** A prune takes only what had stopped before it. */
const fitsPrune = (exec: Exec, act: Act, container: Container): boolean =>
  act.signals.length === 0 &&
  act.verb === 'remove' &&
  (container.finishedAt ?? container.createdAt) < exec.at;

const looselyIn = (act: Act, container: Container, history: History): Exec[] => [
  ...history
    .execsAlive(sweeping[act.verb], act.at)
    .filter((exec) => exec.engine !== 'other' && fitsProject(exec, container))
    .filter((exec) => !history.isToldByCalls(exec)),
  ...(act.verb === 'remove' && act.signals.length === 0
    ? history
        .execsAlive(pruning, act.at)
        .filter((exec) => fitsPrune(exec, act, container) && !failed(exec) && !history.isToldByCalls(exec))
    : []),
  // A foreground run hands on the signals it gets itself, and lives on until the container has ended.
  ...(act.signals.length > 0 && act.signals[0] !== 9
    ? history
        .execsAlive(['run', 'start'], act.at)
        .filter((exec) => exec.call === null && !history.isToldByCalls(exec))
        .filter((exec) => exec.made === container.id || exec.name === container.name)
        .filter((exec) => exec.endAt === null || exec.endAt >= (act.diedAt ?? act.at))
    : []),
];

/** From the kill of an `rm -f` to its removal, on a busy engine (measured: 99 of 100 within 740 ms). */
const forcedRemoval: Nanos = 800n * MILLISECOND;
/** A client that kills first and removes then asks for it within a second or two. */
const removalAfterKill: Nanos = 3n * SECOND;

/** Somebody unseen had just killed it, and whoever kills removes: a command that came then is no likelier to have done it. */
const isUnseenRemoval = (container: Container, removedAt: Nanos, within: Nanos, history: History): boolean =>
  history
    .actsBetween(removedAt - within, removedAt)
    .some(
      (act) =>
        act.container === container.id &&
        act.signals[0] === 9 &&
        commandedBy(act, container, history).by === 'none',
    );

const prunedUnseen = ({ type, action, resource, at }: Effect, history: History): boolean => {
  const container = resource === null ? undefined : history.container(resource);
  return (
    type === 'container' &&
    action === 'destroy' &&
    container !== undefined &&
    isUnseenRemoval(container, at, forcedRemoval, history)
  );
};

/** Who ran the command that brought this about. */
export const commandedEffect = (effect: Effect, history: History): Commanded => {
  const doers = history
    .doersOf(effect)
    .filter(({ exec }) => !history.isToldByCalls(exec))
    .filter(({ exec }) => (ownCode.has(exec.verb) && exec.call === null) || !failed(exec))
    .filter(({ exec }) => !pruning.includes(exec.verb) || !prunedUnseen(effect, history));
  return judged(
    effect.at,
    doers.filter(({ named }) => named).map(({ exec }) => exec),
    doers.filter(({ named }) => !named).map(({ exec }) => exec),
    history,
  );
};

/** What this command alone brought about, and how sure that is. Undefined: it ended so long ago that this is forgotten. */
export const broughtAbout = (
  exec: Exec,
  history: History,
): readonly { readonly effect: Effect; readonly by: Extract<Commanded, { by: 'one' }> }[] | undefined => {
  if (exec.endAt !== null && history.now() - exec.endAt > MINUTE) return undefined;
  if (history.isToldByCalls(exec)) return [];
  return history.effectsOf(exec).flatMap((effect) => {
    const by = commandedEffect(effect, history);
    return by.by === 'one' && by.who.key === callerOf(exec, history).key ? [{ effect, by }] : [];
  });
};

/** A prune looks at one container after the other: what ends while it runs, it may take or not. An `rm` beside it may come too late, and says so with `-f` to nobody. */
const orPruned = (found: Commanded, removedAt: Nanos, history: History): Commanded => {
  // A call that came too late would have been told so.
  if (found.by !== 'one' || found.exec.verb !== 'rm' || found.exec.call?.status === 204) return found;
  const prunes = history
    .execsAlive(pruning, removedAt)
    .filter((exec) => exec.engine !== 'other' && callerOf(exec, history).key !== found.who.key)
    .filter((exec) => !failed(exec) && !history.isToldByCalls(exec));
  return prunes.length === 0 ? found : { by: 'several', execs: [found.exec, ...prunes] };
};

/** Of several commands that can have ended it, the one that removed it: only an `rm` does. */
const removerOf = (act: Act, container: Container, history: History): Commanded | undefined => {
  const { removedAt } = container;
  if (act.signals.length === 0 || removedAt === null || removedAt !== act.lastAt) return undefined;
  const removal: Act = { ...act, at: removedAt };
  const removers = namedIn(removal, container, history).filter(({ verb }) => verb === 'rm');
  const found = orPruned(
    judged(removedAt, removers, looselyIn(removal, container, history), history),
    removedAt,
    history,
  );
  return found.by === 'one' && found.decided ? found : undefined;
};

/**
 * Who ran the command that did this to the container. One caller whose command names it, and no other that fits at
 * all: certain. One caller whose command only fits: likely. Several: nobody is accused.
 */
export const commandedBy = (act: Act, container: Container, history: History): Commanded => {
  const named = namedIn(act, container, history);
  const loose = looselyIn(act, container, history);
  const found = judged(act.at, named, loose, history);
  if (act.verb === 'remove' && act.signals.length === 0)
    return found.by === 'one' && isUnseenRemoval(container, act.at, removalAfterKill, history)
      ? { by: 'none' }
      : orPruned(found, act.at, history);
  return found.by === 'several' ? (removerOf(act, container, history) ?? found) : found;
};

/** A client makes a call for each of its targets: those of one process are one command. */
const isSameCommand = (one: Exec, other: Exec): boolean =>
  one === other ||
  (one.call !== null &&
    other.call !== null &&
    one.verb === other.verb &&
    one.start !== 0 &&
    one.pid === other.pid &&
    one.start === other.start);
/** How long before this call the first one of the same command can have been. */
const reach = ({ call }: Exec): Nanos => (call === null ? 0n : 10n * SECOND);

/** Acts of the same command on other containers: what it names, as far as it was the one that did it. */
export const alsoBy = (act: Act, exec: Exec, history: History): readonly Act[] =>
  history.actsBetween(exec.at - reach(exec), (exec.endAt ?? act.at) + 10n * SECOND).filter((other) => {
    if (other === act) return true;
    const container = history.container(other.container);
    if (!container) return false;
    const found = commandedBy(other, container, history);
    return found.by === 'one' && isSameCommand(found.exec, exec);
  });
