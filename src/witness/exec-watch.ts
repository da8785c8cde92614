import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Nanos } from '../domain';
import type { Logger } from '../log';
import { clock } from './clock';
import type { Libc } from './netlink/libc';
import { fenceMessage } from './netlink/messages';
import type { openSender } from './netlink/socket';
import type { Priority } from './priority';
import type { KeptVariables } from './process/job-variables';
import { counter, type FromThread, type ThreadSettings, type ToThread } from './protocol';
import type { Told, WatchedProcess } from './told';
import { checkSelf, readSelf, unavailable } from './unavailable';

export interface ExecWatchState {
  readonly priority: Priority;
  /** What makes it see less than it could; null when nothing does. */
  readonly problem: string | null;
  /** Execs of every program that the kernel told of. */
  readonly execs: number;
  /** Docker commands told. */
  readonly seen: number;
  /** Processes that had gone before they could be read. */
  readonly vanished: number;
  /** How often the kernel dropped events. */
  readonly overflows: number;
}

export interface ExecWatch {
  /** Asks for the end of a process; told at once, without code and signal, when it is gone already. */
  watch(process: WatchedProcess): void;
  /** The watermark: takes the time, and resolves with it when everything that happened before has been emitted. */
  drained(): Promise<Nanos>;
  state(): ExecWatchState;
  stop(): Promise<void>;
}

interface Parts {
  /** Job variables that may be kept. */
  readonly keptVariables: KeptVariables;
  /** Further names of docker clients. */
  readonly clients: readonly string[];
  /** Paths of sockets that lead to the engine. */
  readonly engineSockets: readonly string[];
  readonly bootId: string;
  /** Called in the order of reading. */
  emit(told: Told): void;
  /** The watch ended although nobody stopped it: nothing more comes. */
  onEnded(error: Error): void;
  readonly log: Logger;
  /** The highest priority that is tried; real-time when left out. */
  readonly priority?: Priority;
  /** The compiled thread, for tests that run the sources. */
  readonly threadFile?: string;
}

/** Between attempts to send a fence to a queue that is full. */
const retryMs = 2;

const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** koffi is loaded only where the watch is wanted: it is a binary, and the rest of the program works without it. */
const openNative = async (): Promise<{ libc: Libc; sender: ReturnType<typeof openSender> }> => {
  const [{ loadLibc }, { openSender: open }] = await Promise.all([
    import('./netlink/libc'),
    import('./netlink/socket'),
  ]).catch((error: unknown) => {
    throw unavailable('no-koffi', (error as Error).message);
  });
  const libc = loadLibc();
  try {
    return { libc, sender: open(libc) };
  } catch (error) {
    throw unavailable('no-proc-events', (error as Error).message);
  }
};

/** Waits for the thread's first word, the kernel's answer. */
const started = (worker: Worker): Promise<Extract<FromThread, { k: 'ready' }>> =>
  new Promise((resolve, reject) => {
    worker.once('message', (message: FromThread) => {
      if (message.k === 'ready') resolve(message);
      else if (message.k === 'refused') reject(unavailable(message.why, message.message));
      else reject(new Error(message.k === 'failed' ? message.message : 'the exec watch did not start'));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the exec watch did not start')));
  });

/**
 * Listens to the kernel's process events and tells of docker commands. Resolves when the kernel has agreed; rejects with
 * ExecWatchUnavailable where it cannot work.
 */
export const createExecWatch = async (parts: Parts): Promise<ExecWatch> => {
  const impaired = checkSelf(readSelf());
  const { libc, sender } = await openNative();
  const { wall } = clock(libc);
  const counters = new Int32Array(new SharedArrayBuffer(counter.length * 4));
  const settings: ThreadSettings = {
    kept: parts.keptVariables,
    clients: parts.clients,
    engineSockets: parts.engineSockets,
    bootId: parts.bootId,
    priority: parts.priority ?? 'realtime',
    counters,
  };
  const worker = new Worker(parts.threadFile ?? join(__dirname, 'thread.js'), {
    workerData: settings,
    name: 'exec-watch',
  });
  const { port, priority, problem } = await started(worker).catch((error: unknown) => {
    sender.close();
    throw error;
  });
  if (problem !== null) parts.log.warn(problem);

  const fences = new Map<number, () => void>();
  let lastFence = 0;
  let state: 'running' | 'stopping' | 'ended' = 'running';
  let ended: Error | undefined;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  /** Goes the way of the events: when it comes back, everything before it was told. It also wakes the thread. */
  const fence = async (): Promise<void> => {
    lastFence += 1;
    const id = lastFence;
    const passed = new Promise<void>((resolve) => void fences.set(id, resolve));
    while (state !== 'ended' && !sender.send(fenceMessage(id), port)) await wait(retryMs);
    if (state !== 'ended') await passed;
    if (ended) throw ended;
  };
  const ask = (message: ToThread): void => {
    worker.postMessage(message);
    fence().catch(() => undefined); // an end is told through onEnded
  };

  worker.on('message', (message: FromThread) => {
    if (message.k === 'told') parts.emit(message.told);
    else if (message.k === 'fence') {
      fences.get(message.id)?.();
      fences.delete(message.id);
    } else if (message.k === 'failed') ended = new Error(message.message);
  });
  worker.on('error', (error) => (ended = error));
  void exited.then(() => {
    const expected = state === 'stopping';
    state = 'ended';
    ended ??= new Error('the exec watch has ended');
    for (const release of fences.values()) release();
    fences.clear();
    sender.close();
    if (!expected) parts.onEnded(ended);
  });

  return {
    watch(process) {
      if (state === 'running') ask({ k: 'watch', process });
    },
    async drained() {
      if (ended) throw ended;
      const at = wall();
      await fence();
      return at;
    },
    state: () => ({
      priority,
      problem: [impaired, problem].filter((it) => it !== null).join('; ') || null,
      execs: counters[counter.execs]!,
      seen: counters[counter.seen]!,
      vanished: counters[counter.vanished]!,
      overflows: counters[counter.overflows]!,
    }),
    async stop() {
      if (state === 'running') {
        state = 'stopping';
        ask({ k: 'stop' });
      }
      await exited;
    },
  };
};
