import type { Maker } from '../attribution/owners';
import { type Confidence, type Container, type Exec, type Nanos, SECOND, weakest } from '../domain';
import { execsAlive, isToldByCalls, noteExec } from './execs';
import { normalTag } from './image-name';
import { nameKey, type World } from './world';

const creating = ['run', 'create'];
const composing = ['compose up', 'compose run', 'compose create'];
/** A name as the engine makes it up, in any of its words. */
const enginesOwn = /^[a-z]{3,16}_[a-z]{2,20}\d?$/;
/** The client asks for the container this soon, unless it pulls the image first. */
const prompt: Nanos = 10n * SECOND;
const projectLabel = 'com.docker.compose.project';

/** A create that failed made nothing; a run can fail after it made its container. */
const madeNothing = ({ verb, endAt, code }: Exec): boolean =>
  verb !== 'run' && endAt !== null && code !== null && code !== 0;

/** A `run` that failed (125) before its container ran did not make one that runs: it found the name taken. */
const failedBefore = ({ verb, code }: Exec, { startedAt, exitCode }: Container): boolean =>
  verb === 'run' && code === 125 && startedAt !== null && exitCode !== 125;

const sameImage = (exec: Exec, container: Container): boolean =>
  exec.image !== null && normalTag(exec.image) === normalTag(container.image);

const firstNameOf = (world: World, container: Container): string =>
  [...world.namesOfResource.of(container.id)].reduce<{ id: number; name: string } | undefined>(
    (first, use) => (first && first.id < use.id ? first : use),
    undefined,
  )?.name ?? container.name;

interface Fit {
  readonly execs: readonly Exec[];
  readonly confidence: Confidence;
}

const meantFor = (world: World, verbs: readonly string[], at: Nanos): Exec[] =>
  execsAlive(world, verbs, at).filter(
    (exec) => exec.engine !== 'other' && !madeNothing(exec) && !isToldByCalls(world, exec),
  );

/** The call whose answer says that it made this: better evidence there is not. */
const calledFor = (world: World, id: string): Fit | undefined => {
  const [call] = world.callsByCreated.of(id);
  return call && { execs: [call], confidence: 'certain' };
};

/** An answered call says what it made, and made nothing else. */
const saysWhatItMade = ({ call }: Exec): boolean => call !== null && call.created.length > 0;

/** A `run` ends well only after its container has started: one that was over before did not make it. */
const wasOverBefore = (world: World, { verb, endAt, code }: Exec, container: Container): boolean => {
  const { startedAt, finishedAt } = container;
  if (verb !== 'run' || endAt === null || code !== 0 || startedAt === null) return false;
  // Of one that was started again, the first start is not kept.
  const isFirst = [...world.deathsOfContainer.of(container.id)].length === (finishedAt === null ? 0 : 1);
  return isFirst && startedAt > endAt;
};

const unnamed = (world: World, container: Container): Fit => {
  const fitting = meantFor(world, creating, container.createdAt).filter(
    (exec) =>
      exec.name === null &&
      !saysWhatItMade(exec) &&
      sameImage(exec, container) &&
      container.createdAt - exec.at < prompt &&
      !wasOverBefore(world, exec, container),
  );
  const own = fitting.filter((exec) => exec.made === container.id);
  if (own.length > 0) return { execs: own, confidence: 'certain' };
  const free = fitting.filter((exec) => exec.made === null);
  return { execs: free, confidence: free.length === 1 ? 'certain' : 'likely' };
};

/** A `run` that did not fail made a container of its name: where that is this one, those that failed beside it made none. */
const withSuccess = (
  world: World,
  named: readonly Exec[],
  name: string,
  container: Container,
): readonly Exec[] => {
  if (named.length < 2) return named;
  const succeeded = named.filter(
    ({ at, endAt, code }) =>
      endAt !== null &&
      code === 0 &&
      ![...world.nameUses.of(nameKey('container', name))].some(
        (use) => use.resource !== container.id && use.from >= at && use.from <= endAt,
      ),
  );
  return succeeded.length === 1 ? succeeded : named;
};

/** The commands that can have made this container, at the strongest way of fitting that any of them has. */
const fitOf = (world: World, container: Container): Fit => {
  const called = calledFor(world, container.engineId);
  if (called) return called;
  const name = firstNameOf(world, container);
  const named = meantFor(world, creating, container.createdAt).filter(
    (exec) => exec.name === name && !failedBefore(exec, container) && !saysWhatItMade(exec),
  );
  if (named.length > 0) return { execs: withSuccess(world, named, name, container), confidence: 'certain' };
  const project = container.labels[projectLabel];
  if (project !== undefined) {
    const composed = meantFor(world, composing, container.createdAt);
    const exact = composed.filter((exec) => exec.project === project);
    if (exact.length > 0) return { execs: exact, confidence: 'certain' };
    return { execs: composed.filter((exec) => exec.project === null), confidence: 'likely' };
  }
  if (!enginesOwn.test(name)) return { execs: [], confidence: 'likely' };
  const asked = unnamed(world, container);
  if (asked.execs.length > 0) return asked;
  return { execs: meantFor(world, ['build'], container.createdAt), confidence: 'likely' };
};

