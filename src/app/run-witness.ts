import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config';
import {
  type AuditSocket,
  type CreateAuditSocket,
  createWitnessClient,
  type CreateExecWatch,
  type ExecWatch,
} from '../link';
import type { Logger } from '../log';
import { auditStateOf, openAuditSocket } from './audit-socket';
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
  readonly createAudit?: CreateAuditSocket;
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

/** Clients that are under way on the audit socket may go on for so long when the witness is to end. */
const auditGraceMs = 30_000;

/**
 * Sees callers and tells the daemon, until `stop`. Where commands cannot be seen it stays, and tells why, unless the
 * configuration demands them: then it rejects. It also rejects when the watch breaks, or when the audit socket cannot be
 * opened, for whoever started it to start it again.
 */
export const runWitness = async (options: WitnessOptions): Promise<void> => {
  const { config, log, stop, aloneMs, out, create, createAudit } = options;
  const bootId = randomBytes(8).toString('hex');
  let watch: ExecWatch | undefined;
  let audit: AuditSocket | undefined;
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  ended.catch(() => undefined); // it may come before anybody waits for it
  const path = witnessSocket(config);
  // One that jobs call through goes on without a daemon: builds must not feel that it is away.
  const mayEndAlone = aloneMs !== undefined && config.audit === undefined;
  const client = createWitnessClient({
    path,
    bootId,
    ...(aloneMs !== undefined && { longestPauseMs: longestPauseWithDaemonMs }),
    drained: async () => {
      // The time is taken first: what the audit socket is told while the watch is asked comes behind it.
      const at = audit?.drained();
      const through = await watch?.drained();
      if (at === undefined && through === undefined)
        throw new Error('neither commands nor calls are watched');
      return at === undefined || (through !== undefined && through < at) ? through! : at;
    },
    watch: (process) => watch?.watch(process),
    onBye() {
      if (mayEndAlone) end();
    },
    log,
  });

  const parts = { bootId, emit: client.tell, onEnded: (error: Error) => end(error), log };
  const unavailable =
    config.watch.execs === 'off'
      ? new Error('switched off (watch.execs)')
      : await watchExecs(config, parts, create).then(
          (started) => {
            watch = started;
            client.setSource('execs', sourceStateOf(started));
            return undefined;
          },
          (error: unknown) => error as Error,
        );
  if (unavailable) client.setSource('execs', { state: 'off', reason: unavailable.message });
  const closed = await openAuditSocket(config, { ...parts, ask: client.ask }, createAudit).then(
    (opened) => {
      audit = opened;
      if (opened) client.setSource('calls', auditStateOf(opened));
      return undefined;
    },
    (error: unknown) => {
      client.setSource('calls', { state: 'off', reason: (error as Error).message });
      return error as Error;
    },
  );
  client.start();
  const demanded = closed
    ? `the audit socket cannot be opened: ${closed.message}`
    : unavailable && config.watch.execs === 'on'
      ? `docker commands cannot be seen here: ${unavailable.message}`
      : undefined;
  if (demanded !== undefined) {
    // The daemon should know why.
    await until(client.connected, lastWordsMs);
    await Promise.all([client.stop(), watch?.stop(), audit?.stop(0)]);
    throw new Error(demanded, { cause: closed ?? unavailable });
  }
  // A daemon that started it says this itself.
  if (aloneMs === undefined) {
    if (audit) out(`calls pass ${config.audit!.socket}`);
    out(
      unavailable
        ? `docker commands cannot be seen here: ${unavailable.message}`
        : `watching docker commands for ${path}`,
    );
  }

  let lastLinked = performance.now();
  const look = setInterval(() => {
    if (watch) client.setSource('execs', sourceStateOf(watch));
    if (audit) client.setSource('calls', auditStateOf(audit));
    if (client.connected()) lastLinked = performance.now();
    else if (mayEndAlone && performance.now() - lastLinked > aloneMs) {
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
    await audit?.stop(auditGraceMs);
    await client.stop();
  }
};
