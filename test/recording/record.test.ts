import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation } from '../../src/domain';
import type { EngineClient, Followed } from '../../src/engine';
import { type RecordOptions, readRecording, recordEngine } from '../../src/recording';
import { identifier as keep } from '../helpers/timeline';

const engine = { name: 'runner-7', version: '28.5.2', apiVersion: '1.51', kind: 'docker' } as const;
const text =
  '{"Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{"name":"web"}},"timeNano":7}';
const event = { time: 7n, type: 'container', action: 'start', id: 'x', name: 'web', labels: {} };

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'crosstalk-recording-')), 'r.jsonl');

/** Records what a follower hands on when it is started; then it is stopped. */
const record = async (
  file: string,
  batches: readonly (readonly Followed[])[],
  changes: Partial<RecordOptions> = {},
) => {
  const stop = new AbortController();
  const told: unknown[] = [];
  const result = await recordEngine({
    client: { info: async () => engine } as unknown as EngineClient,
    keep,
    rescanEveryMs: 1000,
    log: { info: () => undefined, warn: () => undefined },
    now: () => 5n,
    file,
    stop: stop.signal,
    onStarted: (host) => {
      told.push(host);
      setImmediate(() => stop.abort());
    },
    onEvents: (count) => told.push(count),
    follow: ({ emit, keepText }) => ({
      start: async () => void told.push(keepText),
      stop: async () => {
        for (const batch of batches) await emit(batch);
      },
      state: () => {
        throw new Error('not asked for');
      },
    }),
    ...changes,
  });
  return { result, told };
};

test('what the follower hands on, to the last batch before its end', async () => {
  const file = newFile();
  const { result, told } = await record(file, [
    [
      { k: 'engine', at: 5n, engine },
      { k: 'event', at: 8n, event, text },
    ],
    [
      { k: 'gap', at: 9n, gap: { source: 'events', from: null, to: 9n, reason: 'start', missing: '' } },
      { k: 'gap', at: 9n, gap: { source: 'events', from: 8n, to: 9n, reason: 'clock', missing: '' } },
    ],
    [{ k: 'tick', at: 9n }],
  ]);
  expect(told).toEqual([true, 'runner-7', 1, 1, 1]);
  expect(result).toEqual({ lines: 6, events: 1, gaps: 1, bytes: readFileSync(file).length });
  const observations: Observation[] = [];
  for await (const each of readRecording(file, { keep })) observations.push(each);
  expect(observations.filter(({ k }) => k !== 'gap')).toEqual([
    { k: 'engine', at: 5n, engine },
    { k: 'event', at: 8n, event },
    { k: 'tick', at: 9n },
  ]);
  expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
    JSON.stringify({ crosstalk: 1, engine, host: 'runner-7', startedAt: '5' }),
  );
});

test('an existing file is left alone', async () => {
  const file = newFile();
  writeFileSync(file, 'precious');
  await expect(record(file, [])).rejects.toThrow(`${file}: exists already`);
  expect(readFileSync(file, 'utf8')).toBe('precious');
});

test('an engine that does not answer leaves no file', async () => {
  const file = newFile();
  const client = { info: () => Promise.reject(new Error('nobody')) } as unknown as EngineClient;
  await expect(record(file, [], { client })).rejects.toThrow('nobody');
  expect(existsSync(file)).toBe(false);
});

test('another source beside the engine: told of what was written, ended before the file is closed', async () => {
  const file = newFile();
  const seen: string[] = [];
  let emit: (observations: readonly Observation[]) => void = () => undefined;
  const mark: Observation = { k: 'watermark', at: 8n, through: 7n };
  const { result } = await record(file, [[{ k: 'event', at: 8n, event, text }]], {
    async beside(to) {
      emit = to;
      emit([{ k: 'source', at: 5n, source: 'execs', state: 'on', reason: null }]);
      return {
        passed(observations) {
          seen.push(...observations.map(({ k }) => k));
          if (observations.some(({ k }) => k === 'event')) emit([mark]);
        },
        stop: async () => emit([{ k: 'tick', at: 9n }]),
      };
    },
  });
  expect(result).toMatchObject({ lines: 5, events: 1 });
  expect(seen).toEqual(['event', 'watermark', 'tick']);
  const kinds: string[] = [];
  for await (const { k } of readRecording(file, { keep })) kinds.push(k);
  expect(kinds).toEqual(['source', 'event', 'watermark', 'tick']);
});

test('a source that does not start: no recording', async () => {
  const beside = () => Promise.reject(new Error('no thread'));
  await expect(record(newFile(), [], { beside })).rejects.toThrow('no thread');
});
