import type { Kin } from '../attribution/owners';
import type { Identity } from '../attribution/identity';
import { type Container, execMemory, type Network, type Owner, type Volume } from '../domain';
import { createGroups } from './group';
import { isRunning } from './jobs';
import { makersOfContainer, makersOfNamed } from './makers';
import { sourceOf } from './mounts';
import { holderOf } from './names';
import type { World } from './world';

export type Owned = Container | Volume | Network;

/** Known by its own label, name or per-job group: only such owners are handed on to relatives. */
export const isStrong = (owner: Owner): boolean =>
  owner.job !== null && owner.level <= 2 && owner.confidence !== 'possible';

export const keyOf = (world: World, owner: Owner): string | undefined =>
  owner.job === null ? undefined : world.jobs.get(owner.job)?.key;

/** Who is related to whom: by network, volume, reference and preset group. */
export const createKinship = (world: World) => {
  const relatives = createGroups<string, Container>();
  const members = createGroups<string, Owned>();

  const keysOf = (container: Container, identity: Identity | undefined): string[] => [
    ...container.networks.map((name) => `net:${name}`),
    ...container.mounts.flatMap((mount) => (mount.name ? [`vol:${mount.name}`] : [])),
    ...container.refersTo.map((reference) => `ref:${reference}`),
    ...(identity?.groups ?? []).map((group) => `group:${group.key}`),
  ];

  const soleUser = (owner: Owner, users: ReadonlySet<Container>): string | undefined => {
    if (!isStrong(owner)) return undefined;
    const foreign = [...users].some((user) => isStrong(user.owner) && user.owner.job !== owner.job);
    return foreign ? undefined : keyOf(world, owner);
  };

  const holdsPath = (container: Container, path: string): boolean =>
    container.mounts.some((mount) => {
      const where = sourceOf(mount);
      return where?.kind === 'path' && (path === where.source || path.startsWith(`${where.source}/`));
    });

  const ofHostPath = (self: Owned, path: string): string | undefined => {
    // `/`, `/tmp`, `/srv/builds` are everybody's.
    if (path.split('/').length < 4) return undefined;
    const jobs = new Set<number>();
    for (const other of world.containers.values())
      if (
        other !== self &&
        other.part === 'build' &&
        isRunning(other) &&
        isStrong(other.owner) &&
        holdsPath(other, path)
      )
        jobs.add(other.owner.job!);
    const [only] = jobs;
    return jobs.size === 1 ? world.jobs.get(only!)?.key : undefined;
  };

  return {
    relate(container: Container, identity: Identity): void {
      for (const key of keysOf(container, identity)) relatives.add(key, container);
      for (const group of identity.groups) members.add(group.key, container);
    },
    join(other: Volume | Network, identity: Identity): void {
      for (const group of identity.groups) members.add(group.key, other);
    },
    forget(container: Container, identity: Identity | undefined): void {
      for (const key of keysOf(container, identity)) relatives.remove(key, container);
      for (const group of identity?.groups ?? []) members.remove(group.key, container);
    },
    relatives: (key: string) => relatives.of(key),
    members: (groupKey: string) => members.of(groupKey),
    kinOf: (self: Owned): Kin => ({
      makers() {
        if (self.owner.level === 1 && world.clock - self.createdAt > execMemory) return undefined;
        if ('image' in self) return makersOfContainer(world, self);
        return makersOfNamed(world, 'creator' in self ? 'volume' : 'network', self);
      },
      ofContainer(reference) {
        const holder = holderOf(world, 'container', reference);
        const found =
          world.containersByEngineId.get(reference) ?? (holder && world.containers.get(holder.resource));
        return found && found !== self && isStrong(found.owner) ? keyOf(world, found.owner) : undefined;
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
      ofHostPath: (path) => ofHostPath(self, path),
      ofGroup: (key) =>
        [...members.of(key)].flatMap((member) => {
          const job = member !== self && isStrong(member.owner) ? keyOf(world, member.owner) : undefined;
          return job === undefined ? [] : [job];
        }),
      standInsOf(key) {
        const job = world.jobsByKey.get(key);
        return job
          ? [...world.jobs.values()].filter((each) => each.aliasOf === job.id).map((each) => each.key)
          : [];
      },
      jobsAlive() {
        const alive: string[] = [];
        for (const job of world.jobs.values())
          if (job.state === 'running' && alive.push(job.key) === 2) break;
        return alive;
      },
    }),
  };
};

export type Kinship = ReturnType<typeof createKinship>;
