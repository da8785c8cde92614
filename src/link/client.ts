import { connect, type Socket } from 'node:net';
import type { Nanos } from '../domain';
import {
  createLineCutter,
  decodeDaemonHello,
  encodeLine,
  type FromDaemon,
  linkVersion,
  longestAnswer,
  versionOf,
} from './lines';
import { createOutbox } from './outbox';
import type { CallerAnswer, CallerQuestion } from './question';
import type { Log, Sent, SourceState, Watched } from './told';

export interface WitnessClientParts {
  /** The daemon's `witness.sock`. */
  readonly path: string;
  /** Unique for each start of a witness. */
  readonly bootId: string;
  /** For unacknowledged lines; 8 MiB when left out. */
  readonly limitBytes?: number;
  /** The longest pause between two attempts to connect; 5 s when left out. */
  readonly longestPauseMs?: number;
  /** Everything before this time has been told. */
  drained(): Promise<Nanos>;
  watch(process: Watched): void;
  /** The daemon ends in order. */
  onBye?(): void;
  readonly log: Log;
}

/** The witness's end of the link. */
export interface WitnessClient {
  start(): void;
  /** Keeps it until the daemon has recorded it, or until there is no more room. */
  tell(told: Sent): void;
  setSource(source: 'execs' | 'calls', state: SourceState): void;
  /** What the daemon says to a process that called the audit socket; rejects where there is no daemon. */
  ask(question: CallerQuestion): Promise<CallerAnswer>;
  connected(): boolean;
  size(): { readonly lines: number; readonly bytes: number; readonly dropped: number };
  /** Waits, but not long, for what was told to be recorded. */
  stop(): Promise<void>;
}

const shortestPauseMs = 100;
const growth = 1.5;
const lastWordsMs = 1000;
const mostAtOnce = 64 << 10;
const longestAnswerMs = 5000;

export const createWitnessClient = (parts: WitnessClientParts): WitnessClient => {
  const { path, bootId, limitBytes = 8 << 20, longestPauseMs = 5000, drained, watch, onBye, log } = parts;
  const outbox = createOutbox(limitBytes);
  const sources: { execs: SourceState; calls?: SourceState } = {
    execs: { state: 'off', reason: 'the exec watch is starting' },
  };
  const asked = new Map<number, (answer: CallerAnswer | undefined) => void>();
  let lastAsked = 0;
  let socket: Socket | undefined;
  /** The daemon has said that it speaks this version. */
  let greeted = false;
  let pauseMs = shortestPauseMs;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;
  /** Lines without a number. They wait until everything before them is sent. */
  let asides: string[] = [];
  /** What was said last of a link that cannot be had: it is said once. */
  let complaint = '';

  const complain = (message: string): void => {
    if (message !== complaint) log.warn({ path }, message);
    complaint = message;
  };

  const pump = (): void => {
    while (socket && greeted && !socket.writableNeedDrain) {
      // Calls can be thousands a second: a write for each line would cost more than the line.
      let lines = '';
      while (lines.length < mostAtOnce) {
        const line = outbox.next() ?? asides.shift();
        if (line === undefined) break;
        lines += line;
      }
      if (lines === '') return;
      socket.write(lines);
    }
  };

  /** What is told in one turn goes in one piece. */
  let soon = false;
  const pumpSoon = (): void => {
    if (soon) return;
    soon = true;
    setImmediate(() => {
      soon = false;
      pump();
    });
  };

  const answerWatermark = async (n: number, asker: Socket): Promise<void> => {
    const at = await drained();
    if (socket !== asker) return;
    asides.push(encodeLine({ k: 'watermark', n, at }));
    pump();
  };

  const onLine = (line: string, from: Socket): void => {
    if (!greeted) {
      const said = JSON.parse(line) as { refused?: unknown };
      if (typeof said.refused === 'string') throw new Error(`the daemon refuses: ${said.refused}`);
      const version = versionOf(line);
      if (version !== linkVersion)
        throw new Error(`the daemon speaks version ${version} of the link, this witness ${linkVersion}`);
      outbox.acknowledge(decodeDaemonHello(line).ack);
      greeted = true;
      complaint = '';
      log.info({ path }, 'linked to the daemon');
      pump();
      return;
    }
    const said = JSON.parse(line) as Partial<Record<string, never>> & FromDaemon;
    if ('ack' in said) {
      outbox.acknowledge(said.ack);
      // Only a daemon that records is one to come back to soon.
      pauseMs = shortestPauseMs;
    } else if ('watermark' in said)
      void answerWatermark(said.watermark, from).catch((error: unknown) =>
        log.warn({ err: error }, 'the exec watch does not say how far it is'),
      );
    else if ('watch' in said) watch(said.watch);
    else if ('answer' in said) {
      const { answer, status, contentType, body } = said as { answer: number } & CallerAnswer;
      asked.get(answer)?.({ status, contentType, body });
    } else if ('bye' in said) onBye?.();
    else if ('refused' in said) throw new Error(`the daemon refuses: ${said.refused}`);
  };

  const open = (): void => {
    const opened = connect(path);
    socket = opened;
    greeted = false;
    asides = [];
    outbox.rewind();
    opened.setEncoding('utf8');
    opened.once('connect', () => {
      const hello = { link: linkVersion, pid: process.pid, bootId, sources };
      opened.write(encodeLine(hello));
    });
    const cut = createLineCutter((line) => onLine(line, opened), longestAnswer);
    opened.on('data', (chunk: string) => {
      try {
        cut(chunk);
      } catch (error) {
        complain((error as Error).message);
        opened.destroy();
      }
    });
    opened.on('drain', pump);
    opened.on('error', (error) => log.debug({ err: error, path }, 'no link to the daemon'));
    opened.once('close', () => {
      if (greeted) log.info({ path }, 'the link to the daemon broke');
      socket = undefined;
      greeted = false;
      for (const settle of asked.values()) settle(undefined);
      if (stopped) return;
      retry = setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * growth, longestPauseMs);
    });
  };

  const recorded = async (): Promise<void> => {
    const end = Date.now() + lastWordsMs;
    // Also of a daemon that has not yet said who it is: it is about to.
    const waits = (): boolean => socket !== undefined && (outbox.size().lines > 0 || asides.length > 0);
    while (waits() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  return {
    start: open,
    tell(told) {
      outbox.push(told);
      // Before there is no more room: what is sent is not lost when it is pushed out.
      if (outbox.size().bytes > limitBytes / 4) pump();
      else pumpSoon();
    },
    setSource(source, state) {
      if (state.state === sources[source]?.state && state.reason === sources[source]?.reason) return;
      sources[source] = state;
      // Before the daemon's hello: our own tells it at the next connection, and this line at this one.
      if (socket) asides.push(encodeLine({ k: 'source', [source]: state }));
      pump();
    },
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (!greeted) return reject(new Error('there is no daemon'));
        const n = ++lastAsked;
        const late = setTimeout(() => asked.get(n)?.(undefined), longestAnswerMs);
        asked.set(n, (answer) => {
          clearTimeout(late);
          asked.delete(n);
          if (answer) resolve(answer);
          else reject(new Error('the daemon did not answer'));
        });
        asides.push(encodeLine({ k: 'ask', n, ...question }));
        pump();
      }),
    connected: () => greeted,
    size: outbox.size,
    async stop() {
      await recorded();
      stopped = true;
      clearTimeout(retry);
      const closing = socket;
      if (!closing) return;
      await new Promise<void>((resolve) => {
        closing.once('close', () => resolve());
        closing.end();
        setTimeout(() => closing.destroy(), 200).unref();
      });
    },
  };
};
