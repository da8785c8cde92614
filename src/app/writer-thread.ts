import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Observation } from '../domain';
import type { Commands, Committed, FromWorker, ToWorker, WorkerSettings } from './protocol';

/** A larger batch is cut: one transaction holds at most this many observations. */
const batchLimit = 500;

/** The worker thread that writes, seen from the main thread. */
export interface WriterThread {
  /** Where stream and link are to be resumed. */
  readonly resume: Omit<Extract<FromWorker, { k: 'ready' }>, 'k'>;
  /** Resolves when all of it is committed. */
  submit(observations: readonly Observation[]): Promise<void>;
  ask<Name extends keyof Commands>(
    name: Name,
    ...args: Parameters<Commands[Name]>
  ): Promise<Awaited<ReturnType<Commands[Name]>>>;
  stop(): Promise<void>;
}

interface Listeners {
  onCommitted(committed: Committed): void;
  onTrouble(message: string): void;
  /** The thread ended although nobody asked it to. */
  onLost(error: Error): void;
}

/** Starts the thread and resolves when its database is open; rejects with what the store says when it cannot be. */
export const startWriterThread = (settings: WorkerSettings, listeners: Listeners): Promise<WriterThread> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(join(__dirname, 'worker.js'), { workerData: settings });
    const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
    let lastId = 0;
    let stopping = false;

    const send = (message: ToWorker): void => worker.postMessage(message);
    const request = (make: (id: number) => ToWorker): Promise<unknown> =>
      new Promise((done, failed) => {
        const id = ++lastId;
        waiting.set(id, { resolve: done, reject: failed });
        send(make(id));
      });
    const settle = (
      id: number,
    ): { resolve(value: unknown): void; reject(error: Error): void } | undefined => {
      const waiter = waiting.get(id);
      waiting.delete(id);
      return waiter;
    };

    const thread = (ready: Extract<FromWorker, { k: 'ready' }>): WriterThread => ({
      resume: ready,
      async submit(observations) {
        for (let from = 0; from < observations.length; from += batchLimit) {
          const part = observations.slice(from, from + batchLimit);
          await request((id) => ({ k: 'batch', id, observations: part }));
        }
      },
      ask: (name, ...args) => request((id) => ({ k: 'command', id, name, args })) as never,
      stop: () =>
        new Promise((done) => {
          stopping = true;
          worker.once('exit', () => done());
          send({ k: 'stop' });
        }),
    });

    const lost = (error: Error): void => {
      for (const { reject: fail } of waiting.values()) fail(error);
      waiting.clear();
      reject(error);
      if (!stopping) listeners.onLost(error);
    };

    worker.on('message', (message: FromWorker) => {
      switch (message.k) {
        case 'ready':
          return resolve(thread(message));
        case 'failed':
          stopping = true;
          return reject(Object.assign(new Error(message.message), { code: message.code }));
        case 'committed':
          listeners.onCommitted(message.committed);
          return settle(message.id)?.resolve(undefined);
        case 'answer':
          return settle(message.id)?.resolve(message.value);
        case 'refused':
          return settle(message.id)?.reject(new Error(message.message));
        case 'trouble':
          return listeners.onTrouble(message.message);
      }
    });
    worker.on('error', lost);
    worker.on('exit', (code) => {
      if (!stopping) lost(new Error(`the writing thread ended with code ${code}`));
    });
  });
