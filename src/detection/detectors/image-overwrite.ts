import { type Exec, type Party, type ResourceRef, weakest } from '../../domain';
import { perJob } from '../advice';
import { actorOf, evidenceOf, nameOf, quoted } from '../by-command';
import type { Commanded } from '../candidates';
import { broughtAbout } from '../commands';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { lostBy, type LostTag, type TagVictim, victimsOf } from '../image-tags';
import { affectedLimit, refOf } from '../party';

const variants: Readonly<Record<string, 'tag' | 'remove' | 'commit'>> = {
  build: 'tag',
  tag: 'tag',
  pull: 'tag',
  import: 'tag',
  commit: 'commit',
  rmi: 'remove',
};

const did = { tag: 'moved', remove: 'removed', commit: 'committed a container over' };

const consequence = {
  tag: 'From then on the tag leads to the image of the other job: what is run, pushed or built from it is not what was made.',
  commit:
    'From then on the tag leads to what was in that container: what is run, pushed or built from it is not what was made.',
  remove: 'What is run or built from the tag fails, or gets another image from a registry.',
};

interface Hurt extends TagVictim {
  readonly lost: LostTag;
  readonly by: Extract<Commanded, { by: 'one' }>;
}

const tagRef = ({ image, use }: LostTag): ResourceRef => ({
  type: 'image',
  id: image.engineId,
  name: use.name,
});

/** Once for each tag, whatever events tell of it. */
const hurtBy = (exec: Exec, actor: number, history: History): readonly Hurt[] | undefined => {
  const seen = new Set<number>();
  return broughtAbout(exec, history)?.flatMap(({ effect, by }) =>
    lostBy(exec, effect, history).flatMap((lost) => {
      if (seen.has(lost.use.id)) return [];
      seen.add(lost.use.id);
      return victimsOf(lost, actor, history).map((victim) => ({ ...victim, lost, by }));
    }),
  );
};

const relation = ({ maker, containers }: TagVictim, owner: string): string => {
  const names = containers.map(({ name }) => name).slice(0, 5);
  const running = `${owner} runs ${names.join(', ')} from it`;
  if (containers.length === 0) return `${owner} made it and was still at work`;
  return maker ? `${owner} made it; ${running}` : running;
};

const propose = (exec: Exec, actor: Party, hurts: readonly [Hurt, ...Hurt[]], history: History): Proposal => {
  const [first] = hurts;
  const variant = variants[exec.verb]!;
  const who = nameOf(actor, history);
  const owner = nameOf(first.party, history);
  const containers = hurts.flatMap((hurt) => hurt.containers);
  const tags = [...new Set(hurts.map(({ lost }) => lost.use.name))];
  const confidence = weakest(first.party.confidence, actor.confidence, first.by.confidence);
  const refs = [...hurts.map(({ lost }) => tagRef(lost)), ...containers.map(refOf)];
  return {
    variant,
    severity: containers.length > 0 ? 'critical' : 'warning',
    confidence,
    title: `${who} ${did[variant]} the tag ${tags[0]}${tags.length > 1 ? ` and ${tags.length - 1} more` : ''} of ${owner}`,
    summary: `${quoted(exec)} of ${who} ${did[variant]} the tag ${tags.slice(0, 5).join(', ')}: ${relation(first, owner)}. ${consequence[variant]}`,
    advice: perJob(
      actor.job === null ? undefined : history.job(actor.job),
      `Put the job's id into the tag (${tags[0]}-$ID), or work with the image id that the build gives (--iidfile); never tag, commit or remove a name that other jobs use.`,
    ),
    victims: [first.party],
    actors: [{ ...actor, confidence: weakest(actor.confidence, first.by.confidence) }],
    resource: tagRef(first.lost),
    affected: [...new Map(refs.map((ref) => [`${ref.type} ${ref.name}`, ref])).values()].slice(
      0,
      affectedLimit,
    ),
    evidence: [
      ...evidenceOf(
        exec,
        hurts.map(({ lost }) => lost.effect),
        history,
      ),
      {
        at: first.lost.use.from,
        source: 'event',
        text: `${tags[0]} led to ${first.lost.image.engineId.slice(0, 19)}: ${first.party.because[0] ?? owner}`,
        ref: null,
      },
    ],
    act: null,
  };
};

export const imageOverwrite: Detector = {
  kind: 'image-overwrite',
  variants: ['tag', 'remove', 'commit'],
  summary: 'A job moved or removed a tag that another job made or uses.',
  on: ['exec'],

  judge(fact, history) {
    if (fact.k !== 'exec' || variants[fact.exec.verb] === undefined) return undefined;
    const { exec } = fact;
    const subject = `exec:${exec.key}`;
    const actor = actorOf(exec, history);
    // The host updates its images; runners pull theirs.
    if (!actor || actor.job === null) return { subject, proposals: [] };
    const hurts = hurtBy(exec, actor.job, history);
    if (!hurts) return undefined;
    const victims = new Map<number | null, Hurt[]>();
    for (const hurt of hurts) victims.set(hurt.party.job, [...(victims.get(hurt.party.job) ?? []), hurt]);
    return {
      subject,
      proposals: [...victims.values()].map((each) =>
        propose(exec, actor, each as [Hurt, ...Hurt[]], history),
      ),
    };
  },
};