const jobBehind = (world: World, exec: Exec): { job: number; confidence: Confidence } | undefined => {
  const caller = exec.containerId === null ? undefined : world.containersByEngineId.get(exec.containerId);
  if (exec.containerId === null)
    return exec.job === null
      ? undefined
      : { job: exec.job, confidence: exec.olderThanJob ? 'likely' : 'certain' };
  const owner = caller?.owner;
  if (!owner || owner.job === null || owner.confidence === null || owner.confidence === 'possible')
    return undefined;
  return { job: owner.job, confidence: owner.confidence };
};

/** What commands say of who made it. One of whose caller nothing is known leaves it open. */
const statementsOf = (world: World, { execs, confidence }: Fit): readonly Maker[] => {
  const callers = execs.map((exec) => ({ exec, who: jobBehind(world, exec) }));
  if (callers.some(({ who }) => who === undefined)) return [];
  return callers.flatMap(({ exec, who }) => {
    const key = world.jobs.get(who!.job)?.key;
    if (key === undefined) return [];
    const because =
      exec.call === null
        ? `made by docker ${exec.verb}, which a process of ${key} ran`
        : `made by a call of ${key}: ${exec.call.method} ${exec.call.path}`;
    return [{ key, confidence: weakest(confidence, who!.confidence), because }];
  });
};

/** Who made a container, as far as commands tell. An unnamed run of the only job that fits is spoken for by it. */
export const makersOfContainer = (world: World, container: Container): readonly Maker[] => {
  const fit = fitOf(world, container);
  const makers = statementsOf(world, fit);
  const [exec] = fit.execs;
  const unnamedRun = exec && exec.name === null && creating.includes(exec.verb) && exec.made === null;
  if (unnamedRun && new Set(makers.map(({ key }) => key)).size === 1) {
    exec.made = container.id;
    noteExec(world, exec);
  }
  return makers;
};

/** Who made a volume or network of that name. */
export const makersOfNamed = (
  world: World,
  type: 'volume' | 'network',
  {
    name,
    engineId = name,
    createdAt,
    labels,
  }: { name: string; engineId?: string; createdAt: Nanos; labels: Readonly<Record<string, string>> },
): readonly Maker[] => {
  const asked = meantFor(world, [`${type} create`], createdAt).filter((exec) =>
    saysWhatItMade(exec) ? exec.call!.created.includes(engineId) : exec.targets.includes(name),
  );
  if (asked.length > 0) return statementsOf(world, { execs: asked, confidence: 'certain' });
  const project = labels[projectLabel];
  if (project === undefined) return [];
  const composed = meantFor(world, composing, createdAt).filter((exec) => exec.project === project);
  return statementsOf(world, { execs: composed, confidence: 'certain' });
};

const tagging = ['build', 'tag', 'commit', 'import', 'pull'];

const taggersOf = (world: World, tag: string, at: Nanos): Exec[] =>
  meantFor(world, tagging, at).filter((exec) => exec.tags.some((each) => normalTag(each) === normalTag(tag)));

/**
 * Commands that alone can have made this tag at another time: each makes it once, so it was not they now. Two builds with one
 * tag overlap; the one that still runs while the other has ended makes it last.
 */
export const withTagElsewhere = (world: World, tag: string, at: Nanos): ReadonlySet<Exec> =>
  new Set(
    [...world.nameUses.of(nameKey('tag', tag))].flatMap((use) => {
      const taggers = use.from === at ? [] : taggersOf(world, tag, use.from);
      return taggers.length === 1 ? taggers : [];
    }),
  );

/** Commands that can have made a tag, and whose they are. Of what `load` tags, the engine tells nothing. */
export const makersOfTag = (
  world: World,
  tag: string,
  at: Nanos,
): { readonly execs: readonly Exec[]; readonly makers: readonly Maker[] } => {
  const named = taggersOf(world, tag, at);
  const elsewhere = named.length > 1 ? withTagElsewhere(world, tag, at) : new Set<Exec>();
  const here = named.filter((exec) => !elsewhere.has(exec));
  const fit: Fit = { execs: here.length > 0 ? here : named, confidence: 'certain' };
  return { execs: fit.execs, makers: statementsOf(world, fit) };
};

/** Containers that a command which was only now told of can have made: the newest, back to its begin. */
export const madeSince = (world: World, exec: Exec): Container[] => {
  if (![...creating, ...composing, 'build'].includes(exec.verb)) return [];
  const found: Container[] = [];
  for (let id = world.lastIds.resource; id > 0; id--) {
    const container = world.containers.get(id);
    if (!container) continue;
    if (container.createdAt < exec.at) break;
    if (container.removedAt === null || world.clock - container.removedAt < prompt) found.push(container);
  }
  return found.reverse();
};
