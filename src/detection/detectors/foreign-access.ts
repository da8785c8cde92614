import { type Container, type Effect, type Exec, type Party, weakest } from '../../domain';
import { perJob } from '../advice';
import { actorOf, evidenceOf, nameOf, quoted } from '../by-command';
import type { Commanded } from '../candidates';
import { broughtAbout } from '../commands';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { affectedLimit, partyOf, refOf } from '../party';

const variants: Readonly<Record<string, string>> = {
  exec: 'exec',
  attach: 'attach',
  commit: 'commit',
  'cp-in': 'copy-in',
  'cp-out': 'copy-out',
};

const did: Readonly<Record<string, string>> = {
  exec: 'ran a command in',
  attach: 'attached to',
  commit: 'committed',
  'copy-in': 'copied into',
  'copy-out': 'copied out of',
};

interface Access {
  readonly effect: Effect;
  readonly container: Container;
  readonly victim: Party;
  readonly by: Extract<Commanded, { by: 'one' }>;
}

const accessesOf = (exec: Exec, actor: Party, history: History): readonly Access[] | undefined =>
  broughtAbout(exec, history)?.flatMap(({ effect, by }) => {
    if (effect.type !== 'container' || effect.resource === null) return [];
    const container = history.container(effect.resource);
    const victim = container && partyOf(container);
    if (!container || !victim || victim.job === actor.job) return [];
    return [{ effect, container, victim, by }];
  });

const propose = (
  exec: Exec,
  actor: Party,
  accesses: readonly [Access, ...Access[]],
  history: History,
): Proposal => {
  const [{ container, victim, by }] = accesses;
  const variant = variants[exec.verb]!;
  const who = nameOf(actor, history);
  const owner = nameOf(victim, history);
  const confidence = weakest(victim.confidence, actor.confidence, by.confidence);
  const containers = [...new Map(accesses.map((each) => [each.container.id, each.container])).values()];
  return {
    variant,
    severity: 'warning',
    confidence,
    title: `${who} ${did[variant]} ${container.name} of ${owner}`,
    summary: `${quoted(exec)} of ${who} reached container ${container.name}, which belongs to ${owner}. What it found, changed or tested there was the other job's.`,
    advice: perJob(
      actor.job === null ? undefined : history.job(actor.job),
      `Keep the id that docker run or docker create returned (--cidfile), or give the container a name of its own (--name ${container.name}-$ID); a fixed name, "the newest container" and a name filter without anchors (^/name$) find what belongs to others.`,
    ),
    victims: [victim],
    actors: [{ ...actor, confidence: weakest(actor.confidence, by.confidence) }],
    resource: refOf(container),
    affected: containers.slice(0, affectedLimit).map(refOf),
    evidence: evidenceOf(
      exec,
      accesses.map(({ effect }) => effect),
      history,
    ),
    act: null,
  };
};

export const foreignAccess: Detector = {
  kind: 'foreign-access',
  variants: Object.values(variants),
  summary: "A job entered, copied or committed another job's container.",
  on: ['exec'],

  judge(fact, history) {
    if (fact.k !== 'exec' || variants[fact.exec.verb] === undefined) return undefined;
    const { exec } = fact;
    const subject = `exec:${exec.key}`;
    const actor = actorOf(exec, history);
    // Runners enter the containers that they made; the host's administrator is not one of the jobs.
    if (!actor || actor.job === null) return { subject, proposals: [] };
    const accesses = accessesOf(exec, actor, history);
    if (!accesses) return undefined;
    const victims = new Map<number | null, Access[]>();
    for (const access of accesses)
      victims.set(access.victim.job, [...(victims.get(access.victim.job) ?? []), access]);
    return {
      subject,
      proposals: [...victims.values()].map((each) =>
        propose(exec, actor, each as [Access, ...Access[]], history),
      ),
    };
  },
};
