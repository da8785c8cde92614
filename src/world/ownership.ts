import { type Ownership, resolveOwner } from '../attribution/owners';
import type { Identifier, Identity } from '../attribution/identity';
import {
  type Container,
  execMemory,
  type Job,
  type Nanos,
  type Network,
  nobody,
  type Volume,
} from '../domain';
import { describe, describeNetwork, describeVolume, noRelations, relationsOf } from './describe';
import { noteExec } from './execs';
import type { Fact } from './fact';
import { countsForLife, isRunning, keepAlive, meetJob, mergeJob } from './jobs';
import { createKinship, isStrong, keyOf, type Owned } from './kin';
import { reviewTags } from './tags';
import { nameKey, type World } from './world';

/** Owners of everything in the world, kept up to date as evidence arrives. */
export interface Owners {
  /** Looks at a container again: what it is, whose it is. `fresh`: it was created just now. */
  container(container: Container, at: Nanos, fresh: boolean): void;
  volume(volume: Volume, at: Nanos): void;
  network(network: Network, at: Nanos): void;
  identityOf(container: Container): Identity;
  identityOfVolume(volume: Volume): Identity;
  forget(container: Container): void;
  /** Containers related to a key: `group:…`, `net:…`, `vol:…`, `ref:…`. */
  relatives(key: string): ReadonlySet<Container>;
}

