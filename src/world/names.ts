import type { NameUse, Nanos } from '../domain';
import type { Context } from './context';
import { execsAlive } from './execs';
import { nameKey, type World } from './world';

export const holderOf = (world: World, type: NameUse['type'], name: string): NameUse | undefined =>
  [...world.nameUses.of(nameKey(type, name))].findLast((use) => use.to === null);

export const takeName = (
  world: World,
  type: NameUse['type'],
  name: string,
  resource: number,
  job: number | null,
  at: Nanos,
): NameUse => {
  const held = holderOf(world, type, name);
  if (held?.resource === resource) return held;
  // Names are unique in the engine: what we missed is that the former holder let go of it.
  if (held) releaseName(world, held, at);
  const use: NameUse = { id: ++world.lastIds.nameUse, type, name, resource, job, from: at, to: null };
  world.nameUses.add(nameKey(type, name), use);
  if (type === 'container') world.namesOfResource.add(resource, use);
  world.changes.nameUses.add(use);
  return use;
};

export const releaseName = (world: World, use: NameUse, at: Nanos): void => {
  use.to = at;
  world.changes.nameUses.add(use);
};

export const releaseNamesOf = (
  world: World,
  type: NameUse['type'],
  name: string,
  resource: number,
  at: Nanos,
): void => {
  const held = holderOf(world, type, name);
  if (held?.resource === resource) releaseName(world, held, at);
};

const asking: Readonly<Record<NameUse['type'], readonly string[]>> = {
  container: ['run', 'create', 'rename'],
  network: ['network create'],
  tag: [],
};

/** A command that wanted this name was not refused it after all, when the event comes only after the command's end. */
export const wakeAskers = ({ world, emit }: Context, use: NameUse): void => {
  for (const exec of execsAlive(world, asking[use.type], use.from))
    if (exec.endAt !== null && (exec.name === use.name || exec.targets.includes(use.name)))
      emit({ k: 'exec', exec });
};
