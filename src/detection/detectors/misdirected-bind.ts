import { posix } from 'node:path';
import { type Container, type Mount, type ResourceRef, weakest } from '../../domain';
import type { Detector, Proposal } from '../detector';
import { cleanPath, isHarmlessPath, isWithin } from '../host-paths';
import type { History } from '../history';
import { affectedLimit, partyOf, refOf } from '../party';

/** Where a container of the job shows another directory under the path that a bind names. */
interface Meant {
  readonly source: string;
  readonly bind: Mount;
  readonly build: Container;
  readonly mount: Mount;
}

/**
 * Directories that every host has: where it is not known that the job's steps run in a container, a job that names one
 * of them means the host's.
 */
const everyHostHas = /^\/(?:etc|usr|var|root|home|run|opt|lib)(?:\/|$)|^\/(?:tmp|mnt|srv|data)?$/;

const wasRunning = (build: Container, at: Container): boolean =>
  build.id !== at.id &&
  build.startedAt !== null &&
  build.createdAt < at.createdAt &&
  (build.finishedAt === null || build.finishedAt >= at.createdAt) &&
  (build.removedAt === null || build.removedAt >= at.createdAt);

/** Containers in which the job's steps ran when this one was created, and what of their mounts may be compared. */
const buildsOf = (container: Container, history: History): { build: Container; mounts: Mount[] }[] => {
  const job = container.owner.job === null ? undefined : history.job(container.owner.job);
  if (!job) return [];
  const own = history.containersOf(job).filter((each) => partyOf(each) !== undefined);
  if (own.some((each) => each.part !== null))
    return own
      .filter((each) => each.part === 'build' || each.part === 'step')
      .filter((each) => wasRunning(each, container))
      .map((build) => ({ build, mounts: [...build.mounts] }));
  return own
    .filter((each) => wasRunning(each, container))
    .map((build) => ({
      build,
      mounts: build.mounts.filter(({ destination }) => !everyHostHas.test(cleanPath(destination))),
    }));
};

/** The mount on which this path lies inside the container; undefined when it is in the container's own layer. */
const mountAt = (mounts: readonly Mount[], path: string): Mount | undefined =>
  mounts
    .filter((mount) => isWithin(path, cleanPath(mount.destination)))
    .reduce<Mount | undefined>(
      (deepest, mount) =>
        deepest && deepest.destination.length >= mount.destination.length ? deepest : mount,
      undefined,
    );

const isSamePlace = (mount: Mount, path: string): boolean =>
  mount.source !== '' &&
  posix.join(cleanPath(mount.source), path.slice(cleanPath(mount.destination).length)) === path;

const misdirected = (bind: Mount, builds: ReturnType<typeof buildsOf>): Meant | undefined => {
  const source = cleanPath(bind.source);
  if (bind.type !== 'bind' || !source.startsWith('/') || isHarmlessPath(source)) return undefined;
  const found = builds.flatMap(({ build, mounts }) => {
    const mount = mountAt(mounts, source);
    return mount && (mount.type === 'volume' || mount.type === 'bind')
      ? [{ source, bind, build, mount }]
      : [];
  });
  return found.some(({ mount }) => isSamePlace(mount, source)) ? undefined : found[0];
};

const pathRef = (path: string): ResourceRef => ({ type: 'path', id: path, name: path });

const propose = (
  container: Container,
  meant: readonly [Meant, ...Meant[]],
  history: History,
): Proposal | undefined => {
  const party = partyOf(container);
  const [{ source, bind, build, mount }] = meant;
  const builder = partyOf(build);
  if (!party || !builder) return undefined;
  const key = (party.job === null ? undefined : history.job(party.job)?.key) ?? 'the job';
  const behind = mount.type === 'volume' ? `volume ${mount.name ?? ''}`.trim() : mount.source;
  const volumes = mount.type === 'volume' && mount.name;
  const instead = volumes
    ? `mount the volume itself (-v ${mount.name}:${mount.destination})`
    : `name the directory as the host does (${posix.join(cleanPath(mount.source), source.slice(cleanPath(mount.destination).length))})`;
  return {
    variant: null,
    severity: 'warning',
    confidence: weakest(party.confidence, builder.confidence, 'likely'),
    title: `${key} mounted ${source} of the host, not of its own ${build.name}`,
    summary: `${container.name} binds ${source} to ${bind.destination}. In ${build.name}, where the job runs, ${mount.destination} is ${behind}; the engine took the host's ${source} instead, which is often empty or made just then.`,
    advice: `The engine resolves the source of -v on its host, not in the container that runs docker. Use --volumes-from ${build.name}, or ${instead}, or have the runner mount the build directory at the same path on the host and in the container.`,
    victims: [party],
    actors: [party],
    resource: pathRef(source),
    affected: [
      ...meant.map((each) => pathRef(each.source)),
      refOf(container),
      ...new Map(meant.map((each) => [each.build.id, refOf(each.build)])).values(),
    ].slice(0, affectedLimit),
    evidence: meant.slice(0, 25).flatMap((each) => [
      {
        at: container.createdAt,
        source: 'inspect' as const,
        text: `${container.name} binds ${each.source} of the host to ${each.bind.destination}`,
        ref: `inspect:${container.engineId}`,
      },
      {
        at: each.build.createdAt,
        source: 'inspect' as const,
        text: `${each.build.name} has ${each.mount.type === 'volume' ? `volume ${each.mount.name}` : each.mount.source} at ${each.mount.destination}`,
        ref: `inspect:${each.build.engineId}`,
      },
    ]),
    act: null,
  };
};

export const misdirectedBind: Detector = {
  kind: 'misdirected-bind',
  variants: [null],
  summary: 'A job bound a path of its build container, and the engine mounted that path of the host.',
  on: ['container'],

  judge(fact, history) {
    if (fact.k !== 'container') return undefined;
    const { container } = fact;
    if (!container.mounts.some((mount) => mount.type === 'bind')) return undefined;
    const subject = `container:${container.engineId}`;
    // Mounts of what the runner itself started are the runner's, who knows the host. A job that copies the runner's
    // labels to what it starts does not copy the runner's names.
    const runnerMade = container.part !== null && history.identifier.isGeneratedName(container.name);
    if (!partyOf(container) || runnerMade || container.systemActor !== null)
      return { subject, proposals: [] };
    const builds = buildsOf(container, history);
    const [first, ...more] = container.mounts.flatMap((bind) => misdirected(bind, builds) ?? []);
    const proposal = first && propose(container, [first, ...more], history);
    return { subject, proposals: proposal ? [proposal] : [] };
  },
};
