import type { Identifier } from '../attribution/identity';
import { type Act, type MountUse, SECOND } from '../domain';
import type { History } from '../detection/history';
import type { DetectSettings } from './settings';
import { doersOf, effectsOf, fitsEffect } from '../world/effects';
import { execsAlive, execsNaming, isToldByCalls } from '../world/execs';
import { isRunning } from '../world/jobs';
import type { Owners } from '../world/ownership';
import { mountKey, nameKey, type World } from '../world/world';

/** Events arrive out of order by some milliseconds at most; a resumed stream by a little more. */
const outOfOrder = 10n * SECOND;
const pathPrefix = mountKey('path', '');

/** The world as detectors see it. */
export const createHistory = (
  world: World,
  owners: Owners,
  identifier: Identifier,
  { bypassedSocket }: Pick<DetectSettings, 'bypassedSocket'>,
): History => ({
  identifier,
  bypassedSocket: () => bypassedSocket,
  now: () => world.clock,
  job: (id) => world.jobs.get(id),
  jobsAliveAt: (at) =>
    [...world.jobs.values()].filter(
      (job) => job.aliasOf === null && job.startedAt <= at && (job.endedAt === null || job.endedAt > at),
    ),
  container: (id) => world.containers.get(id),
  containersOf: (job) => [...world.containersOfJob.of(job.id)],
  runningContainers: () => [...world.containers.values()].filter(isRunning),
  containersRunningAt: (at) =>
    [...world.containers.values()].filter(({ startedAt, finishedAt, removedAt }) => {
      const endedAt = finishedAt ?? removedAt;
      return startedAt !== null && startedAt <= at && (endedAt === null || endedAt >= at);
    }),
  volume: (name) => world.volumesByName.get(name),
  volumeById: (id) => world.volumes.get(id),
  volumesOf: (job) => [...world.volumesByName.values()].filter((volume) => volume.owner.job === job.id),
  network: (id) => world.networks.get(id),
  image: (id) => world.images.get(id),
  networksOf: (job) =>
    [...world.networks.values()].filter(
      (network) => network.owner.job === job.id && network.removedAt === null,
    ),
  identity: (container) => owners.identityOf(container),
  volumeIdentity: (volume) => owners.identityOfVolume(volume),
  uses: (kind, source) => [...world.mountUses.of(mountKey(kind, source))],
  usesAround(path) {
    const around: MountUse[] = [];
    for (const key of world.mountUses.keys()) {
      if (!key.startsWith(pathPrefix)) continue;
      const other = key.slice(pathPrefix.length);
      if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`))
        around.push(...world.mountUses.of(key));
    }
    return around;
  },
  usesOf: (container) => [...world.mountUsesOfContainer.of(container.id)],
  holders: (type, name) => [...world.nameUses.of(nameKey(type, name))],
  namesOf: ({ id }) => [...world.namesOfResource.of(id)].sort((a, b) => a.id - b.id),
  containerByEngineId: (id) => world.containersByEngineId.get(id),
  execsNaming: (container, at) => execsNaming(world, container, at),
  execsAlive: (verbs, at) => execsAlive(world, verbs, at),
  isToldByCalls: (exec) => isToldByCalls(world, exec),
  effectsOf: (exec) => effectsOf(world, exec),
  doersOf: (effect) =>
    doersOf(world, effect).map((exec) => ({ exec, named: fitsEffect(world, exec, effect) === 'named' })),
  execsIn: (container) => [...world.execsByCaller.of(container.engineId)],
  act: (id) => world.acts.get(id),
  actsBetween(from, to) {
    const found: Act[] = [];
    // Numbered as they came, so nearly in the order of their time: look back only as far as needed.
    for (let id = world.lastIds.act; id > 0; id--) {
      const act = world.acts.get(id);
      if (!act || act.at < from - outOfOrder) break;
      if (act.at >= from && act.at <= to) found.push(act);
    }
    return found.reverse();
  },
  deathsOf: (container) => [...world.deathsOfContainer.of(container.id)],
  membersOf: (groupKey) => [...owners.relatives(`group:${groupKey}`)],
  gaps: () => [...world.gaps],
  openFindings: (kind) => [...world.findings.values()].filter((finding) => finding.kind === kind),
});
