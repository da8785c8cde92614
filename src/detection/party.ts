import type { Container, Party, ResourceRef } from '../domain';

/**
 * The job behind a container as a party of a finding. Undefined when nobody or only a guess is known: who is merely
 * possible is neither victim nor actor.
 */
export const partyOf = (container: Container): Party | undefined => {
  const { job, system, confidence, because } = container.owner;
  if (confidence === null || confidence === 'possible') return undefined;
  if (job === null) return undefined;
  return { job, system, container: container.name, confidence, because };
};

export const refOf = (container: Container): ResourceRef => ({
  type: 'container',
  id: container.engineId,
  name: container.name,
});

/** At most this many resources are listed in a finding. */
export const affectedLimit = 500;
