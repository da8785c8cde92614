import { type Container, type Effect, type Exec, type Network, type Party, weakest } from '../../domain';
import { isRunning } from '../../world/jobs';
import { perJob } from '../advice';
import { actorOf, evidenceOf, nameOf, quoted } from '../by-command';
import type { Commanded } from '../candidates';
import { broughtAbout } from '../commands';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { affectedLimit, isAlive, partyOf, partyOfOwner, refOf } from '../party';

const variants: Readonly<Record<string, string>> = {
  'network disconnect': 'disconnect',
  'network rm': 'remove',
  'network connect': 'join',
};

interface Hit {
  readonly effect: Effect;
  readonly network: Network;
  readonly victim: Party;
  readonly by: Extract<Commanded, { by: 'one' }>;
  /** Cut off, joined to a foreign network, or left without the network that it was made on. */
  readonly containers: readonly Container[];
}

/** Containers of a job that run and were created on that network. */
const onIt = (victim: Party, network: Network, history: History): readonly Container[] => {
  const job = victim.job === null ? undefined : history.job(victim.job);
  if (!job) return [];
  return history.containersOf(job).filter((each) => isRunning(each) && each.networks.includes(network.name));
};

const hitBy = (
  exec: Exec,
  effect: Effect,
  by: Hit['by'],
  actor: Party,
  history: History,
): Hit | undefined => {
  const network = effect.resource === null ? undefined : history.network(effect.resource);
  if (!network) return undefined;
  const container = effect.container === null ? undefined : history.container(effect.container);
  const guest = container && partyOf(container);
  const foreign = (party: Party | undefined): party is Party =>
    party !== undefined && party.job !== actor.job && isAlive(party, effect.at, history);
  const owner = partyOfOwner(network.owner);
  if (container && foreign(guest)) return { effect, network, victim: guest, by, containers: [container] };
  if (!foreign(owner)) return undefined;
  const users = onIt(owner, network, history);
  if (exec.verb === 'network connect') return { effect, network, victim: owner, by, containers: users };
  // Unused, it is told as something that was cleared away.
  return exec.verb === 'network rm' && users.length > 0
    ? { effect, network, victim: owner, by, containers: users }
    : undefined;
};

const harm: Readonly<Record<string, string>> = {
  disconnect: 'Its connections broke, and the names of that network lead nowhere any more.',
  remove: 'Containers that are started later cannot join it, and those that were cut off cannot come back.',
  join: 'From then on names of one job can lead to containers of the other, and each reaches what the other runs.',
};

const propose = (exec: Exec, actor: Party, hits: readonly [Hit, ...Hit[]], history: History): Proposal => {
  const [{ network, victim, by, effect }] = hits;
  const variant = variants[exec.verb]!;
  const containers = [
    ...new Map(hits.flatMap((hit) => hit.containers).map((each) => [each.id, each])).values(),
  ];
  const who = nameOf(actor, history);
  const owner = nameOf(victim, history);
  const [first] = containers;
  const title =
    variant === 'disconnect'
      ? `${who} cut ${first?.name ?? 'a container'} of ${owner} off network ${network.name}`
      : variant === 'remove'
        ? `${who} removed network ${network.name} of ${owner}`
        : `${who} joined ${effect.container !== null && first && partyOf(first)?.job === victim.job ? `${first.name} of ${owner} to network ${network.name}` : `network ${network.name} of ${owner}`}`;
  const resource = { type: 'network' as const, id: network.engineId, name: network.name };
  const inUse = containers.some(isRunning);
  return {
    variant,
    severity: variant !== 'join' && inUse ? 'critical' : 'warning',
    confidence: weakest(victim.confidence, actor.confidence, by.confidence),
    title,
    summary: `${quoted(exec)} of ${who} changed network ${network.name}. ${harm[variant]}`,
    advice: perJob(
      actor.job === null ? undefined : history.job(actor.job),
      `Use a network of the job's own (docker network create ci-$ID), connect only containers that the job started, by the ids that docker run returned, and let docker compose down remove what is its project's.`,
    ),
    victims: [victim],
    actors: [{ ...actor, confidence: weakest(actor.confidence, by.confidence) }],
    resource,
    affected: [resource, ...containers.map(refOf)].slice(0, affectedLimit),
    evidence: evidenceOf(
      exec,
      hits.map((hit) => hit.effect),
      history,
    ),
    act: null,
  };
};

export const networkInterference: Detector = {
  kind: 'network-interference',
  variants: Object.values(variants),
  summary: "A job's container was cut from or joined to a network, or its network removed, by another job.",
  on: ['exec'],

  judge(fact, history) {
    if (fact.k !== 'exec' || variants[fact.exec.verb] === undefined) return undefined;
    const { exec } = fact;
    const subject = `exec:${exec.key}`;
    const actor = actorOf(exec, history);
    // Runners set up and tear down networks; so does the host.
    if (!actor || actor.job === null) return { subject, proposals: [] };
    const found = broughtAbout(exec, history);
    if (!found) return undefined;
    const victims = new Map<number | null, Hit[]>();
    for (const { effect, by } of found) {
      const hit = hitBy(exec, effect, by, actor, history);
      if (hit) victims.set(hit.victim.job, [...(victims.get(hit.victim.job) ?? []), hit]);
    }
    return {
      subject,
      proposals: [...victims.values()].map((hits) => propose(exec, actor, hits as [Hit, ...Hit[]], history)),
    };
  },
};
