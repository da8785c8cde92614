import { createIdentifier } from '../../src/attribution/identify';
import { presets } from '../../src/attribution/presets';
import type { Detector } from '../../src/detection/detector';
import {
  type ExecBegin,
  type Finding,
  MILLISECOND,
  type Nanos,
  type Observation,
  type Party,
  SECOND,
} from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import type { DetectSettings } from '../../src/pipeline/settings';
import { callBegun, type Called, callEnded } from './called';
import { keptInStore, keptNowhere, type KeptRows } from './kept-rows';
import { createRawEngine, type Family, type RunOptions } from './raw-engine';

export const identifier = createIdentifier(presets);
const startsAt: Nanos = 1_795_465_800n * SECOND;
const defaults: DetectSettings = { leftoverAfterMs: 30 * 60_000, disable: [], allow: [] };

/** A finding as tests look at it: parties by job key or system, resources by name. */
export interface Told {
  readonly kind: string;
  readonly variant: string | null;
  readonly severity: string;
  readonly confidence: string;
  readonly status: string;
  readonly victims: readonly string[];
  readonly actors: readonly string[];
  readonly resource: string;
  readonly affected: readonly string[];
  readonly count: number;
  readonly finding: Finding;
}

interface At {
  /** Seconds since the beginning; without it, a second after what came before. */
  readonly at?: number;
}

interface JobOptions extends At, RunOptions {
  /** As the GitLab runner labels what it makes itself: build, service, predefined. */
  readonly part?: string;
}

/** Labels that a GitLab runner, or a script that follows it, puts on what belongs to a job. */
const labelsOf = (key: string, part: string | undefined): Record<string, string> => {
  const id = /^gitlab:(\d+)$/.exec(key)?.[1];
  if (id === undefined) throw new Error(`give the labels of ${key}`);
  const prefix = 'com.gitlab.gitlab-runner.';
  return {
    [`${prefix}job.id`]: id,
    ...(part !== undefined && { [`${prefix}managed`]: 'true', [`${prefix}type`]: part }),
  };
};

/** Each batch is a transaction; `restarts`: after each, all but what the store holds is lost. */
const runAll = (
  rows: KeptRows,
  batches: Iterable<readonly Observation[]>,
  {
    detectors,
    settings,
    restarts,
  }: { detectors: readonly Detector[]; settings: DetectSettings; restarts: boolean },
): readonly Finding[] => {
  const open = () =>
    createPipeline({
      memory: rows.load(),
      identifier,
      detectors,
      settings,
      onDetectorError(kind, error) {
        throw new Error(`${kind}: ${String(error)}`, { cause: error });
      },
    });
  let pipeline = open();
  for (const batch of batches) {
    rows.save(pipeline.process(batch));
    if (restarts) pipeline = open();
  }
  rows.close();
  return rows.findings();
};

