import { type EngineEvent, type EngineInfo, type Gap, MILLISECOND, type Nanos, SECOND } from '../domain';
import type { EngineClient } from './client';
import { createInspector } from './inspector';
import type { Keep } from './keep';
import type { Log } from './log';
import { createQueue, type Followed, type QueueLimits } from './queue';
import { createRecent } from './recent';
import { createRescanner } from './rescan';
import { begin, clockGap, isFuture, type Resume, resumeAfter, resumeAfterClock } from './resume';
import { openStream, type OpenStream } from './stream';
import { type Timing, usualTiming } from './timing';

const usualLimits: QueueLimits = { observations: 50_000, bytes: 64 << 20 };
/**
 * The engine's memory and its streams order the events of parallel calls differently, by up to 5 ms as measured: what
 * comes before the awaited event and is only so much newer says nothing.
 */
const disorder = 100n * MILLISECOND;
/** What an inspection or a container of a scan weighs in the queue: most are smaller. */
const snapshotBytes = 4096;

export interface FollowerParts {
  readonly client: EngineClient;
  readonly keep: Keep;
  /** Takes what was observed, in order; the next batch waits until it resolves. May be slow: the stream is read on. */
  emit(observations: readonly Followed[]): void | Promise<void>;
  /** Wall clock. */
  now(): Nanos;
  /** What was handled before; undefined when nothing ever was. */
  readonly resume: { readonly lastEventTime: Nanos; readonly recentEvents: readonly string[] } | undefined;
  readonly rescanEveryMs: number;
  readonly log: Log;
  /** Hand on the engine's own text with each event, for recordings. */
  readonly keepText?: boolean;
  readonly limits?: QueueLimits;
  readonly timing?: Partial<Timing>;
}

export interface FollowerState {
  readonly connected: boolean;
  /** Since when it is connected, or not. */
  readonly since: Nanos;
  readonly engine: EngineInfo | undefined;
  /** Observations that wait to be handled. */
  readonly queued: number;
  /** Observations that could not be handled since the start. */
  readonly dropped: number;
  /** Why the stream is not connected; empty when it is. */
  readonly problem: string;
}

export interface Follower {
  /**
   * Resolves when the engine's stream is open; rejects, and follows nothing, when the engine cannot be reached. Breaks
   * after that are mended without end.
   */
  start(): Promise<void>;
  /** Resolves when everything that was seen has been handed on. */
  stop(): Promise<void>;
  state(): FollowerState;
}

/**
 * Follows an engine: its events, inspections of what they do not tell, and regular scans; what may have been missed
 * becomes gaps. Reading the stream never waits for anybody, since a stalled reader slows the whole engine.
 */
