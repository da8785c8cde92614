import { Writable } from 'node:stream';
import pino from 'pino';
import { buildApi, createMetrics, type Api, type ApiParts } from '../../src/api';
import { fromRfc3339, type Nanos } from '../../src/domain';
import { createFakeStore, type FakeStore } from './fake-store';

export const now: Nanos = fromRfc3339('2026-11-23T21:00:00Z')!;

export interface TestApi {
  readonly api: Api;
  readonly store: FakeStore;
  /** Lines of the log. */
  readonly logged: string[];
  /** Reasons that make it not ready. */
  readonly reasons: string[];
}

const opened: Api[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((api) => api.close()));
});

/** A fresh API on a fresh in-memory store, closed after the test. */
export const testApi = (on: Partial<ApiParts> = {}): TestApi => {
  const store = createFakeStore();
  const logged: string[] = [];
  const reasons: string[] = [];
  const api = buildApi({
    reader: store,
    writer: store,
    config: { listen: '127.0.0.1:7373', host: 'runner-7' },
    log: pino(
      { level: 'debug' },
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          logged.push(chunk.toString());
          done();
        },
      }),
    ),
    metrics: createMetrics({ gauges: () => store.gauges() }),
    health: () => reasons,
    onCommit: (listener) => store.onCommit(listener),
    version: '1.2.3',
    now: () => now,
    ...on,
  });
  opened.push(api);
  return { api, store, logged, reasons };
};
