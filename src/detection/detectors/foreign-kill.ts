import {
  type Act,
  type ActVerb,
  actVerbs,
  type Container,
  type Evidence,
  type Job,
  type Party,
  weakest,
} from '../../domain';
import { perJob } from '../advice';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { type Blame, judgeAct } from '../judge-act';
import { affectedLimit, partyOf, refOf } from '../party';
import { takerOf } from '../taker';

type Foreign = Extract<Blame, { by: 'foreign' }>;

const done: Record<ActVerb, string> = {
  kill: 'killed',
  stop: 'stopped',
  remove: 'removed',
  restart: 'restarted',
  pause: 'paused',
  rename: 'renamed',
};

const evidenceOf = (acts: readonly Act[], history: History): Evidence[] =>
  acts.flatMap((act) => {
    const container = history.container(act.container);
    if (!container) return [];
    const signal = act.signals.length > 0 ? `signal ${act.signals.join(', ')}` : act.verb;
    return [
      {
        at: act.at,
        source: 'event' as const,
        text: `${container.name}: ${signal}, ${done[act.verb]}`,
        ref: `event:${act.events[0]}`,
      },
    ];
  });

const nameOf = (party: Party, history: History): string =>
  (party.job === null ? party.system : history.job(party.job)?.key) ?? 'somebody';

const summaryOf = (container: Container, blame: Foreign, others: number): string =>
  `Container ${container.name} was ${blame.text}.${others > 0 ? ` ${others} more of this job went with it.` : ''}`;

const adviceFor = (
  act: Act,
  name: string,
  { actor }: Foreign,
  victim: Job | undefined,
  history: History,
): string => {
  const by = actor?.job == null ? undefined : history.job(actor.job);
  const who = by?.key ?? 'Whoever did it';
  if (act.verb === 'rename')
    return perJob(
      by ?? victim,
      `${who} should leave ${name} alone and use a name of its own (--name ${name}-$ID).`,
    );
  return perJob(
    by ?? victim,
    `${who} should remove only what it started itself: label it (docker run --label ci-job=$ID) and filter by that label (docker ps -aq --filter label=ci-job=$ID), or use docker compose down with a project name of its own; never docker rm -f $(docker ps -aq) on a shared host.${
      history.identifier.isGeneratedName(name)
        ? ''
        : ` To be found less easily, ${victim?.key ?? 'the job'} should not use fixed names such as ${name}.`
    }`,
  );
};

/** The command says what was meant before the events have shown all of it. */
const verbOf = (act: Act, { exec }: Foreign): ActVerb =>
  exec?.verb === 'rm' ? 'remove' : (actVerbs.find((verb) => verb === exec?.verb) ?? act.verb);

/** All acts of the window on containers of one victim job become one finding. */
const propose = (
  act: Act,
  container: Container,
  victim: Party,
  blame: Foreign,
  history: History,
): Proposal => {
  const mine = blame.window
    .filter((other) => history.container(other.container)?.owner.job === victim.job)
    .sort((a, b) => a.id - b.id);
  const acts = mine.length > 0 ? mine : [act];
  const affected = acts.flatMap((each) => history.container(each.container) ?? []).map(refOf);
  const job = victim.job === null ? undefined : history.job(victim.job);
  const running = job !== undefined && (job.endedAt === null || job.endedAt >= act.at);
  const lethal = act.verb !== 'rename' && act.verb !== 'pause';
  const actorText = blame.actor ? ` by ${nameOf(blame.actor, history)}` : '';
  const confidence = weakest(
    victim.confidence,
    blame.confidence,
    blame.actor ? blame.actor.confidence : 'likely',
  );
  const others = affected.length - 1;
  // A renamed container is known to its job by the name it lost.
  const name =
    act.verb === 'rename' ? (takerOf(act, container, history)?.use.name ?? container.name) : container.name;
  return {
    variant: verbOf(act, blame),
    severity: !running ? 'info' : lethal ? 'critical' : 'warning',
    confidence,
    title: `${name}${others > 0 ? ` and ${others} more` : ''} of ${nameOf(victim, history)} ${done[verbOf(act, blame)]}${actorText}`,
    summary: summaryOf(container, blame, others),
    advice: adviceFor(act, name, blame, job, history),
    victims: [victim],
    actors: blame.actor ? [blame.actor] : [],
    resource: { ...refOf(container), name },
    affected: affected.slice(0, affectedLimit),
    evidence: [...evidenceOf(acts, history), ...blame.evidence].slice(0, 51),
    act: Math.min(...blame.window.map((each) => each.id), act.id),
  };
};

/** The first act of the victim's window stands for all of them, so that a sweep is one finding per job. */
const leadOf = (act: Act, victim: Party, blame: Foreign, history: History): Act =>
  blame.window
    .filter((other) => history.container(other.container)?.owner.job === victim.job)
    .reduce((first, other) => (other.id < first.id ? other : first), act);

export const foreignKill: Detector = {
  kind: 'foreign-kill',
  variants: ['kill', 'stop', 'remove', 'restart', 'pause', 'rename'],
  summary: "A job's container was ended, paused or renamed by somebody else.",
  on: ['act'],

  judge(fact, history) {
    if (fact.k !== 'act') return undefined;
    const container = history.container(fact.act.container);
    if (!container) return undefined;
    const blame = judgeAct(fact.act, history);
    const victim = partyOf(container);
    if (blame.by !== 'foreign' || !victim) return { subject: `act:${fact.act.id}`, proposals: [] };
    const lead = leadOf(fact.act, victim, blame, history);
    const leadContainer = history.container(lead.container) ?? container;
    // Whichever of its acts is judged, the finding reads the same.
    const leading = lead === fact.act ? blame : judgeAct(lead, history);
    const proposal = propose(
      lead,
      leadContainer,
      partyOf(leadContainer) ?? victim,
      leading.by === 'foreign' ? leading : blame,
      history,
    );
    return { subject: `act:${lead.id}`, proposals: [proposal] };
  },
};
