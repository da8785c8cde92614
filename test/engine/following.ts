import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EngineEvent,
  eventIdentity,
  type GapReason,
  type Nanos,
  type Observation,
} from '../../src/domain';
import { createClient, createFollower, type Followed, type Keep } from '../../src/engine';
import type { FollowerParts } from '../../src/engine/follow';
import type { Timing } from '../../src/engine/timing';

export const keep: Keep = {
  keepLabel: (key) => key.startsWith('com.gitlab.'),
  keepEnv: (name) => (name === 'CI_JOB_ID' ? 'value' : undefined),
};

/** Short enough for tests; what comes in which order does not depend on it. */
export const shortTiming: Timing = {
  tick: 20,
  scanSettle: 30,
  scanRetry: 30,
  ping: 50,
  pingAnswer: 300,
  retryFirst: 5,
  retryMost: 20,
  replayIdle: 100,
  failedStart: 30,
};

export const wallClock = (): Nanos => BigInt(Date.now()) * 1_000_000n;

type Of<K extends Observation['k']> = Extract<Followed, { k: K }>;

/** A follower, and everything it told. */
export const following = (
  host: string,
  parts: Partial<FollowerParts> = {},
  /** What the consumer does before it has taken a batch. */
  consume: (observations: readonly Followed[]) => void | Promise<void> = () => undefined,
) => {
  const told: Followed[] = [];
  const follower = createFollower({
    client: createClient({ host, keep }),
    keep,
    async emit(observations) {
      await consume(observations);
      told.push(...observations);
    },
    now: wallClock,
    resume: undefined,
    rescanEveryMs: 60_000,
    log: { info: () => undefined, warn: () => undefined },
    timing: shortTiming,
    ...parts,
  });
  const of = <K extends Observation['k']>(k: K): Of<K>[] =>
    told.filter((each): each is Of<K> => each.k === k);
  return {
    ...follower,
    told,
    of,
    events: (): EngineEvent[] => of('event').map(({ event }) => event),
    /** `create web` and the like. */
    acts: (): string[] => of('event').map(({ event }) => `${event.action} ${event.id}`),
    gaps: (): GapReason[] => of('gap').map(({ gap }) => gap.reason),
    gap: (reason: GapReason) => of('gap').find(({ gap }) => gap.reason === reason)?.gap,
    inspected: (): string[] =>
      of('inspect').map(
        ({ inspection: { type, found } }) => `${type} ${'id' in found ? found.id : found.name}`,
      ),
    /** What the store would give back at the next start. */
    resume: () => {
      const events = of('event').map(({ event }) => event);
      const last = events.reduce<Nanos>((max, { time }) => (time > max ? time : max), 0n);
      return {
        lastEventTime: last,
        recentEvents: events.filter(({ time }) => time >= last - 2_000_000_000n).map(eventIdentity),
      };
    },
  };
};

export type Following = ReturnType<typeof following>;

/** Waits as long as it takes; the test's own time limit ends what never comes true. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5);
};
