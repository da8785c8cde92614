import { type Kin, type Ownership, type Relations, resolveOwner } from '../attribution/owners';
import type { Described, Identifier, Identity } from '../attribution/identity';
import {
  type Container,
  type Labels,
  type Nanos,
  type Network,
  nobody,
  type Owner,
  type Volume,
} from '../domain';
import type { Fact } from './fact';
import { createGroups } from './group';
import { isRunning, keepAlive, meetJob, mergeJob } from './jobs';
import { holderOf } from './names';
import { sourceOf } from './mounts';
import type { World } from './world';

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

type Owned = Container | Volume | Network;

/** Labels that do not come with the image: a label of the image itself says nothing about who runs it. */
const ownLabels = (labels: Labels, image: Labels | undefined): Labels =>
  image === undefined
    ? labels
    : Object.fromEntries(Object.entries(labels).filter(([key, value]) => image[key] !== value));

const strong = (owner: Owner): boolean =>
  owner.job !== null && owner.level <= 2 && owner.confidence !== 'possible';

export const createOwners = (world: World, identifier: Identifier, emit: (fact: Fact) => void): Owners => {
  const identities = new Map<number, Identity>();
  const relatives = createGroups<string, Container>();
  const members = createGroups<string, Owned>();

  const imageLabels = (container: Container): Labels | undefined => {
    const byTag = holderOf(world, 'tag', container.image);
    const image =
      (container.imageId ? world.imagesByEngineId.get(container.imageId) : undefined) ??
      (byTag ? world.images.get(byTag.resource) : undefined);
    return image?.labels;
  };

  const describe = (container: Container): Described => ({
    kind: 'container',
    name: container.name,
    image: container.image,
    labels: ownLabels(container.labels, imageLabels(container)),
    env: container.env,
    networks: container.networks,
    volumes: container.mounts.flatMap((mount) => (mount.type === 'volume' && mount.name ? [mount.name] : [])),
    binds: container.mounts.flatMap((mount) =>
      mount.type === 'bind' ? [`${mount.source}:${mount.destination}`] : [],
    ),
  });

  const describeOther = (kind: 'volume' | 'network', { name, labels }: Volume | Network): Described => ({
    kind,
    name,
    labels,
    env: {},
    networks: kind === 'network' ? [name] : [],
    volumes: kind === 'volume' ? [name] : [],
    binds: [],
  });

  const keyOf = (owner: Owner): string | undefined => {
    const job = owner.job === null ? undefined : world.jobs.get(owner.job);
    return job?.key;
  };

  const soleUser = (owner: Owner, users: ReadonlySet<Container>): string | undefined => {
    if (!strong(owner)) return undefined;
    const foreign = [...users].some((user) => strong(user.owner) && user.owner.job !== owner.job);
    return foreign ? undefined : keyOf(owner);
  };

  const kinOf = (self: Owned): Kin => ({
    ofContainer(reference) {
      const holder = holderOf(world, 'container', reference);
      const found =
        world.containersByEngineId.get(reference) ?? (holder && world.containers.get(holder.resource));
      return found && found !== self && strong(found.owner) ? keyOf(found.owner) : undefined;
    },
    ofNetwork(name) {
      const network = [...world.networks.values()].find(
        (each) => each.name === name && each.removedAt === null,
      );
      return network && soleUser(network.owner, relatives.of(`net:${name}`));
    },
    ofVolume(name) {
      const volume = world.volumesByName.get(name);
      return volume && soleUser(volume.owner, relatives.of(`vol:${name}`));
    },
    ofHostPath(path) {
      if (path.split('/').length < 4) return undefined;
      const owners = new Set<number>();
      for (const container of world.containers.values()) {
        if (
          container === self ||
          !isRunning(container) ||
          container.part !== 'build' ||
          !strong(container.owner)
        )
          continue;
        const holds = container.mounts.some((mount) => {
          const where = sourceOf(mount);
          return where?.kind === 'path' && (path === where.source || path.startsWith(`${where.source}/`));
        });
        if (holds) owners.add(container.owner.job!);
      }
      const [only] = owners;
      return owners.size === 1 ? world.jobs.get(only!)?.key : undefined;
    },
    ofGroup: (key) =>
      [...members.of(key)].flatMap((member) => {
        const job = member !== self && strong(member.owner) ? keyOf(member.owner) : undefined;
        return job === undefined ? [] : [job];
      }),
    jobsAlive() {
      const alive: string[] = [];
      for (const job of world.jobs.values()) if (job.state === 'running' && alive.push(job.key) === 2) break;
      return alive;
    },
  });

  /** Turns a key into a job and hands the resource over; answers whether the owner changed. */
  const assign = (self: Owned, ownership: Ownership, identity: Identity, at: Nanos): boolean => {
    const before = self.owner;
    // A guess made at the creation stands until something better is known.
    if (ownership.level === 0 && before.level === 8) return false;
    const grace = identity.runner ? identifier.teardown(identity.runner).graceSeconds : 60;
    const fields = ownership.level <= 2 ? identity.fields : {};
    const job = ownership.key === null ? null : meetJob(world, ownership.key, fields, grace, at);
    const { system, confidence, because, level } = ownership;
    self.owner =
      ownership === noOwnership ? nobody : { job: job?.id ?? null, system, confidence, because, level };
    return before.job !== self.owner.job || before.confidence !== confidence || before.system !== system;
  };
  const noOwnership: Ownership = { key: null, system: null, confidence: null, because: [], level: 0 };

  const relationsOf = (container: Container, fresh: boolean): Relations => ({
    refersTo: container.refersTo,
    networks: container.networks,
    volumes: container.mounts.flatMap((mount) => (mount.type === 'volume' && mount.name ? [mount.name] : [])),
    hostPaths: container.mounts.flatMap((mount) => {
      const where = sourceOf(mount);
      return where?.kind === 'path' ? [where.source] : [];
    }),
    imageKnown: imageLabels(container) !== undefined || Object.keys(container.labels).length === 0,
    fresh,
  });

  const relate = (container: Container, identity: Identity): void => {
    for (const name of container.networks) relatives.add(`net:${name}`, container);
    for (const mount of container.mounts) if (mount.name) relatives.add(`vol:${mount.name}`, container);
    for (const reference of container.refersTo) relatives.add(`ref:${reference}`, container);
    for (const group of identity.groups) {
      relatives.add(`group:${group.key}`, container);
      members.add(group.key, container);
    }
  };

  /** A better owner of one may settle whose its relatives are. */
  const wakeRelatives = (keys: readonly string[], self: Owned, at: Nanos): void => {
    const woken = new Set(keys.flatMap((key) => [...relatives.of(key)]));
    for (const relative of woken)
      if (relative !== self && !strong(relative.owner) && relative.removedAt === null)
        owners.container(relative, at, false);
  };

  /** Members of a group that had a stand-in key follow the member that shows the real id. */
  const replaceSynthetic = (self: Owned, identity: Identity, at: Nanos): void => {
    const key = keyOf(self.owner);
    if (key === undefined || identity.claims.length === 0) return;
    for (const group of identity.groups) {
      if (!group.merges || group.syntheticJob === null || group.syntheticJob === key) continue;
      const synthetic = world.jobsByKey.get(group.syntheticJob);
      const real = world.jobs.get(self.owner.job!);
      if (!synthetic || !real || synthetic.aliasOf !== null) continue;
      mergeJob(world, synthetic, real);
      for (const member of [...members.of(group.key)]) if (member !== self) again(member, at);
    }
  };

  const again = (member: Owned, at: Nanos): void => {
    if ('image' in member) owners.container(member, at, false);
    else if (world.networksByEngineId.get(member.engineId) === member) owners.network(member, at);
    else owners.volume(member as Volume, at);
  };

  const owners: Owners = {
    container(container, at, fresh) {
      const identity = identifier.identify(describe(container));
      identities.set(container.id, identity);
      relate(container, identity);
      container.preset = identity.runner;
      container.part = identity.part;
      container.systemActor = identity.systemActor?.actor ?? null;
      const previous = container.owner.job;
      const changed = assign(
        container,
        resolveOwner(identity, relationsOf(container, fresh), kinOf(container)),
        identity,
        at,
      );
      world.changes.containers.add(container);
      if (!changed) return;
      if (previous !== null) world.containersOfJob.remove(previous, container);
      const job = container.owner.job;
      if (job !== null) {
        world.containersOfJob.add(job, container);
        if (isRunning(container) || fresh) keepAlive(world, world.jobs.get(job)!, at);
      }
      for (const use of world.nameUses.of(`container ${container.name}`))
        if (use.resource === container.id && use.job !== job) {
          use.job = job;
          world.changes.nameUses.add(use);
        }
      replaceSynthetic(container, identity, at);
      if (strong(container.owner))
        wakeRelatives(
          [
            `ref:${container.engineId}`,
            `ref:${container.name}`,
            ...identity.groups.map((group) => `group:${group.key}`),
          ],
          container,
          at,
        );
      emit({ k: 'container', container });
      for (const use of world.mountUsesOfContainer.of(container.id)) emit({ k: 'use', use });
    },
    volume(volume, at) {
      const identity = identifier.identify(describeOther('volume', volume));
      for (const group of identity.groups) members.add(group.key, volume);
      if (identity.creator) volume.creator = meetJob(world, identity.creator.key, {}, 60, at).id;
      const relations = {
        refersTo: [],
        networks: [],
        volumes: [],
        hostPaths: [],
        imageKnown: true,
        fresh: false,
      };
      const changed = assign(volume, resolveOwner(identity, relations, kinOf(volume)), identity, at);
      world.changes.volumes.add(volume);
      if (changed) wakeRelatives([`vol:${volume.name}`], volume, at);
    },
    network(network, at) {
      const identity = identifier.identify(describeOther('network', network));
      for (const group of identity.groups) members.add(group.key, network);
      const relations = {
        refersTo: [],
        networks: [],
        volumes: [],
        hostPaths: [],
        imageKnown: true,
        fresh: false,
      };
      const changed = assign(network, resolveOwner(identity, relations, kinOf(network)), identity, at);
      world.changes.networks.add(network);
      if (changed)
        wakeRelatives(
          [`net:${network.name}`, ...identity.groups.map((group) => `group:${group.key}`)],
          network,
          at,
        );
    },
    identityOf(container) {
      const known = identities.get(container.id) ?? identifier.identify(describe(container));
      identities.set(container.id, known);
      return known;
    },
    identityOfVolume: (volume) => identifier.identify(describeOther('volume', volume)),
    forget(container) {
      const identity = identities.get(container.id);
      for (const name of container.networks) relatives.remove(`net:${name}`, container);
      for (const mount of container.mounts) if (mount.name) relatives.remove(`vol:${mount.name}`, container);
      for (const reference of container.refersTo) relatives.remove(`ref:${reference}`, container);
      for (const group of identity?.groups ?? []) {
        relatives.remove(`group:${group.key}`, container);
        members.remove(group.key, container);
      }
      identities.delete(container.id);
    },
    relatives: (key) => relatives.of(key),
  };

  // After a restart the relations are rebuilt from what the world remembers.
  for (const container of world.containers.values()) relate(container, owners.identityOf(container));
  for (const volume of world.volumes.values())
    for (const group of owners.identityOfVolume(volume).groups) members.add(group.key, volume);
  for (const network of world.networks.values())
    for (const group of identifier.identify(describeOther('network', network)).groups)
      members.add(group.key, network);
  return owners;
};
