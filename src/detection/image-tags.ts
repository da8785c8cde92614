import type { Container, Effect, Exec, Image, Job, NameUse, Party } from '../domain';
import { normalTag } from '../world/image-name';
import type { History } from './history';
import { partyOf } from './party';

/** A tag that led to another image before, and what did that. */
export interface LostTag {
  readonly effect: Effect;
  /** Ended by it. */
  readonly use: NameUse;
  readonly image: Image;
}

/** A job that made the tag, or runs containers from it. */
export interface TagVictim {
  readonly party: Party;
  readonly maker: boolean;
  readonly containers: readonly Container[];
}

const lostTo = (use: NameUse, effect: Effect, history: History): LostTag[] => {
  const image = history.image(use.resource);
  return image ? [{ effect, use, image }] : [];
};

/** The event names the new image only: who had the tag is who lost it as the new one took it. */
const movedBy = (effect: Effect, history: History): LostTag[] => {
  const uses = history.holders('tag', effect.name);
  const taken = uses.findLast((use) => use.resource === effect.resource && use.from === effect.at);
  const former = taken && uses.findLast((use) => use.id < taken.id && use.to === taken.from);
  return former && former.resource !== taken.resource ? lostTo(former, effect, history) : [];
};

const isPrefixOf = (target: string, id: string): boolean =>
  /^[0-9a-f]{4,64}$/.test(target) && id.replace(/^sha256:/, '').startsWith(target);

/** The event names the image only: which of its tags went are those that the command names, or all for its id. */
const removedBy = (exec: Exec, effect: Effect, history: History): LostTag[] => {
  if (effect.resource === null) return [];
  const tags = exec.targets.map(normalTag);
  const byId = exec.targets.some((target) => isPrefixOf(target.replace(/^sha256:/, ''), effect.engineId));
  return history
    .namesOf({ id: effect.resource })
    .filter((use) => use.type === 'tag' && (byId || tags.includes(use.name)))
    .filter((use) => use.from <= effect.at && (use.to === null || use.to >= exec.at))
    .flatMap((use) => lostTo(use, effect, history));
};

/** What the command took from a tag. */
export const lostBy = (exec: Exec, effect: Effect, history: History): LostTag[] => {
  if (effect.type !== 'image') return [];
  if (effect.action === 'tag') return movedBy(effect, history);
  return exec.verb === 'rmi' ? removedBy(exec, effect, history) : [];
};

/** Its image by that tag; the engine's id stands for steps of a build, which start from it. */
const runsFrom = (container: Container, { use, image }: LostTag): boolean => {
  if (container.imageId !== null && container.imageId !== image.engineId) return false;
  if (container.image.startsWith('sha256:')) return container.image === image.engineId;
  return (
    normalTag(container.image) === use.name && (container.imageId !== null || container.createdAt >= use.from)
  );
};

const runningFrom = (lost: LostTag, history: History): Container[] =>
  history
    .containersRunningAt(lost.effect.at)
    .filter(({ startedAt }) => startedAt !== null && startedAt < lost.effect.at)
    .filter((container) => runsFrom(container, lost));

const current = (job: number, history: History): Job | undefined => {
  let found = history.job(job);
  while (found && found.aliasOf !== null) found = history.job(found.aliasOf);
  return found;
};

/** Something of the job ran then: what an ended job built is there to be built again. */
const ranAt = (job: Job, { effect }: LostTag, history: History): boolean =>
  job.root !== null ||
  job.lastAliveAt >= effect.at ||
  history.containersOf(job).some(({ startedAt, finishedAt, removedAt }) => {
    const end = finishedAt ?? removedAt;
    return startedAt !== null && startedAt <= effect.at && (end === null || end >= effect.at);
  });

const makerOf = (lost: LostTag, history: History): Party | undefined => {
  const job = lost.use.job === null ? undefined : current(lost.use.job, history);
  if (!job || !ranAt(job, lost, history)) return undefined;
  const { owner } = lost.image;
  const made = owner.job !== null && current(owner.job, history) === job;
  return {
    job: job.id,
    system: null,
    container: null,
    confidence: made ? (owner.confidence ?? 'likely') : 'likely',
    because: made ? owner.because : [`${lost.use.name} was made by a command of ${job.key}`],
  };
};

/** Jobs other than the actor's that made the tag or have containers from it running, once each. */
export const victimsOf = (lost: LostTag, actor: number, history: History): readonly TagVictim[] => {
  const victims = new Map<number, TagVictim>();
  const maker = makerOf(lost, history);
  if (maker && maker.job !== actor) victims.set(maker.job!, { party: maker, maker: true, containers: [] });
  for (const container of runningFrom(lost, history)) {
    const party = partyOf(container);
    if (!party || party.job === actor) continue;
    const known = victims.get(party.job!) ?? { party, maker: false, containers: [] };
    victims.set(party.job!, { ...known, containers: [...known.containers, container] });
  }
  return [...victims.values()];
};
