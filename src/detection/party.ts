import type { Container, Nanos, Owner, Party, ResourceRef } from '../domain';
import type { History } from './history';

/**
 * The job behind a container as a party of a finding. Undefined when nobody or only a guess is known: who is merely
 * possible is neither victim nor actor.
 */
export const partyOf = (container: Container): Party | undefined =>
  partyOfOwner(container.owner, container.name);

/** The same of a volume or network, which acts and suffers through no container. */
export const partyOfOwner = (
  { job, system, confidence, because }: Owner,
  container: string | null = null,
): Party | undefined => {
  if (confidence === null || confidence === 'possible') return undefined;
  if (job === null) return undefined;
  return { job, system, container, confidence, because };
};

/** Whether a party's job ran at this time: what an ended one leaves behind, anybody may clear away. */
export const isAlive = (party: Party, at: Nanos, history: History): boolean => {
  const job = party.job === null ? undefined : history.job(party.job);
  return job !== undefined && (job.endedAt === null || job.endedAt >= at);
};

export const refOf = (container: Container): ResourceRef => ({
  type: 'container',
  id: container.engineId,
  name: container.name,
});

/** At most this many resources are listed in a finding. */
export const affectedLimit = 500;
