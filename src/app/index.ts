import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApi, createMetrics } from '../api';
import { createIdentifier } from '../attribution/identify';
import type { Config } from '../config';
import { MILLISECOND, type Nanos, type Observation } from '../domain';
import { createClient, createFollower, EngineUnreachable } from '../engine';
import type { Logger } from '../log';
import { openReader } from '../store';
import { demoObservations } from './demo';
import { createAnswersForCallers } from './for-callers';
import { startCallerSight } from './link';
import { listen } from './listen';
import { workerSettings } from './settings';
import { startWriterThread } from './writer-thread';

export { replayInto } from './replay';

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly version: string;
  readonly demo?: 'always' | 'if-no-engine' | undefined;
  /** Program and arguments that start a witness beside it; none is started without. */
  readonly witnessCommand?: readonly string[] | undefined;
  /** Lines for the person who started it. */
  out(line: string): void;
}

export interface App {
  /** Address it listens on, `http://127.0.0.1:7373`. */
  readonly address: string;
  readonly mode: 'live' | 'demo';
  stop(): Promise<void>;
}

const wallClock = (): Nanos => BigInt(Date.now()) * MILLISECOND;

/** Undoes what was started, the last first; the same for a start that failed half way and for an ordinary end. */
const createStops = () => {
  const stops: (() => unknown)[] = [];
  return {
    add: (stop: () => unknown) => void stops.push(stop),
    async all(): Promise<void> {
      for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
    },
  };
};

/**
 * Starts everything, in the order of dependence. Throws EngineUnreachable or EngineForbidden when the engine cannot be
 * watched (unless the demo stands in), and what the store says when its database cannot be opened.
 */
export const startApp = async ({
  config,
  log,
  version,
  demo,
  witnessCommand,
  out,
}: AppOptions): Promise<App> => {
  const stops = createStops();
  try {
    const keep = createIdentifier(config.jobs.presets);
    const client = createClient({ host: config.engine.host, keep });
    const engine =
      demo === 'always'
        ? undefined
        : await client.info().catch((error: unknown) => {
            if (demo !== 'if-no-engine' || !(error instanceof EngineUnreachable)) throw error;
            out('');
            out(`NO ENGINE: ${error.message}`);
            out('Showing the DEMO instead, from a throw-away database. Nothing of it happens on this host.');
            out('');
            return undefined;
          });
    const mode = engine ? 'live' : 'demo';
    const dir = engine ? config.data.dir : mkdtempSync(join(tmpdir(), 'crosstalk-demo-'));
    if (engine) mkdirSync(dir, { recursive: true, mode: 0o700 });
    else stops.add(() => rmSync(dir, { recursive: true, force: true }));

    const dbFile = join(dir, 'crosstalk.db');
    const host = config.host ?? engine?.name ?? 'demo';
    const listeners = new Set<(commit: number) => void>();
    let lost: string | undefined;
    const writer = await startWriterThread(workerSettings(config, dbFile, host), {
      onCommitted({ commit, events, execs, calls, newFindings, gapReasons, seconds, lastEventTime }) {
        metrics.observeCommit(seconds);
        for (const [type, action] of events) metrics.countEvent(type, action);
        for (const verb of execs) metrics.countExec(verb);
        for (const [method, status] of calls) metrics.countCall(method, status);
        for (const found of newFindings) metrics.countFinding(found.kind, found.severity, found.confidence);
        for (const reason of gapReasons) metrics.countGap(reason);
        if (events.length > 0) metrics.setLag(Math.max(0, Number(wallClock() - lastEventTime) / 1e9));
        for (const listener of listeners) listener(commit);
      },
      onTrouble: (message) => log.error(message),
      onLost(error) {
        lost = error.message;
        log.fatal({ err: error }, 'nothing is recorded any more');
      },
    });
    stops.add(() => writer.stop());
    const reader = openReader({ file: dbFile, host });
    stops.add(() => reader.close());
    const metrics = createMetrics({ gauges: () => reader.gauges() });

    /** Set when there is an API to ask. */
    let answerCaller: ReturnType<typeof createAnswersForCallers> = () =>
      Promise.reject(new Error('the daemon is starting'));
    const callers = engine
      ? await startCallerSight({
          config,
          log: log.child({ part: 'link' }),
          now: wallClock,
          submit: writer.submit,
          before: writer.resume.witness,
          beforeCalls: writer.resume.callWitness,
          answer: (question) => answerCaller(question),
          roots: writer.resume.roots,
          command: witnessCommand,
        })
      : undefined;
    stops.add(() => callers?.stop());
    const follower = engine
      ? createFollower({
          client,
          keep,
          async emit(observations) {
            const committed = writer.submit(observations);
            callers?.passed(observations);
            await committed;
          },
          now: wallClock,
          resume: writer.resume.lastEventTime > 0n ? writer.resume : undefined,
          rescanEveryMs: config.engine.rescanEveryMs,
          log: log.child({ part: 'engine' }),
        })
      : undefined;

    const api = buildApi({
      reader,
      writer: {
        setFindingStatus: (id, status, note) => writer.ask('setFindingStatus', id, status, note),
        addSuppression: (suppression) => writer.ask('addSuppression', suppression),
        removeSuppression: (id) => writer.ask('removeSuppression', id),
      },
      config: { listen: config.api.listen, host: config.host, token: config.api.token },
      log: log.child({ part: 'api' }),
      metrics,
      health() {
        const state = follower?.state();
        metrics.setQueueDepth(state?.queued ?? 0);
        return [
          ...(lost === undefined ? [] : [lost]),
          ...(state && !state.connected ? [`engine not followed: ${state.problem}`] : []),
          ...(callers?.problems() ?? []),
        ];
      },
      onCommit(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      version,
    });
    answerCaller = createAnswersForCallers({
      reader,
      identifier: keep,
      api,
      listen: config.api.listen,
      token: config.api.token,
    });
    const address = await listen(api, config.api.address);
    stops.add(() => api.close());

    if (follower) {
      await follower.start();
      stops.add(() => follower.stop());
    } else {
      await submitAll(writer.submit, demoObservations(keep, wallClock()));
      const ticks = setInterval(() => void writer.submit([{ k: 'tick', at: wallClock() }]), 1000);
      stops.add(() => clearInterval(ticks));
    }
    log.info({ mode, host, address }, 'started');
    return { address, mode, stop: () => stops.all() };
  } catch (error) {
    await stops.all();
    throw error;
  }
};

const submitAll = async (
  submit: (batch: readonly Observation[]) => Promise<void>,
  observations: AsyncIterable<Observation>,
): Promise<void> => {
  let batch: Observation[] = [];
  for await (const observation of observations) {
    batch.push(observation);
    if (batch.length < 500) continue;
    await submit(batch);
    batch = [];
  }
  await submit(batch);
};
