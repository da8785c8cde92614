import { createIdentifier } from '../../src/attribution/identify';
import { presets } from '../../src/attribution/presets';
import { detectors } from '../../src/detection/detectors';
import type {
  Changes,
  Container,
  ContainerDetails,
  ContainerSnapshot,
  Death,
  EngineEvent,
  Finding,
  Job,
  Labels,
  Observation,
} from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import type { DetectSettings } from '../../src/pipeline/settings';
import { emptyMemory } from './memory';

export const start = 1_795_000_000_000_000_000n;

export const gitlab = (job: string, type = 'build'): Labels => ({
  'com.gitlab.gitlab-runner.job.id': job,
  'com.gitlab.gitlab-runner.managed': 'true',
  'com.gitlab.gitlab-runner.type': type,
});

const noDetails: ContainerDetails = {
  env: {},
  oomKilled: false,
  error: '',
  restartCount: 0,
  autoRemove: false,
  restartPolicy: 'no',
  cgroupParent: '',
  privileged: false,
  refersTo: [],
};

/**
 * The core driven by our own types, for what does not depend on the engine's JSON: events at milliseconds after
 * `start`, and the rows as they stand afterwards.
 */
export const createCore = (settings: Partial<DetectSettings> = {}) => {
  const failures: unknown[] = [];
  const pipeline = createPipeline({
    memory: emptyMemory(),
    identifier: createIdentifier(presets),
    detectors,
    settings: { leftoverAfterMs: 1_800_000, disable: [], allow: [], ...settings },
    onDetectorError: (_kind, error) => failures.push(error),
  });
  const all: Changes[] = [];
  const at = (ms: number): bigint => start + BigInt(ms) * 1_000_000n;
  const feed = (...observations: Observation[]): void => void all.push(pipeline.process(observations));
  const last = <T extends { id: number }>(table: (changes: Changes) => Iterable<T>): T[] => [
    ...new Map(all.flatMap((changes) => [...table(changes)].map((row) => [row.id, row] as const))).values(),
  ];
  const event = (
    ms: number,
    type: string,
    action: string,
    id: string,
    more: Partial<EngineEvent> = {},
  ): void => feed({ k: 'event', at: at(ms), event: { time: at(ms), type, action, id, labels: {}, ...more } });

  return {
    feed,
    at,
    event,
    pipeline,
    failures,
    container: (
      ms: number,
      action: string,
      id: string,
      labels: Labels = {},
      more: Partial<EngineEvent> = {},
    ) => event(ms, 'container', action, id, { name: id, image: 'busybox', labels, ...more }),
    inspect: (
      ms: number,
      id: string,
      labels: Labels,
      more: Partial<ContainerSnapshot> = {},
      details: Partial<ContainerDetails> = {},
    ) =>
      feed({
        k: 'inspect',
        at: at(ms),
        inspection: {
          type: 'container',
          found: {
            id,
            name: id,
            image: 'busybox',
            imageId: 'sha256:busybox',
            labels,
            status: 'running',
            mounts: [],
            networks: [],
            ports: [],
            details: { ...noDetails, ...details },
            ...more,
          },
        },
      }),
    image: (ms: number, labels: Labels, tags: readonly string[] = ['busybox']) =>
      feed({
        k: 'inspect',
        at: at(ms),
        inspection: { type: 'image', found: { id: `sha256:${tags[0]}`, tags, labels } },
      }),
    tick: (ms: number) => feed({ k: 'tick', at: at(ms) }),
    owner(id: string) {
      const container = last<Container>((changes) => changes.containers).find((each) => each.engineId === id);
      const job = last<Job>((changes) => changes.jobs).find((each) => each.id === container?.owner.job);
      const { confidence, level, because, system } = container!.owner;
      return { job: job?.key ?? null, system, confidence, level, because };
    },
    job: (key: string) => last<Job>((changes) => changes.jobs).find((each) => each.key === key),
    jobs: () => last<Job>((changes) => changes.jobs),
    death: (id: string): Death | undefined => {
      const container = last<Container>((changes) => changes.containers).find((each) => each.engineId === id);
      return last<Death>((changes) => changes.deaths).findLast((each) => each.container === container?.id);
    },
    gaps: () => all.flatMap((changes) => changes.gaps),
    findings: () => last<Finding>((changes) => changes.findings),
  };
};