export const createFollower = (parts: FollowerParts): Follower => {
  const { client, keep, now, resume, log } = parts;
  const timing: Timing = { ...usualTiming, ...parts.timing };
  const streamParts = { client, keepLabel: keep.keepLabel, timing };
  const recent = createRecent(resume?.recentEvents ?? []);
  let last: Nanos | undefined = resume && resume.lastEventTime > 0n ? resume.lastEventTime : undefined;
  /** Set while a resumed stream has yet to bring the last event back. */
  let awaited: Nanos | undefined;
  let begun = last !== undefined;
  let engine: EngineInfo | undefined;
  let stream: OpenStream | undefined;
  let changedAt = now();
  let problem = 'not started';
  /** Counts stretches of the stream in which nothing was lost. */
  let stretch = 0;
  let stopped = false;
  let ticks: NodeJS.Timeout | undefined;
  let pause: NodeJS.Timeout | undefined;

  const queue = createQueue({
    emit: parts.emit,
    now,
    limits: parts.limits ?? usualLimits,
    onRecovered() {
      stretch += 1;
      inspector.forget();
      rescanner.request();
    },
    log,
  });
  const inspector = createInspector({
    client,
    push: (observation) => queue.push(observation, snapshotBytes),
    now,
    failedStartMs: timing.failedStart,
    log,
  });
  const rescanner = createRescanner({
    client,
    now,
    everyMs: parts.rescanEveryMs,
    timing,
    unbroken: () => (stream && queue.whole() ? stretch : undefined),
    onScan(scan) {
      queue.push({ k: 'scan', at: now(), scan }, scan.containers.length * snapshotBytes);
      inspector.scanned(scan);
    },
    log,
  });

  const tellGap = (gap: Gap): void => {
    log.warn({ reason: gap.reason, missing: gap.missing }, 'events may have been missed');
    queue.insist({ k: 'gap', at: now(), gap });
    stretch += 1;
    if (stream) rescanner.request();
  };

  const onEvent = (event: EngineEvent, text: string): void => {
    const { time } = event;
    if (time === awaited) awaited = undefined;
    if (!recent.first(event)) return;
    if (awaited !== undefined && time > awaited + disorder) {
      const missing = 'more happened than the engine keeps while its stream was being resumed';
      tellGap({ source: 'events', from: awaited, to: time, reason: 'ring-overflow', missing });
      awaited = undefined;
    }
    // Podman tells events of different types in groups, not in the order of their times.
    if (last !== undefined && time < last - SECOND && engine?.kind !== 'podman') {
      tellGap(clockGap(time, last));
      last = time;
    } else if (last === undefined || time > last) last = time;
    const kept = parts.keepText === true && { text };
    queue.push({ k: 'event', at: now(), event, ...kept }, 2 * text.length);
    inspector.see(event);
    // 20.10 tells that it pruned volumes, and not which.
    if (event.type === 'volume' && event.action === 'prune') rescanner.request();
  };
  const onMalformed = (lengthBytes: number): void =>
    queue.push({ k: 'malformed', at: now(), text: `${lengthBytes} bytes that are not an event` }, 0);

  /** Opens the stream as `resume` says. What is to be known first is told when it is open, and before anything it brings. */
  const open = async (about: EngineInfo, { since, gap, handled, ...found }: Resume): Promise<void> => {
    let announced = false;
    const announce = (): void => {
      if (announced) return;
      announced = true;
      engine = about;
      queue.insist({ k: 'engine', at: now(), engine });
      for (const event of handled) recent.first(event);
      if (gap) tellGap(gap);
      if (gap?.reason === 'start') last = handled.reduce(latest, undefined);
      if (gap?.reason === 'clock') last = undefined;
      awaited = found.awaited;
    };
    stream = await openStream(streamParts, since, {
      onEvent(event, text) {
        announce();
        onEvent(event, text);
      },
      onMalformed,
    });
    announce();
  };

  const connect = async (): Promise<void> => {
    const about = await client.info();
    const found = begun
      ? await resumeAfter(streamParts, last, changedAt, now)
      : await begin(streamParts, now);
    try {
      await open(about, found);
    } catch (error) {
      if (!isFuture(error) || last === undefined) throw error;
      await open(about, await resumeAfterClock(streamParts, last, now));
    }
    begun = true;
    changedAt = now();
    problem = '';
    stretch += 1;
    if (stopped) return stream?.close();
    log.info({ engine, host: client.host }, 'following the engine');
    rescanner.request();
  };

  /** Connects again after every break, with growing pauses while that does not last. */
  const follow = async (): Promise<void> => {
    let pauseMs = timing.retryFirst;
    while (!stopped) {
      if (stream) {
        problem = await stream.ended;
        stream = undefined;
        if (stopped) return;
        log.warn({ problem }, "the engine's stream broke");
        if (now() - changedAt > BigInt(timing.retryMost) * MILLISECOND) pauseMs = timing.retryFirst;
        changedAt = now();
      }
      await new Promise((resolve) => {
        pause = setTimeout(resolve, pauseMs * (0.5 + Math.random()));
      });
      pauseMs = Math.min(2 * pauseMs, timing.retryMost);
      try {
        if (!stopped) await connect();
      } catch (error) {
        problem = (error as Error).message;
        log.warn({ problem }, 'the engine cannot be followed; trying again');
      }
    }
  };

  return {
    async start() {
      await connect();
      ticks = setInterval(() => queue.offer({ k: 'tick', at: now() }), timing.tick);
      void follow();
    },
    async stop() {
      stopped = true;
      clearInterval(ticks);
      clearTimeout(pause);
      rescanner.stop();
      inspector.stop();
      stream?.close();
      await queue.close();
    },
    state: () => ({
      connected: stream !== undefined,
      since: changedAt,
      engine,
      queued: queue.size(),
      dropped: queue.dropped(),
      problem,
    }),
  };
};

const latest = (max: Nanos | undefined, { time }: EngineEvent): Nanos =>
  max !== undefined && max > time ? max : time;
