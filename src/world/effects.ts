import {
  type Effect,
  effectActions,
  effectMemory,
  type EngineEvent,
  type Exec,
  type Labels,
} from '../domain';
import type { Context } from './context';
import { isWithinLife, names } from './execs';
import { normalTag } from './image-name';
import { withTagElsewhere } from './makers';
import { nameKey, type World } from './world';

/** How well a command fits an effect: it names what was touched, or only fits by kind and time. */
export type Fit = 'named' | 'loosely' | undefined;

const prefixOf = (target: string, id: string): boolean =>
  /^[0-9a-f]{4,64}$/.test(target) && id.startsWith(target);

const onContainer = (world: World, exec: Exec, effect: Effect, action: string, target?: number): Fit => {
  if (effect.type !== 'container' || effect.action !== action || effect.resource === null) return undefined;
  const container = world.containers.get(effect.resource);
  if (!container) return undefined;
  const asked = target === undefined ? exec : { ...exec, targets: exec.targets.slice(target, target + 1) };
  return names(world, asked, container, effect.at) ? 'named' : undefined;
};

const onNetwork = (world: World, exec: Exec, effect: Effect, action: string): Fit => {
  if (effect.type !== 'network' || effect.action !== action) return undefined;
  const [network = '', target] = exec.targets;
  if (effect.name !== network && !prefixOf(network, effect.engineId)) return undefined;
  const container = effect.container === null ? undefined : world.containers.get(effect.container);
  return container &&
    target !== undefined &&
    names(world, { ...exec, targets: [target] }, container, effect.at)
    ? 'named'
    : undefined;
};

const byTarget = (exec: Exec, effect: Effect, type: string, action: string): Fit =>
  effect.type === type &&
  effect.action === action &&
  exec.targets.some(
    (target) => target === effect.name || (type === 'network' && prefixOf(target, effect.engineId)),
  )
    ? 'named'
    : undefined;

const tagging = (exec: Exec, effect: Effect): Fit =>
  effect.type === 'image' &&
  effect.action === 'tag' &&
  exec.tags.some((tag) => normalTag(tag) === normalTag(effect.name))
    ? 'named'
    : undefined;

/** An image that a target of the command means: a tag that it had, or a prefix of its id. */
const ofImage = (world: World, exec: Exec, effect: Effect): Fit => {
  if (effect.type !== 'image' || (effect.action !== 'untag' && effect.action !== 'delete')) return undefined;
  const meant = exec.targets.some(
    (target) =>
      prefixOf(target.replace(/^sha256:/, ''), effect.engineId.replace(/^sha256:/, '')) ||
      [...world.nameUses.of(nameKey('tag', normalTag(target)))].some(
        (use) =>
          use.resource === effect.resource && use.from <= effect.at && (use.to === null || use.to >= exec.at),
      ),
  );
  return meant ? 'named' : effect.action === 'delete' && exec.force ? 'loosely' : undefined;
};

const destroyed = (effect: Effect, ...types: string[]): Fit =>
  types.includes(effect.type) && ['destroy', 'untag', 'delete', 'prune'].includes(effect.action)
    ? 'loosely'
    : undefined;

type Matcher = (world: World, exec: Exec, effect: Effect) => Fit;
const composed: Matcher = (_world, _exec, effect) => destroyed(effect, 'network', 'volume');
const made: Matcher = (_world, exec, effect) => tagging(exec, effect);

/** Whether a prune's filter spares it. Of labels only some are known: one that is not seen there counts as missing. */
const isSpared = ({ filters }: Exec, labels: Labels): boolean =>
  filters.some((filter) => {
    const [, key, value] = /^label=([^=]+)(?:=(.*))?$/s.exec(filter) ?? [];
    if (key === undefined) return false;
    return labels[key] === undefined || (value !== undefined && labels[key] !== value);
  });

/** A prune takes what had stopped, or had never been started, before it began. */
const prunedContainer: Matcher = (world, exec, effect) => {
  const container = effect.resource === null ? undefined : world.containers.get(effect.resource);
  if (effect.type !== 'container' || (effect.action === 'destroy' && !container)) return undefined;
  if (effect.action === 'destroy' && container) {
    const idleSince = container.finishedAt ?? (container.startedAt === null ? container.createdAt : null);
    if (container.autoRemove || idleSince === null || idleSince > exec.at) return undefined;
    if (isSpared(exec, container.labels)) return undefined;
  }
  return destroyed(effect, 'container');
};

