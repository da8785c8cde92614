import { type Finding, MINUTE, type MountUse, type Nanos } from '../../domain';
import type { Detector, Judgement, Proposal } from '../detector';
import { isHarmlessPath } from '../host-paths';
import type { History } from '../history';
import { collide, leftBy, rootOf, type Sharer, sharersOf } from '../sharing';
import { after, atOnce, type Shared } from '../sharing-proposals';

/** Jobs that share in short turns are told of once: it is over when one of them has let go for this long. */
const quietBeforeOver: Nanos = 10n * MINUTE;

const sharingOf = (name: string, history: History): 'sequential' | 'concurrent' | undefined => {
  const volume = history.volume(name);
  const described = {
    kind: 'volume' as const,
    name,
    labels: {},
    env: {},
    networks: [],
    volumes: [name],
    binds: [],
  };
  const identity = volume ? history.volumeIdentity(volume) : history.identifier.identify(described);
  return identity.sharedByDesign?.sharing;
};

const pairOf = (one: number, other: number): string => (one < other ? `${one} ${other}` : `${other} ${one}`);

const jobsIn = (parties: Finding['victims']): number[] =>
  parties.flatMap(({ job }) => (job === null ? [] : [job]));

/** Pairs of jobs that run on it together now, or were told to and still are of two jobs. */
const concurrent = (
  sharers: readonly Sharer[],
  told: readonly Finding[],
  history: History,
): Map<string, Proposal> => {
  const open = sharers.filter((each) => each.use.to === null);
  const pairs = new Set(
    open.flatMap((one) =>
      open.filter((other) => collide(one, other)).map((other) => pairOf(one.party.job, other.party.job)),
    ),
  );
  for (const finding of told) {
    const [one, other] = jobsIn(finding.victims);
    if (one !== undefined && other !== undefined) pairs.add(pairOf(one, other));
  }
  const found = new Map<string, Proposal>();
  for (const pair of pairs) {
    const [first, second] = pair
      .split(' ')
      .map((job) => sharers.filter((each) => each.party.job === Number(job)));
    const one = first!.filter((each) => second!.some((other) => collide(each, other)));
    const other = second!.filter((each) => first!.some((another) => collide(each, another)));
    if (one.length > 0) found.set(pair, atOnce(one, other, history));
  }
  return found;
};

/** A volume that was made after the earlier use began is another of the same name. */
const isSame = (use: MountUse, earlier: Sharer, history: History): boolean => {
  if (use.kind === 'path') return true;
  const volume = history.volume(use.source);
  return volume !== undefined && volume.createdAt <= earlier.use.from;
};

/** Whose data a job began with: told at its first use, and judged again for as long as the finding is open. */
const sequential = (
  use: MountUse,
  sharers: readonly Sharer[],
  told: readonly Finding[],
  together: ReadonlyMap<string, Proposal>,
  history: History,
): Proposal[] => {
  const known = new Set(told.flatMap(({ victims, actors }) => (actors.length > 0 ? jobsIn(victims) : [])));
  const jobs = new Set(sharers.map((each) => each.party.job));
  return [...jobs].flatMap((job) => {
    const later = sharers.find((each) => each.party.job === job)!;
    if (!known.has(job) && later.use.id !== use.id) return [];
    const earlier = leftBy(later, sharers);
    if (!earlier) return [];
    const news = !together.has(pairOf(job, earlier.party.job)) && isSame(use, earlier, history);
    return known.has(job) || news ? [after(later, earlier, history)] : [];
  });
};

/** What is not proposed any more was wrong, unless the uses that it rests on are too old to be remembered. */
const otherwise = (told: readonly Finding[], use: Shared, history: History): Judgement['otherwise'] => {
  const uses = use.kind === 'volume' ? history.uses('volume', use.source) : history.usesAround(use.source);
  const remembered = new Set(uses.map((each) => history.container(each.container)?.engineId));
  const forgotten = told.some(({ affected }) =>
    affected.some(({ type, id }) => type === 'container' && !remembered.has(id)),
  );
  return forgotten ? { status: 'resolved', reason: 'it is long ago' } : undefined;
};

/** Meant to be used in turns, in one container's hands at most, and nothing is told of it: a runner's cache on most days. */
const isFree = ({ source }: MountUse, history: History): boolean =>
  history.uses('volume', source).filter((use) => use.to === null).length < 2 &&
  !history.openFindings('shared-volume').some(({ subject }) => subject === `volume:${source}`);

export const sharedVolume: Detector = {
  kind: 'shared-volume',
  variants: ['volume', 'anonymous', 'host-path'],
  summary: 'Containers of two jobs mounted the same volume or host directory.',
  on: ['use'],

  judge(fact, history) {
    if (fact.k !== 'use') return undefined;
    const { kind, source } = fact.use;
    if (kind === 'path' && isHarmlessPath(source)) return undefined;
    const sharing = kind === 'volume' ? sharingOf(source, history) : undefined;
    if (sharing === 'concurrent') return undefined;
    if (sharing === 'sequential' && isFree(fact.use, history)) return undefined;
    const near = sharersOf(fact.use, history);
    const root: Shared = { kind, source: rootOf(fact.use, near) };
    const subject = `${kind}:${root.source}`;
    const told = history.openFindings('shared-volume').filter((finding) => finding.subject === subject);
    if (told.length === 0 && new Set(near.map((each) => each.party.job)).size < 2) return undefined;
    const sharers = root.source === source ? near : sharersOf(root, history);
    const together = concurrent(sharers, told, history);
    const inTurn = sharing === 'sequential' ? [] : sequential(fact.use, sharers, told, together, history);
    const end = otherwise(told, root, history);
    return { subject, proposals: [...together.values(), ...inTurn], ...(end && { otherwise: end }) };
  },

  over(finding, history) {
    const shared: Shared = {
      kind: finding.resource.type === 'path' ? 'path' : 'volume',
      source: finding.resource.id,
    };
    const sharers = sharersOf(shared, history);
    if (
      shared.kind === 'volume' &&
      !history.volume(shared.source) &&
      !sharers.some(({ use }) => use.to === null)
    )
      return 'the volume is gone';
    for (const id of jobsIn(finding.victims)) {
      const mine = sharers.filter(({ party }) => party.job === id);
      if (mine.some(({ use }) => use.to === null)) continue;
      const job = history.job(id);
      if (!job || job.state === 'ended') return `${job?.key ?? 'the job'} has ended`;
      if (mine.every(({ use }) => history.now() - use.to! >= quietBeforeOver))
        return `${job.key} does not use it any more`;
    }
    return undefined;
  },
};