/** Keys in the order of the alphabet: the store gives rows back in an order of its own. */
const asText = (value: unknown): string =>
  JSON.stringify(
    value,
    (_key, each: unknown) => {
      if (typeof each === 'bigint') return String(each);
      if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
      return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    1,
  );

/**
 * Runs observations through the real core twice, once as one batch and once into the real store with a restart after every
 * one of them, and insists on the same findings.
 */
export const findingsOf = (
  observations: readonly Observation[],
  detectors: readonly Detector[],
  settings: Partial<DetectSettings> = {},
): readonly Told[] => {
  const how = { detectors, settings: { ...defaults, ...settings } };
  const rows = keptNowhere();
  const whole = runAll(rows, [observations], { ...how, restarts: false });
  const each = observations.map((observation) => [observation]);
  const restarted = runAll(keptInStore(), each, { ...how, restarts: true });
  const [one, other] = [whole, restarted].map(asText);
  if (one !== other) throw new Error(`a restart changes the findings\nwhole: ${one}\nrestarted: ${other}`);
  const name = ({ job, system }: Party): string => (job === null ? system : rows.jobKey(job)) ?? 'nobody';
  return whole.map((finding) => ({
    kind: finding.kind,
    variant: finding.variant,
    severity: finding.severity,
    confidence: finding.confidence,
    status: finding.status,
    victims: finding.victims.map(name).sort(),
    actors: finding.actors.map(name),
    resource: finding.resource.name,
    affected: finding.affected.map((ref) => ref.name),
    count: finding.count,
    finding,
  }));
};

/** A command that the kernel sees; what is left out is as a plain `docker rm -f` of the host's root has it. */
export interface Ran extends Partial<Omit<ExecBegin, 'caller' | 'at' | 'key'>> {
  readonly verb: string;
  /** Name of the container in which it runs. */
  readonly inside?: string;
  /** Variables of a host job. */
  readonly env?: Readonly<Record<string, string>>;
  readonly olderThanJob?: boolean;
  /** Exit code; null: it still runs when the story ends. */
  readonly code?: number | null;
  /** Told of only after the engine's events, as a slow witness does. */
  readonly late?: boolean;
}

export interface TimelineOptions {
  readonly engine?: Family;
  readonly detectors: readonly Detector[];
  readonly settings?: Partial<DetectSettings>;
}

/** A stream of engine events told as a story: who ran what, and what was done to it. */
export const timeline = ({ engine = '28', detectors, settings }: TimelineOptions) => {
  const raw = createRawEngine(engine, identifier, startsAt);

  const moveTo = ({ at }: At): void => {
    const target =
      at === undefined ? raw.now() + SECOND : startsAt + BigInt(Math.round(at * 1000)) * 1_000_000n;
    if (target < raw.now()) throw new Error(`${at} s is over already`);
    raw.advance(target - raw.now());
  };

  let witnessed = 0;
  const afterwards: (() => void)[] = [];
  const begun = ({
    inside,
    env = {},
    olderThanJob = false,
    code: _code,
    late: _late,
    ...command
  }: Ran): ExecBegin => {
    const key = `boot:${++witnessed}`;
    const id = inside === undefined ? null : raw.idOf(inside);
    const pid = 4000 + witnessed;
    const root = Object.keys(env).length > 0 ? { pid: 3000, start: 30 } : null;
    const caller = {
      pid,
      start: 40,
      uid: 0,
      exe: '/usr/bin/docker',
      containerId: id,
      env,
      root,
      olderThanJob,
    };
    return {
      targets: [],
      truncated: false,
      name: null,
      image: null,
      tags: [],
      project: null,
      filters: [],
      force: false,
      autoRemove: false,
      engine: 'this',
      ...command,
      key,
      at: raw.now(),
      caller,
    };
  };

  /** Events name no caller: whoever does it, they are the same. The name in front is for the reader. */
  const verbs = (label: (part: string | undefined) => Record<string, string>) => {
    const options = ({ part, labels, at: _at, ...run }: JobOptions): RunOptions => ({
      ...run,
      labels: { ...label(part), ...labels },
    });
    const verb =
      <Args extends unknown[]>(act: (...args: Args) => unknown) =>
      (...args: [...Args, At?]) => {
        const last = args.at(-1);
        moveTo(typeof last === 'object' && last !== null ? (last as At) : {});
        act(...(args as unknown as Args));
        return self;
      };
    const self = {
      creates: verb((name: string, how: JobOptions = {}) => raw.create(name, options(how))),
      runs: verb((name: string, how: JobOptions = {}) => raw.run(name, options(how))),
      starts: verb((name: string) => raw.start(name)),
      failsToStart: verb((name: string, error: string, how: JobOptions = {}) =>
        raw.failStart(name, options(how), error),
      ),
      kills: verb((name: string, how: At & { signal?: number } = {}) => raw.kill(name, how.signal ?? 9)),
      stops: verb((name: string, how: At & { graceful?: boolean } = {}) =>
        raw.stop(name, how.graceful ?? false),
      ),
      restarts: verb((name: string) => raw.restart(name, false)),
      removes: verb((name: string, how: At & { volumes?: boolean } = {}) =>
        raw.remove(name, how.volumes ?? false),
      ),
      pauses: verb((name: string) => raw.setPaused(name, true)),
      unpauses: verb((name: string) => raw.setPaused(name, false)),
      renames: verb((name: string, to: string) => raw.rename(name, to)),
      /** An exec, an attach, a copy or a commit: what the engine tells of it. */
      touches: verb((name: string, action: string) => raw.touch(name, action)),
      connects: verb((name: string, to: string) => raw.connect(name, to)),
      prunes: verb((type: string) => raw.prune(type)),
      disconnects: verb((name: string) => raw.disconnect(name)),
      createsNetwork: verb((name: string) => raw.createNetwork(name)),
      removesNetwork: verb((name: string) => raw.removeNetwork(name)),
      /** The tag goes to an image, told apart by its content; what is run from a name has the content of that name. */
      tags: verb((tag: string, content: string) => raw.tagImage(tag, content)),
      untags: verb((content: string, how: At & { last?: boolean } = {}) =>
        raw.untagImage(content, how.last ?? true),
      ),
      createsVolume: verb((name: string) => raw.createVolume(name)),
      removesVolume: verb((name: string) => raw.removeVolume(name)),
    };
    return self;
  };

  return {
    engine,
    job: (key: string, labels?: Readonly<Record<string, string>>) =>
      verbs((part) => ({ ...(labels ?? labelsOf(key, part)) })),
    /** A runner, a cron, a person: containers without the labels of a job. */
    host: verbs(() => ({})),
    /** Commands are watched from here on. */
    watches: () => raw.push({ k: 'source', at: raw.now(), source: 'execs', state: 'on', reason: null }),
    /** A command is run, does what `act` says, and ends; then the witness says that it has told everything. */
    command(ran: Ran, act: () => void = () => undefined, after: Nanos = SECOND) {
      raw.advance(after);
      const exec = begun(ran);
      const tell = (): void => raw.push({ k: 'exec.begin', at: raw.now(), exec });
      if (!ran.late) tell();
      raw.advance(20n * MILLISECOND);
      act();
      raw.advance(5n * MILLISECOND);
      if (ran.late) tell();
      const { code = 0 } = ran;
      const end = { key: exec.key, at: raw.now(), code, signal: null };
      if (code !== null) raw.push({ k: 'exec.end', at: raw.now(), end });
      for (const then of afterwards.splice(0)) {
        raw.advance(50n * MILLISECOND);
        then();
      }
      raw.push({ k: 'watermark', at: raw.now() + MILLISECOND, through: raw.now() });
    },
    /** Calls are seen from here on. */
    audits: () => raw.push({ k: 'source', at: raw.now(), source: 'calls', state: 'on', reason: null }),
    /** A call passes the audit socket, does what `act` says, and is answered; then the witness says that it told everything. */
    call(called: Called, act: () => void = () => undefined, after: Nanos = SECOND) {
      raw.advance(after);
      const key = `boot:c${++witnessed}`;
      const containerId = called.inside === undefined ? null : raw.idOf(called.inside);
      const pid = called.pid ?? 4000 + witnessed;
      raw.push({
        k: 'call.begin',
        at: raw.now(),
        call: callBegun(called, { key, at: raw.now(), pid, containerId }),
      });
      raw.advance(3n * MILLISECOND);
      act();
      raw.advance(2n * MILLISECOND);
      const created = (called.created ?? []).map(raw.idOf);
      const end = callEnded(called, { key, at: raw.now(), created });
      if (called.status !== null || called.aborted) raw.push({ k: 'call.end', at: raw.now(), end });
      raw.push({ k: 'watermark', at: raw.now() + MILLISECOND, through: raw.now() });
    },
    /** Within a command: what the engine still does for it when it has ended. */
    after: (act: () => void) => void afterwards.push(act),
    push: raw.push,
    /** Seconds since the beginning. */
    seconds: () => Number(raw.now() - startsAt) / 1e9,
    now: raw.now,
    idOf: raw.idOf,
    /** A container's main process ends by itself. */
    ends(name: string, { exitCode = 0, ...when }: At & { exitCode?: number } = {}) {
      moveTo(when);
      raw.die(name, exitCode);
    },
    runsOutOfMemory(name: string, when: At = {}) {
      moveTo(when);
      raw.oom(name);
      raw.die(name, 137);
    },
    inspects(name: string) {
      raw.inspect(name);
    },
    /** An image is inspected, and with it the labels that its containers have from it. */
    learnsImage: raw.inspectImage,
    volumesOf: raw.volumesOf,
    /** Time goes by, as a tick of the daemon tells. */
    passes({ seconds = 0, minutes = 0 }: { seconds?: number; minutes?: number }) {
      raw.advance(BigInt(seconds + 60 * minutes) * SECOND);
      raw.push({ k: 'tick', at: raw.now() });
    },
    lines: () => raw.lines,
    observations: () => raw.observations,
    /** What was found five seconds after the last event: acts are judged by then, conditions still hold. */
    findings: (): readonly Told[] =>
      findingsOf([...raw.observations, { k: 'tick', at: raw.now() + 5n * SECOND }], detectors, settings),
  };
};

export type Timeline = ReturnType<typeof timeline>;
