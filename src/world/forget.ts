import { execMemory, HOUR, memoryHours, type MountUse } from '../domain';
import type { Context } from './context';
import { forgetEffects } from './effects';
import { forgetExec } from './execs';

const horizon = BigInt(memoryHours) * HOUR;
/** Earlier users of a volume or path that are remembered beyond the first hour. */
const usersKept = 4;

const forgetUses = ({ world }: Context): void => {
  for (const key of [...world.mountUses.keys()]) {
    const ended = [...world.mountUses.of(key)]
      .filter((use) => use.to !== null)
      .sort((a, b) => Number(b.to! - a.to!));
    ended.forEach((use: MountUse, index) => {
      const age = world.clock - use.to!;
      if (age <= HOUR || (age <= horizon && index < usersKept)) return;
      world.mountUses.remove(key, use);
      world.mountUsesOfContainer.remove(use.container, use);
    });
  }
};

const forgetContainers = ({ world, owners }: Context): void => {
  for (const container of world.containers.values()) {
    if (container.removedAt === null || world.clock - container.removedAt < HOUR) continue;
    if (world.mountUsesOfContainer.of(container.id).size > 0) continue;
    owners.forget(container);
    world.containers.delete(container.id);
    if (world.containersByEngineId.get(container.engineId) === container)
      world.containersByEngineId.delete(container.engineId);
    if (container.owner.job !== null) world.containersOfJob.remove(container.owner.job, container);
    for (const death of [...world.deathsOfContainer.of(container.id)])
      world.deathsOfContainer.remove(container.id, death);
  }
};

/** Drops from memory (never from the store) what nothing can refer to any more. */
export const forget = (context: Context): void => {
  const { world } = context;
  forgetUses(context);
  forgetEffects(context);
  forgetContainers(context);
  for (const key of [...world.nameUses.keys()])
    for (const use of [...world.nameUses.of(key)])
      if (use.to !== null && world.clock - use.to > horizon) {
        world.nameUses.remove(key, use);
        world.namesOfResource.remove(use.resource, use);
      }
  for (const exec of world.execs.values())
    if (exec.endAt !== null && world.clock - exec.endAt > execMemory) forgetExec(world, exec);
  for (const act of world.acts.values())
    if (act.dueAt === null && world.clock - act.lastAt > HOUR) {
      world.acts.delete(act.id);
      world.actsOfContainer.remove(act.container, act);
    }
  for (const volume of world.volumes.values())
    if (volume.removedAt !== null && world.clock - volume.removedAt > HOUR) world.volumes.delete(volume.id);
  for (const network of world.networks.values())
    if (network.removedAt !== null && world.clock - network.removedAt > HOUR) {
      world.networks.delete(network.id);
      world.networksByEngineId.delete(network.engineId);
    }
  for (const image of world.images.values())
    if (image.removedAt !== null && world.clock - image.removedAt > HOUR) world.images.delete(image.id);
  for (const gap of world.gaps)
    if ((gap.to ?? gap.from ?? 0n) < world.clock - horizon) world.gaps.delete(gap);
};
