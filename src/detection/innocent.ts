import { type Act, type Confidence, type Container, MINUTE, SECOND } from '../domain';
import type { History } from './history';

interface Innocent {
  readonly by: 'engine' | 'runner-teardown' | 'reaper' | 'late';
  readonly confidence: Confidence;
  readonly text: string;
}

/** dockerd stops every container with SIGTERM when it ends, and when it finds them running after a crash. */
export const byEngine = (act: Act, history: History): Innocent | undefined => {
  if (act.signals.length === 0 || act.signals[0] === 9) return undefined;
  const restart = history
    .gaps()
    .find(
      (gap) =>
        gap.reason === 'engine-restart' &&
        gap.from !== null &&
        act.at >= gap.from - MINUTE &&
        act.at <= (gap.to ?? gap.from) + 5n * SECOND,
    );
  if (!restart) return undefined;
  return { by: 'engine', confidence: 'likely', text: 'stopped by the engine itself, which was restarted' };
};

/** The owner's job had ended before: nobody was using it. */
export const endedAfterItsJob = (act: Act, container: Container, history: History): Innocent | undefined => {
  const job = container.owner.job === null ? undefined : history.job(container.owner.job);
  if (!job || job.endedAt === null || act.at <= job.endedAt + BigInt(job.graceSeconds) * SECOND)
    return undefined;
  return { by: 'late', confidence: 'likely', text: 'ended through the engine after its job had ended' };
};

/** The engine takes no container off these, whoever asks; one in the namespace of another has none of its own. */
const fixedNetworks = ['host', 'none'];
export const canBeDetached = ({ networks }: Container): boolean =>
  networks.some((name) => !fixedNetworks.includes(name));

/** Something new of the job after the act: its runner was not tearing it down. */
const jobWentOn = (act: Act, container: Container, history: History): boolean => {
  const job = container.owner.job === null ? undefined : history.job(container.owner.job);
  return job !== undefined && history.containersOf(job).some((other) => other.createdAt > act.lastAt);
};

/**
 * The owner's runner ends its containers in an order of its own. Where that order is what `rm -f` by anybody looks
 * like, it is the teardown only if the job ended with it.
 */
export const runnersOrder = (act: Act, container: Container, history: History): Innocent | undefined => {
  if (container.preset === null || act.verb === 'rename' || act.verb === 'restart') return undefined;
  const { detachesFirst, signals } = history.identifier.teardown(container.preset);
  const text = `ended by its runner (${container.preset}) as at the end of a job`;
  if (detachesFirst && canBeDetached(container))
    return act.detachedBefore ? { by: 'runner-teardown', confidence: 'likely', text } : undefined;
  if (container.part === null || !signals.includes(act.signals[0] ?? 0)) return undefined;
  return jobWentOn(act, container, history)
    ? undefined
    : { by: 'runner-teardown', confidence: 'possible', text };
};

/** Testcontainers' Ryuk removes what carries its session's label. */
export const ownReaper = (_act: Act, container: Container, history: History): Innocent | undefined => {
  for (const group of history.identity(container).groups) {
    if (group.scope !== 'session') continue;
    const reaper = history
      .membersOf(group.key)
      .find((member) => member.systemActor === 'reaper' && member !== container);
    if (reaper)
      return {
        by: 'reaper',
        confidence: 'likely',
        text: `removed by the reaper of its own session (${reaper.name})`,
      };
  }
  return undefined;
};
