import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config';
import { createWitnessClient, type CreateExecWatch, type ExecWatch } from '../link';
import type { Logger } from '../log';
import { sourceStateOf, watchExecs } from './exec-watch';

export interface WitnessOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Aborted when it is to end. */
  readonly stop: AbortSignal;
  /** Set for a witness that a daemon started: it ends when no daemon was there for so long, or with the daemon. */
  readonly aloneMs?: number | undefined;
  /** A line for the person who started it. */
  out(line: string): void;
  readonly create?: CreateExecWatch;
}

/** Where the daemon of this data directory listens for its witness. */
export const witnessSocket = (config: Pick<Config, 'data'>): string => join(config.data.dir, 'witness.sock');

const lookMs = 1000;
/** A daemon that is restarted should find its witness before it starts another. */
const longestPauseWithDaemonMs = 500;
const lastWordsMs = 2000;

const until = (condition: () => boolean, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const end = Date.now() + ms;
    const look = setInterval(() => {
      if (!condition() && Date.now() < end) return;
      clearInterval(look);
      resolve();
    }, 20);
  });

/**
 * Sees callers and tells the daemon, until `stop`. Where commands cannot be seen it stays, and tells why, unless the
 * configuration demands them: then it rejects. It also rejects when the watch breaks, for whoever started it to start
 * it again.
 */
export const runWitness = async (options: WitnessOptions): Promise<void> => {
  const { config, log, stop, aloneMs, out, create } = options;
  const bootId = randomBytes(8).toString('hex');
  let watch: ExecWatch | undefined;
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  ended.catch(() => undefined); // it may come before anybody waits for it
  const path = witnessSocket(config);
  const client = createWitnessClient({
    path,
    bootId,
    ...(aloneMs !== undefined && { longestPauseMs: longestPauseWithDaemonMs }),
    drained: () => watch?.drained() ?? Promise.reject(new Error('no command is watched')),
    watch: (process) => watch?.watch(process),
    onBye() {
      if (aloneMs !== undefined) end();
    },
    log,
  });

  const parts = { bootId, emit: client.tell, onEnded: (error: Error) => end(error), log };
  const unavailable = await watchExecs(config, parts, create).then(
    (started) => {
      watch = started;
      client.setSource('execs', sourceStateOf(started));
    },
    (error: unknown) => {
      client.setSource('execs', { state: 'off', reason: (error as Error).message });
      return error as Error;
    },
  );
  client.start();
  if (unavailable && config.watch.execs === 'on') {
    // The daemon should know why.
    await until(client.connected, lastWordsMs);
    await client.stop();
    throw new Error(`docker commands cannot be seen here: ${unavailable.message}`, { cause: unavailable });
  }
  // A daemon that started it says this itself.
  if (aloneMs === undefined)
    out(
      unavailable
        ? `docker commands cannot be seen here: ${unavailable.message}`
        : `watching docker commands for ${path}`,
    );

  let lastLinked = performance.now();
  const look = setInterval(() => {
    if (watch) client.setSource('execs', sourceStateOf(watch));
    if (client.connected()) lastLinked = performance.now();
    else if (aloneMs !== undefined && performance.now() - lastLinked > aloneMs) {
      log.info({}, 'no daemon came back');
      end();
    }
  }, lookMs);
  stop.addEventListener('abort', () => end(), { once: true });
  if (stop.aborted) end();
  try {
    await ended;
  } catch (error) {
    client.setSource('execs', { state: 'off', reason: `the exec watch broke: ${(error as Error).message}` });
    throw error;
  } finally {
    clearInterval(look);
    await watch?.stop();
    await client.stop();
  }
};
