import {
  type Container,
  type Job,
  type Network,
  type ResourceRef,
  toRfc3339,
  type Volume,
  weakest,
} from '../../domain';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { affectedLimit, refOf } from '../party';

interface Left {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly networks: readonly Network[];
}

const isItsOwn = ({ owner }: Container | Volume | Network): boolean =>
  owner.job !== null && owner.confidence !== null && owner.confidence !== 'possible';

/** What still exists of a job and is not kept on purpose: caches are. */
const leftOf = (job: Job, history: History): Left => ({
  containers: history
    .containersOf(job)
    .filter((each) => each.removedAt === null && isItsOwn(each))
    .filter((each) => each.part !== 'cache' && !history.identity(each).sharedByDesign),
  volumes: history
    .volumesOf(job)
    .filter(
      (each) => each.removedAt === null && isItsOwn(each) && !history.volumeIdentity(each).sharedByDesign,
    ),
  networks: history.networksOf(job).filter((each) => each.removedAt === null && isItsOwn(each)),
});

const counted = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const propose = (job: Job, { containers, volumes, networks }: Left): Proposal | undefined => {
  const all = [...containers, ...volumes, ...networks];
  const [first] = all;
  if (!first) return undefined;
  const affected: ResourceRef[] = [
    ...containers.map(refOf),
    ...volumes.map((each) => ({ type: 'volume' as const, id: each.engineId, name: each.name })),
    ...networks.map((each) => ({ type: 'network' as const, id: each.engineId, name: each.name })),
  ];
  const what = listed([
    ...counted(containers.length, 'container'),
    ...counted(volumes.length, 'volume'),
    ...counted(networks.length, 'network'),
  ]);
  const endedAt = job.endedAt ?? job.lastAliveAt;
  const running = containers.filter((each) => each.status !== 'exited' && each.status !== 'created').length;
  const confidence = weakest(first.owner.confidence!, ...all.map((each) => each.owner.confidence!));
  const remove = [
    ...(containers.length > 0
      ? [
          `docker rm -fv ${containers
            .slice(0, 5)
            .map((each) => each.name)
            .join(' ')}`,
        ]
      : []),
    ...(networks.length > 0
      ? [
          `docker network rm ${networks
            .slice(0, 5)
            .map((each) => each.name)
            .join(' ')}`,
        ]
      : []),
    ...(volumes.length > 0
      ? [
          `docker volume rm ${volumes
            .slice(0, 5)
            .map((each) => each.name)
            .join(' ')}`,
        ]
      : []),
  ];
  return {
    variant: null,
    severity: 'info',
    confidence,
    title: `${job.key} left ${what} behind`,
    summary: `${job.key} ended at ${toRfc3339(endedAt).replace(/\.\d+Z$/, 'Z')} and ${what} of it ${all.length === 1 ? 'is' : 'are'} still there${running > 0 ? `, ${running} running` : ''}. They take memory and disk, and hold names and ports that later jobs may want.`,
    advice: `Let the job remove what it starts, also when it fails or is cancelled: a trap in the script, or the CI system's own "always" step. For example: ${remove.join('; ')}.`,
    victims: [],
    actors: [
      {
        job: job.id,
        system: null,
        container: containers[0]?.name ?? null,
        confidence,
        because: first.owner.because,
      },
    ],
    resource: affected[0]!,
    affected: affected.slice(0, affectedLimit),
    evidence: all.slice(0, 50).map((each, index) => ({
      at: each.createdAt,
      source: 'event' as const,
      text: `${affected[index]!.type} ${each.name} exists since ${toRfc3339(each.createdAt).replace(/\.\d+Z$/, 'Z')}`,
      ref: null,
    })),
    act: null,
  };
};

export const leftover: Detector = {
  kind: 'leftover',
  variants: [null],
  summary: 'A job ended, and containers, networks or volumes of it stay.',
  on: ['leftover-due'],

  judge(fact, history) {
    if (fact.k !== 'leftover-due') return undefined;
    const proposal = propose(fact.job, leftOf(fact.job, history));
    return { subject: `job:${fact.job.id}`, proposals: proposal ? [proposal] : [] };
  },

  over(finding, history) {
    const id = finding.actors[0]?.job;
    const job = id == null ? undefined : history.job(id);
    if (!job) return 'the job is not remembered any more';
    // The end of a leftover is a sign of life too; only what starts makes the job run again.
    const again = history
      .containersOf(job)
      .some(({ startedAt }) => startedAt !== null && startedAt > finding.lastSeenAt);
    if (job.state === 'running' && again) return `${job.key} runs again`;
    const { containers, volumes, networks } = leftOf(job, history);
    return containers.length + volumes.length + networks.length === 0 ? 'everything is gone' : undefined;
  },
};
