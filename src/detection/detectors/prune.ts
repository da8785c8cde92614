import {
  type Effect,
  type Exec,
  HOUR,
  type Nanos,
  type Party,
  type ResourceRef,
  type Severity,
  weakest,
} from '../../domain';
import { isRunning } from '../../world/jobs';
import { perJob } from '../advice';
import { actorOf, evidenceOf, nameOf, quoted, touched } from '../by-command';
import { callerOf } from '../caller';
import type { Commanded } from '../candidates';
import { broughtAbout } from '../commands';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { affectedLimit, isAlive, partyOf, partyOfOwner } from '../party';

const variantOf: Readonly<Record<string, string>> = {
  container: 'containers',
  volume: 'volumes',
  network: 'networks',
  image: 'images',
  builder: 'build-cache',
};
const verbs: ReadonlySet<string> = new Set([
  'container prune',
  'system prune',
  'volume prune',
  'network prune',
  'image prune',
  'builder prune',
  'volume rm',
  'network rm',
]);

interface Loss {
  readonly effect: Effect;
  readonly victim: Party;
  readonly by: Extract<Commanded, { by: 'one' }>;
}

/** Jobs that run a build at that time: they stand on images and cache that carry no name yet. */
const buildersAt = (at: Nanos, history: History): Party[] =>
  history
    .execsAlive(['build'], at)
    .flatMap((exec) => callerOf(exec, history).party ?? [])
    .filter(({ job }) => job !== null);

/** The last running jobs that had it mounted, where nobody is known to own it. */
const usersOf = (name: string, at: Nanos, history: History): Party[] =>
  history
    .uses('volume', name)
    .filter((use) => use.from <= at && (use.to === null || at - use.to < HOUR))
    .flatMap((use) => {
      const container = history.container(use.container);
      return (container && partyOf(container)) ?? [];
    });

const isUsedNetwork = (network: number, victim: Party, history: History): boolean => {
  const found = history.network(network);
  const job = victim.job === null ? undefined : history.job(victim.job);
  if (!found || !job) return false;
  return history.containersOf(job).some((each) => isRunning(each) && each.networks.includes(found.name));
};

const ownersOf = (exec: Exec, { type, action, resource, name, at }: Effect, history: History): Party[] => {
  if (type === 'builder' || type === 'image') return buildersAt(at, history);
  if (resource === null || action !== 'destroy') return [];
  if (type === 'container') {
    const container = history.container(resource);
    return (container && [partyOf(container)].flatMap((party) => party ?? [])) ?? [];
  }
  if (type === 'volume') {
    const owner = history.volumeById(resource)?.owner;
    const party = owner && partyOfOwner(owner);
    return party ? [party] : usersOf(name, at, history);
  }
  const owner = history.network(resource)?.owner;
  const party = owner && partyOfOwner(owner);
  // In use, it is told as network-interference.
  return party && !(exec.verb === 'network rm' && isUsedNetwork(resource, party, history)) ? [party] : [];
};

const hurt: Readonly<Record<string, string>> = {
  containers:
    'A container that was created and not yet started, or whose result was still to be read, is gone.',
  volumes:
    'What the job had put there for its next containers is gone; the next one gets an empty volume without an error.',
  networks: 'The next container that is to join it cannot start.',
  images: 'A build in progress stands on images without a name, which a prune takes for garbage.',
  'build-cache': 'Steps that a build in progress could have taken from the cache are run again.',
};

const severityOf = (variant: string): Severity =>
  variant === 'build-cache' ? 'info' : variant === 'images' ? 'warning' : 'critical';

const propose = (
  exec: Exec,
  actor: Party,
  variant: string,
  losses: readonly [Loss, ...Loss[]],
  history: History,
): Proposal => {
  const [{ victim, by, effect }] = losses;
  const who = nameOf(actor, history);
  const owner = nameOf(victim, history);
  const affected: readonly ResourceRef[] = losses.map((loss) =>
    loss.effect.type === 'builder' ? { type: 'image', id: '', name: 'build cache' } : touched(loss.effect),
  );
  const first = affected[0]!;
  const more = affected.length > 1 ? ` and ${affected.length - 1} more` : '';
  // That a build needed just these is not seen.
  const guess = effect.type === 'image' || effect.type === 'builder' ? ('likely' as const) : by.confidence;
  return {
    variant,
    severity: severityOf(variant),
    confidence: weakest(victim.confidence, actor.confidence, by.confidence, guess),
    title:
      variant === 'images' || variant === 'build-cache'
        ? `${who} pruned ${variant === 'images' ? 'images' : 'the build cache'} while ${owner} was building`
        : `${who} cleared away ${first.name}${more} of ${owner}`,
    summary: `${quoted(exec)} of ${who} removed what did not run at that moment. ${hurt[variant]}`,
    advice: perJob(
      actor.job === null ? undefined : history.job(actor.job),
      `On a shared host remove only what is your own: by a label of the job (docker ${exec.verb.split(' ')[0]} prune --filter label=ci-job=$ID), or by the ids that docker returned. A clean-up of the whole host belongs where no job runs: pause the runner first, and leave young things alone (--filter until=24h).`,
    ),
    victims: [victim],
    actors: [{ ...actor, confidence: weakest(actor.confidence, by.confidence) }],
    resource: first,
    affected: affected.slice(0, affectedLimit),
    evidence: evidenceOf(
      exec,
      losses.map((loss) => loss.effect),
      history,
    ),
    act: null,
  };
};

/** Of each victim and variant, what it lost. A prune is one only when the engine says so in its own event. */
const lossesOf = (
  exec: Exec,
  actor: Party,
  found: NonNullable<ReturnType<typeof broughtAbout>>,
  history: History,
): Map<string, Loss[]> => {
  const pruned = new Set(
    found.filter(({ effect }) => effect.action === 'prune').map(({ effect }) => effect.type),
  );
  const losses = new Map<string, Loss[]>();
  for (const { effect, by } of found) {
    const isPrune = exec.verb.endsWith('prune');
    if (isPrune && !pruned.has(effect.type)) continue;
    if (effect.action === 'prune' && effect.type !== 'builder') continue;
    const victims = ownersOf(exec, effect, history).filter(
      (party) => party.job !== actor.job && isAlive(party, effect.at, history),
    );
    for (const victim of new Map(victims.map((party) => [party.job, party])).values()) {
      const key = `${variantOf[effect.type]} ${victim.job}`;
      losses.set(key, [...(losses.get(key) ?? []), { effect, victim, by }]);
    }
  }
  return losses;
};

export const prune: Detector = {
  kind: 'prune',
  variants: Object.values(variantOf),
  summary: 'A clean-up removed what belonged to another job, or what its build needed.',
  on: ['exec'],

  judge(fact, history) {
    if (fact.k !== 'exec' || !verbs.has(fact.exec.verb)) return undefined;
    const { exec } = fact;
    const subject = `exec:${exec.key}`;
    const actor = actorOf(exec, history);
    if (!actor || actor.system === 'runner-agent') return { subject, proposals: [] };
    // A runner on the host removes the network of its job by name; to the kernel it is a process like any other.
    if (actor.job === null && exec.verb === 'network rm') return { subject, proposals: [] };
    const found = broughtAbout(exec, history);
    if (!found) return undefined;
    const losses = lossesOf(exec, actor, found, history);
    return {
      subject,
      proposals: [...losses].map(([key, each]) =>
        propose(exec, actor, key.split(' ')[0]!, each as [Loss, ...Loss[]], history),
      ),
    };
  },
};
