import type { NameUse, Nanos } from '../domain';
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
  world.namesOfResource.add(resource, use);
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
