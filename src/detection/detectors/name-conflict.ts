import { type Act, type Container, type NameUse, SECOND, weakest } from '../../domain';
import { perJob } from '../advice';
import type { Detector, Judgement, Proposal } from '../detector';
import type { History } from '../history';
import { judgeAct } from '../judge-act';
import { partyOf, refOf } from '../party';
import { refusedName } from '../refused-name';
import { takerOf } from '../taker';

const keyOf = (job: number | null, history: History): string =>
  (job === null ? undefined : history.job(job)?.key) ?? 'somebody';

const advice = (container: Container, history: History): string =>
  perJob(
    container.owner.job === null ? undefined : history.job(container.owner.job),
    `Give the container a name of its own (--name ${container.name}-$ID), or none at all and reach it by network alias.`,
  );

/** Job B got the name within seconds of job A losing it unwillingly. */
const takeover = (act: Act, history: History): Judgement | undefined => {
  const victim = history.container(act.container);
  if (!victim) return undefined;
  const subject = `act:${act.id}`;
  const blame = judgeAct(act, history);
  const found = takerOf(act, victim, history);
  const loser = partyOf(victim);
  const taker = found && partyOf(found.taker);
  if (blame.by !== 'foreign' || !found || !loser || !taker || loser.job === taker.job)
    return { subject, proposals: [] };
  const { use } = found;
  const proposal: Proposal = {
    variant: 'takeover',
    severity: 'warning',
    confidence: weakest(loser.confidence, taker.confidence, 'likely'),
    title: `${keyOf(taker.job, history)} took the name ${use.name} from ${keyOf(loser.job, history)}`,
    summary: `Container ${use.name} of ${keyOf(loser.job, history)} was ${blame.text}. From then on the name leads to a container of ${keyOf(taker.job, history)}: tests of the first job may pass or fail against the other's.`,
    advice: advice(found.taker, history),
    victims: [loser],
    actors: [{ ...taker, confidence: weakest(taker.confidence, 'likely') }],
    resource: { ...refOf(victim), name: use.name },
    affected: [{ ...refOf(victim), name: use.name }, refOf(found.taker)],
    evidence: [
      {
        at: act.at,
        source: 'event',
        text: `${use.name} of ${keyOf(loser.job, history)}: ${act.verb}`,
        ref: `event:${act.events[0]}`,
      },
      {
        at: found.taker.createdAt,
        source: 'event',
        text: `${use.name} created by ${keyOf(taker.job, history)}`,
        ref: null,
      },
    ],
    act: act.id,
  };
  return { subject, proposals: [proposal] };
};

const earlierUser = (use: NameUse, history: History): NameUse | undefined =>
  history
    .holders('container', use.name)
    .findLast(
      (other) => other.id < use.id && other.job !== null && other.job !== use.job && other.to !== null,
    );

/** Two jobs used the same fixed name, one after the other: once they overlap, one of them fails. */
const collisionCourse = (use: NameUse, container: Container, history: History): Judgement | undefined => {
  const subject = `name:${use.id}`;
  const earlier = earlierUser(use, history);
  const before = earlier && history.container(earlier.resource);
  const later = partyOf(container);
  const first = before && partyOf(before);
  // Compose makes its names from the project; that is the business of a project collision.
  if (!earlier || !first || !later || container.labels['com.docker.compose.project'] !== undefined)
    return undefined;
  if (history.identifier.isGeneratedName(use.name) || first.job === later.job) return undefined;
  // Taken at once: told as a takeover, where it was one.
  if (use.from - earlier.to! <= 2n * SECOND) return undefined;
  const names = [keyOf(first.job, history), keyOf(later.job, history)] as const;
  // A name that carries the job's own id cannot be wanted by another.
  if (names.some((key) => use.name.includes(key.slice(key.indexOf(':') + 1)))) return undefined;
  return {
    subject,
    proposals: [
      {
        variant: 'collision-course',
        severity: 'info',
        confidence: weakest(first.confidence, later.confidence),
        title: `${names[0]} and ${names[1]} both use the fixed container name ${use.name}`,
        summary: `Nothing broke yet: they used ${use.name} at different times. When two such jobs overlap, the second is refused, or removes the first one's container.`,
        advice: advice(container, history),
        victims: [first, later],
        actors: [],
        resource: refOf(container),
        affected: [refOf(container), refOf(before)],
        evidence: [
          { at: earlier.from, source: 'event', text: `${use.name} created by ${names[0]}`, ref: null },
          { at: use.from, source: 'event', text: `${use.name} created by ${names[1]}`, ref: null },
        ],
        act: null,
      },
    ],
  };
};

export const nameConflict: Detector = {
  kind: 'name-conflict',
  variants: ['takeover', 'collision-course', 'refused'],
  summary: 'Two jobs want one name of a container or network.',
  on: ['act', 'name-taken', 'container', 'exec'],

  judge(fact, history) {
    if (fact.k === 'act') return takeover(fact.act, history);
    if (fact.k === 'exec') return refusedName(fact.exec, history);
    if (fact.k === 'name-taken') return collisionCourse(fact.use, fact.container, history);
    if (fact.k !== 'container') return undefined;
    const use = history
      .holders('container', fact.container.name)
      .findLast((each) => each.resource === fact.container.id);
    return use && collisionCourse(use, fact.container, history);
  },

  over: (finding, history) =>
    history.now() - finding.lastSeenAt > 24n * 3600n * SECOND ? 'a day has passed' : undefined,
};