const matchers: Readonly<Record<string, Matcher>> = {
  rm: (world, exec, effect) => onContainer(world, exec, effect, 'destroy'),
  exec: (world, exec, effect) => onContainer(world, exec, effect, 'exec_create'),
  attach: (world, exec, effect) => onContainer(world, exec, effect, 'attach'),
  'cp-in': (world, exec, effect) => onContainer(world, exec, effect, 'extract-to-dir'),
  'cp-out': (world, exec, effect) => onContainer(world, exec, effect, 'archive-path'),
  commit: (world, exec, effect) => onContainer(world, exec, effect, 'commit', 0) ?? tagging(exec, effect),
  'network connect': (world, exec, effect) => onNetwork(world, exec, effect, 'connect'),
  'network disconnect': (world, exec, effect) => onNetwork(world, exec, effect, 'disconnect'),
  'network rm': (_world, exec, effect) => byTarget(exec, effect, 'network', 'destroy'),
  'volume rm': (_world, exec, effect) => byTarget(exec, effect, 'volume', 'destroy'),
  tag: made,
  build: made,
  pull: made,
  import: made,
  rmi: ofImage,
  'container prune': prunedContainer,
  'network prune': (_world, _exec, effect) => destroyed(effect, 'network'),
  'volume prune': (_world, _exec, effect) => destroyed(effect, 'volume'),
  'image prune': (_world, _exec, effect) => destroyed(effect, 'image'),
  'builder prune': (_world, _exec, effect) => destroyed(effect, 'builder'),
  'system prune': (world, exec, effect) =>
    prunedContainer(world, exec, effect) ?? destroyed(effect, 'network', 'volume', 'image', 'builder'),
  'compose down': composed,
  'compose rm': composed,
};

/** Whether the command can have brought this about, by what it says and when it ran. */
export const fitsEffect = (world: World, exec: Exec, effect: Effect): Fit =>
  exec.engine !== 'other' && isWithinLife(exec, effect.at)
    ? matchers[exec.verb]?.(world, exec, effect)
    : undefined;

/** Everything remembered that the command can have brought about, oldest first. */
export const effectsOf = (world: World, exec: Exec): Effect[] =>
  matchers[exec.verb] ? world.effects.filter((effect) => fitsEffect(world, exec, effect) !== undefined) : [];

/** Commands that can have brought it about. */
export const doersOf = (world: World, effect: Effect): Exec[] => {
  const fitting = Object.keys(matchers)
    .flatMap((verb) => [...world.execsByVerb.of(verb)])
    .filter((exec) => fitsEffect(world, exec, effect) !== undefined)
    .sort((a, b) => a.id - b.id);
  if (fitting.length < 2 || effect.type !== 'image' || effect.action !== 'tag') return fitting;
  const elsewhere = withTagElsewhere(world, effect.name, effect.at);
  const here = fitting.filter((exec) => !elsewhere.has(exec));
  return here.length > 0 ? here : fitting;
};

/** Keeps an event that a command can be behind, as long as commands are watched. */
export const keepEffect = (
  { world }: Context,
  { type, action, id, name, time }: EngineEvent,
  row: { readonly id: number; readonly resource: number | null; readonly other: number | null },
): void => {
  if (world.sources.size === 0 || !effectActions[type]?.includes(action)) return;
  const effect: Effect = {
    id: row.id,
    at: time,
    type,
    action,
    name: name ?? id,
    engineId: id,
    resource: row.resource,
    container: row.other,
  };
  world.effects.push(effect);
  world.unjudged.add(effect);
};

/** Forgets what no command that is remembered as running, or ended just now, can be behind. */
export const forgetEffects = ({ world }: Context): void => {
  let oldest = world.clock - effectMemory;
  for (const exec of world.execs.values())
    if (exec.endAt === null && matchers[exec.verb] && exec.at < oldest) oldest = exec.at;
  world.effects = world.effects.filter(({ at }) => at >= oldest);
};