export const createOwners = (world: World, identifier: Identifier, emit: (fact: Fact) => void): Owners => {
  const identities = new Map<number, Identity>();
  const kinship = createKinship(world);

  /** Turns a key into a job and hands the resource over; answers whether the owner changed. */
  const assign = (self: Owned, ownership: Ownership, identity: Identity, at: Nanos): boolean => {
    const before = self.owner;
    // A guess made at the creation stands until something better is known.
    if (ownership.level === 0 && before.level === 8) return false;
    // So does what a command proved that is no longer remembered.
    if (before.level === 1 && ownership.level !== 1 && world.clock - self.createdAt > execMemory)
      return false;
    const grace = identity.runner ? identifier.teardown(identity.runner).graceSeconds : 60;
    const fields = ownership.level <= 2 ? identity.fields : {};
    const job = ownership.key === null ? null : meetJob(world, ownership.key, fields, grace, at);
    const { system, confidence, because, level } = ownership;
    self.owner =
      ownership.level === 0 ? nobody : { job: job?.id ?? null, system, confidence, because, level };
    return before.job !== self.owner.job || before.confidence !== confidence || before.system !== system;
  };

  const leave = (container: Container, job: number): void => {
    world.containersOfJob.remove(job, container);
    const left = world.jobs.get(job);
    if (left) world.stirred.add(left);
  };

  const join = (container: Container, job: Job, aliveAt: Nanos | undefined): void => {
    world.containersOfJob.add(job.id, container);
    if (aliveAt !== undefined && countsForLife(world, job, container)) keepAlive(world, job, aliveAt);
    world.stirred.add(job);
  };

  const handNames = (type: 'container' | 'network', { id, name, owner }: Owned): void => {
    for (const use of world.nameUses.of(nameKey(type, name)))
      if (use.resource === id && use.job !== owner.job) {
        use.job = owner.job;
        world.changes.nameUses.add(use);
      }
  };

  /** A better owner of one may settle whose its relatives are. */
  const wakeRelatives = (keys: readonly string[], self: Owned, at: Nanos): void => {
    const woken = new Set(keys.flatMap((key) => [...kinship.relatives(key)]));
    for (const relative of woken)
      if (relative !== self && !isStrong(relative.owner) && relative.removedAt === null)
        owners.container(relative, at, false);
  };

  /** Members of a group that had a stand-in key follow the member that shows the real id. */
  const replaceSynthetic = (self: Owned, identity: Identity, at: Nanos): void => {
    const key = keyOf(world, self.owner);
    if (key === undefined || identity.claims.length === 0) return;
    for (const group of identity.groups) {
      if (!group.merges || group.syntheticJob === null || group.syntheticJob === key) continue;
      const synthetic = world.jobsByKey.get(group.syntheticJob);
      const real = world.jobs.get(self.owner.job!);
      if (!synthetic || !real || synthetic.aliasOf !== null) continue;
      mergeJob(world, synthetic, real);
      for (const member of [...kinship.members(group.key)]) if (member !== self) again(member, at);
    }
  };

  const again = (member: Owned, at: Nanos): void => {
    if ('image' in member) owners.container(member, at, false);
    else if (world.networksByEngineId.get(member.engineId) === member) owners.network(member, at);
    else owners.volume(member as Volume, at);
  };

  const owners: Owners = {
    container(container, at, fresh) {
      const identity = identifier.identify(describe(world, container));
      identities.set(container.id, identity);
      kinship.relate(container, identity);
      container.preset = identity.runner;
      container.part = identity.part;
      container.systemActor = identity.systemActor?.actor ?? null;
      const previous = container.owner.job;
      const changed = assign(
        container,
        resolveOwner(identity, relationsOf(world, container, fresh), kinship.kinOf(container)),
        identity,
        at,
      );
      world.changes.containers.add(container);
      if (!changed) return;
      if (previous !== null) leave(container, previous);
      const job = container.owner.job;
      if (job !== null) join(container, world.jobs.get(job)!, isRunning(container) || fresh ? at : undefined);
      handNames('container', container);
      replaceSynthetic(container, identity, at);
      if (isStrong(container.owner))
        wakeRelatives(
          [
            `ref:${container.engineId}`,
            `ref:${container.name}`,
            ...identity.groups.map((group) => `group:${group.key}`),
          ],
          container,
          at,
        );
      for (const exec of world.execsByCaller.of(container.engineId)) {
        exec.job = job;
        noteExec(world, exec);
        reviewTags(world, exec);
        emit({ k: 'exec', exec });
      }
      emit({ k: 'container', container });
      for (const use of world.mountUsesOfContainer.of(container.id)) emit({ k: 'use', use });
    },
    volume(volume, at) {
      const identity = identifier.identify(describeVolume(volume));
      kinship.join(volume, identity);
      if (identity.creator) volume.creator = meetJob(world, identity.creator.key, {}, 60, at).id;
      const changed = assign(
        volume,
        resolveOwner(identity, noRelations, kinship.kinOf(volume)),
        identity,
        at,
      );
      world.changes.volumes.add(volume);
      if (changed) wakeRelatives([`vol:${volume.name}`], volume, at);
    },
    network(network, at) {
      const identity = identifier.identify(describeNetwork(network));
      kinship.join(network, identity);
      const changed = assign(
        network,
        resolveOwner(identity, noRelations, kinship.kinOf(network)),
        identity,
        at,
      );
      world.changes.networks.add(network);
      if (changed) handNames('network', network);
      if (changed)
        wakeRelatives(
          [`net:${network.name}`, ...identity.groups.map((group) => `group:${group.key}`)],
          network,
          at,
        );
    },
    identityOf(container) {
      const known = identities.get(container.id) ?? identifier.identify(describe(world, container));
      identities.set(container.id, known);
      return known;
    },
    identityOfVolume: (volume) => identifier.identify(describeVolume(volume)),
    forget(container) {
      kinship.forget(container, identities.get(container.id));
      identities.delete(container.id);
    },
    relatives: (key) => kinship.relatives(key),
  };

  // After a restart the relations are rebuilt from what the world remembers.
  for (const container of world.containers.values()) kinship.relate(container, owners.identityOf(container));
  for (const volume of world.volumes.values()) kinship.join(volume, owners.identityOfVolume(volume));
  for (const network of world.networks.values())
    kinship.join(network, identifier.identify(describeNetwork(network)));
  return owners;
};
