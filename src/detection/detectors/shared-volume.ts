import { type Finding, type MountUse, MINUTE, type Nanos, type ResourceRef, weakest } from '../../domain';
import { perJob } from '../advice';
import type { Detector, Judgement, Proposal } from '../detector';
import { isHarmlessPath } from '../host-paths';
import type { History } from '../history';
import { affectedLimit, refOf } from '../party';
import { collide, leftBy, rootOf, type Sharer, sharersOf } from '../sharing';

/** Jobs that share in short turns are told of once: it is over when one of them has let go for this long. */
const quietBeforeOver: Nanos = 10n * MINUTE;

type Shared = Pick<MountUse, 'kind' | 'source'>;

const keyOf = (sharer: Sharer, history: History): string => history.job(sharer.party.job)?.key ?? 'somebody';

const variantOf = ({ kind, source }: Shared): string =>
  kind === 'path' ? 'host-path' : /^[0-9a-f]{64}$/.test(source) ? 'anonymous' : 'volume';

const nameOf = ({ kind, source }: Shared): string =>
  kind === 'path'
    ? `host directory ${source}`
    : variantOf({ kind, source }) === 'anonymous'
      ? `anonymous volume ${source.slice(0, 12)}`
      : `volume ${source}`;

const resourceOf = ({ kind, source }: Shared): ResourceRef => ({
  type: kind === 'path' ? 'path' : 'volume',
  id: source,
  name: source,
});

/** Where paths lie in one another, the inner one is what both can reach. */
const innermost = (sharers: readonly Sharer[]): Shared =>
  sharers
    .map((each) => each.use)
    .reduce((inner, use) => (use.source.length > inner.source.length ? use : inner));

const adviceFor = (shared: Shared, sharer: Sharer, history: History): string => {
  const { source, kind } = shared;
  const allow = `If it is meant to be shared, say so in crosstalk.yml under detect.allow: { kind: shared-volume, name: "${source}" }.`;
  const change = {
    volume: `Give each job a volume of its own: -v ${source}-$ID:${sharer.use.destination}, removed at the end with docker volume rm ${source}-$ID. What is only read can be mounted with :ro.`,
    anonymous:
      'An anonymous volume went from one container to another by --volumes-from or by a Compose project that both jobs use: docker compose up --renew-anon-volumes, docker compose down --volumes, and docker rm -v.',
    'host-path': `Mount a directory that belongs to the job: -v ${source}/$ID:${sharer.use.destination}, or --tmpfs ${sharer.use.destination} where nothing needs to be kept.`,
  }[variantOf({ kind, source })]!;
  return perJob(history.job(sharer.party.job), `${change} ${allow}`);
};

const affectedBy = (shared: Shared, sharers: readonly Sharer[]): ResourceRef[] => {
  const others = [...new Set(sharers.map((each) => each.use.source))].filter(
    (each) => each !== shared.source,
  );
  const containers = new Map(sharers.map((each) => [each.container.id, refOf(each.container)]));
  return [
    resourceOf(shared),
    ...others.map((source) => resourceOf({ kind: shared.kind, source })),
    ...containers.values(),
  ].slice(0, affectedLimit);
};

const evidenceFor = (sharers: readonly Sharer[], history: History): Proposal['evidence'] =>
  sharers.slice(0, 50).map(({ use, container, party }) => ({
    at: use.from,
    // Events tell of volumes; host paths show in inspections only.
    source: use.kind === 'volume' ? ('event' as const) : ('inspect' as const),
    text: `${container.name} of ${history.job(party.job)?.key} mounted ${use.source} at ${use.destination}, ${use.readOnly ? 'read-only' : 'writable'}`,
    ref: use.kind === 'volume' ? null : `inspect:${container.engineId}`,
  }));

const atOnce = (one: readonly Sharer[], other: readonly Sharer[], history: History): Proposal => {
  const sharers = [...one, ...other];
  const shared = innermost(sharers);
  const [first, second] = [one[0]!, other[0]!];
  const keys = [keyOf(first, history), keyOf(second, history)] as const;
  const writers = [one, other].map((each) => each.some(({ use }) => !use.readOnly));
  const [writer, reader] = writers[0] ? keys : [keys[1], keys[0]];
  return {
    variant: variantOf(shared),
    severity: 'warning',
    // Both mounts were seen; who hurts whom is not: nobody acted.
    confidence: weakest(first.party.confidence, second.party.confidence, 'likely'),
    title: writers.every(Boolean)
      ? `${keys[0]} and ${keys[1]} can both write to ${nameOf(shared)} at the same time`
      : `${reader} reads ${nameOf(shared)} while ${writer} can write to it`,
    summary: `${first.container.name} of ${keys[0]} and ${second.container.name} of ${keys[1]} ran at the same time with ${nameOf(shared)} mounted${writers.every(Boolean) ? ', both writable' : ''}. What one changes, the other finds changed.`,
    advice: adviceFor(shared, second, history),
    victims: [first.party, second.party],
    actors: [],
    resource: resourceOf(shared),
    affected: affectedBy(shared, sharers),
    evidence: evidenceFor(sharers, history),
    act: null,
  };
};

const after = (later: Sharer, earlier: Sharer, history: History): Proposal => {
  const shared = innermost([later, earlier]);
  const keys = [keyOf(later, history), keyOf(earlier, history)] as const;
  return {
    variant: variantOf(shared),
    severity: 'info',
    confidence: weakest(later.party.confidence, earlier.party.confidence),
    title: `${keys[0]} runs on ${nameOf(shared)} that ${keys[1]} used before it`,
    summary: `${earlier.container.name} of ${keys[1]} could write to ${nameOf(shared)} before ${later.container.name} of ${keys[0]} mounted it. Whatever was left there is what the later job begins with.`,
    advice: adviceFor(shared, later, history),
    victims: [later.party],
    actors: [earlier.party],
    resource: resourceOf(shared),
    affected: affectedBy(shared, [later, earlier]),
    evidence: evidenceFor([earlier, later], history),
    act: null,
  };
};

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
    if (!earlier || (!known.has(job) && together.has(pairOf(job, earlier.party.job)))) return [];
    if (later.use.kind === 'volume') {
      // A volume that was made after the earlier use ended is another of the same name.
      const volume = history.volume(later.use.source);
      if (!volume || volume.createdAt > earlier.use.from) return [];
    }
    return [after(later, earlier, history)];
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
