import { type MountUse, type ResourceRef, weakest } from '../domain';
import { perJob } from './advice';
import type { Proposal } from './detector';
import type { History } from './history';
import { affectedLimit, refOf } from './party';
import type { Sharer } from './sharing';

export type Shared = Pick<MountUse, 'kind' | 'source'>;

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

/** Two jobs ran with it at the same time: two victims, nobody acted. */
export const atOnce = (one: readonly Sharer[], other: readonly Sharer[], history: History): Proposal => {
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

/** A job began with what another had left. */
export const after = (later: Sharer, earlier: Sharer, history: History): Proposal => {
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
