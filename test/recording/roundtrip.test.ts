import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerSnapshot, EngineEvent, ExecBegin, Observation } from '../../src/domain';
import { normaliseEvent } from '../../src/engine/normalise';
import { type Header, endingAt, readRecording, shiftTimes, writeRecording } from '../../src/recording';

import { identifier as keep } from '../helpers/timeline';
import { tracesDirectory } from '../helpers/trace';

const engine = { name: 'runner-7', version: '28.5.2', apiVersion: '1.51', kind: 'docker' } as const;
/** An event as the engine's text: what it was read as is not written. */
type Entry = Exclude<Observation, { k: 'event' }> | { k: 'event'; at: bigint; text: string };
const unread: EngineEvent = { time: 0n, type: '', action: '', id: '', labels: {} };
const header: Header = { crosstalk: 1, engine, host: 'runner-7', startedAt: 1795465788667624583n };
const { keepLabel } = keep;
const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'crosstalk-recording-')), 'r.jsonl');

const write = async (file: string, entries: readonly Entry[]): Promise<void> => {
  const recording = writeRecording(file, header, keepLabel);
  for (const entry of entries) recording.write(entry.k === 'event' ? { ...entry, event: unread } : entry);
  expect(await recording.close()).toEqual({ lines: entries.length + 1, bytes: statSync(file).size });
};

const read = async (file: string): Promise<Observation[]> => {
  const observations: Observation[] = [];
  for await (const observation of readRecording(file, { keep })) observations.push(observation);
  return observations;
};

const container: ContainerSnapshot = {
  id: 'c'.repeat(64),
  name: 'web\u001b[31m\u2028',
  image: 'busybox',
  imageId: 'sha256:1',
  labels: { from: '123', at: '456', 'com.gitlab.x': 'y' },
  status: 'running',
  createdAt: 1795465788667624001n,
  mounts: [
    { type: 'volume', name: 'cache', source: '/v', destination: '/c', readOnly: false },
    { type: 'bind', source: '/h', destination: '/w', readOnly: true },
  ],
  networks: ['bridge'],
  imitated: ['exitCode'],
  ports: [{ hostIp: '', hostPort: 80, containerPort: 8080, protocol: 'tcp' }],
  details: {
    env: { CI_JOB_ID: '101' },
    startedAt: 1795465788667624002n,
    finishedAt: 1795465788667624003n,
    exitCode: 137,
    oomKilled: true,
    error: '',
    restartCount: 2,
    pid: 7,
    autoRemove: false,
    restartPolicy: 'no',
    cgroupParent: '',
    privileged: false,
    refersTo: ['x'],
  },
};
const volume = { name: 'cache', driver: 'local', labels: {}, createdAt: 4n, mountpoint: '/v' };
const network = { id: 'n', name: 'bridge', driver: 'bridge', labels: {}, createdAt: 5n };
const image = { id: 'sha256:1', tags: ['busybox:latest'], labels: {}, createdAt: 6n };

const rm: ExecBegin = {
  key: 'boot:1',
  at: 8n,
  verb: 'rm',
  targets: ['db'],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: true,
  autoRemove: false,
  engine: 'this',
  caller: {
    pid: 11,
    start: 12,
    uid: 0,
    exe: '/usr/bin/docker',
    containerId: null,
    env: { CI_JOB_ID: '101' },
    root: { pid: 10, start: 9 },
    olderThanJob: false,
  },
};

const snapshots: readonly Exclude<Observation, { k: 'event' | 'malformed' }>[] = [
  { k: 'engine', at: 1n, engine },
  {
    k: 'scan',
    at: 2n,
    scan: { from: 1n, containers: [container], volumes: [volume], networks: [network], images: [image] },
  },
  { k: 'inspect', at: 3n, inspection: { type: 'container', found: container } },
  { k: 'inspect', at: 3n, inspection: { type: 'volume', found: volume } },
  { k: 'inspect', at: 3n, inspection: { type: 'network', found: network } },
  { k: 'inspect', at: 3n, inspection: { type: 'image', found: image } },
  { k: 'inspect-missed', at: 4n, type: 'container', id: 'x' },
  { k: 'gap', at: 5n, gap: { source: 'events', from: null, to: 5n, reason: 'start', missing: 'all' } },
  { k: 'gap', at: 5n, gap: { source: 'events', from: 4n, to: null, reason: 'clock', missing: '' } },
  { k: 'watermark', at: 1795465788667624583n, through: 1795465788667624000n },
  { k: 'exec.begin', at: 8n, exec: rm },
  { k: 'exec.end', at: 9n, end: { key: rm.key, at: 9n, code: 1, signal: null } },
  { k: 'exit', at: 9n, exit: { pid: 7, start: 8, at: 9n, code: null, signal: 9 } },
  { k: 'source', at: 9n, source: 'execs', state: 'off', reason: 'not root' },
  { k: 'tick', at: 7n },
];

test('what is written is read', async () => {
  const file = newFile();
  await write(file, snapshots);
  expect(await read(file)).toEqual(snapshots);
});

test('events are read by the normaliser, as if they came from the engine', async () => {
  const texts = readdirSync(tracesDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('commands/'))
    .flatMap((name) => readFileSync(join(tracesDirectory, name), 'utf8').split('\n'))
    .filter((text) => text !== '');
  expect(texts.length).toBeGreaterThan(1000);
  const file = newFile();
  await write(
    file,
    texts.map((text, index) => ({ k: 'event', at: BigInt(index), text })),
  );
  const expected = texts.map((text, index) => ({
    k: 'event',
    at: BigInt(index),
    event: normaliseEvent(text, keepLabel),
  }));
  // The recordings' labels are all kept ones, so nothing of these events may be missing.
  expect(await read(file)).toEqual(expected);
});

test('secrets do not reach the file', async () => {
  const file = newFile();
  const secret = 'hunter2';
  const attributes = {
    name: 'web',
    image: 'busybox',
    'com.gitlab.gitlab-runner.job.id': 'kept',
    'my.password': secret,
    comment: secret,
    execID: 'e1',
  };
  const exec = (action: string) =>
    `{"status":"${action}: psql ${secret}\\n${secret}","id":"x","from":"y","Type":"container","Action":"${action}: psql ${secret}\\n${secret}","Actor":{"ID":"x","Attributes":${JSON.stringify(attributes)},"more":"${secret}"},"extra":"${secret}","scope":"local","time":1,"timeNano":1795465788667624583}`;
  await write(file, [
    { k: 'event', at: 1n, text: exec('exec_create') },
    { k: 'event', at: 2n, text: exec('exec_start') },
    { k: 'event', at: 3n, text: `{"Type":"container","Action":"exec_start: ${secret}` },
    { k: 'event', at: 3n, text: `{"Kind":"${secret}"}` },
    { k: 'malformed', at: 4n, text: secret },
  ]);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain(secret);
  expect(text).toContain('kept');
  expect((await read(file)).map((each) => (each.k === 'event' ? each.event.action : each.k))).toEqual([
    'exec_create',
    'exec_start',
    'malformed',
    'malformed',
    'malformed',
  ]);
});

test('a file that exists is not overwritten, a place that is none is named', async () => {
  const file = newFile();
  await write(file, []);
  expect(() => writeRecording(file, header, keepLabel)).toThrow(`${file}: exists already`);
  expect(() => writeRecording('/nowhere/r.jsonl', header, keepLabel)).toThrow(
    '/nowhere/r.jsonl: cannot be written',
  );
});

test('only the owner may read a recording', async () => {
  const file = newFile();
  await write(file, []);
  expect(existsSync(file) && statSync(file).mode & 0o777).toBe(0o600);
});

test('lines that cannot be understood are malformed observations at the time of the last good one', async () => {
  const file = newFile();
  const good = `${JSON.stringify({ ...header, startedAt: '3' })}\n{"at":"8","k":"tick"}\n`;
  const bad = [
    '{"at":"9","k":"call.begin"}',
    '{"at":"9","k":"__proto__"}',
    '{"at":9,"k":"tick"}',
    '{"at":"-9","k":"tick"}',
    '{"k":"tick"}',
    '{"at":"9","k":"event","event":"{"}',
    '{"at":"x","k":"event","event":"{}"}',
    '{"at":"9","k":"event"}',
    '{"at":"9","k":"inspect","inspection":{"type":"container","found":{"id":"x"}}}',
    '{"at":"9","k":"scan"}',
    'null',
    '[]',
    '{"at":"9","k":"ti',
  ];
  writeFileSync(file, good + bad.join('\n'));
  const observations = await read(file);
  expect(observations.map(({ k }) => k)).toEqual(['tick', ...bad.map(() => 'malformed')]);
  expect(observations.every(({ at }) => at === 8n || at === 9n)).toBe(true);
});

test('shifted by one offset, every time moves and nothing else', () => {
  const times = (value: unknown): bigint[] =>
    typeof value === 'bigint'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(times)
        : [];
  const all: Observation[] = [
    ...snapshots,
    {
      k: 'event',
      at: 9n,
      event: { time: 8n, type: 'container', action: 'die', id: 'x', labels: { at: '7' } },
    },
    { k: 'malformed', at: 9n, text: '' },
  ];
  for (const observation of all) {
    const moved = shiftTimes(observation, 1000n);
    expect(times(moved)).toEqual(times(observation).map((at) => at + 1000n));
    expect(shiftTimes(moved, -1000n)).toEqual(observation);
  }
});

test('a recording can end now', async () => {
  const file = newFile();
  const line = (nanos: number) =>
    `{"Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{}},"timeNano":${nanos}}`;
  await write(file, [
    { k: 'event', at: 10n, text: line(9) },
    { k: 'event', at: 21n, text: line(20) },
    { k: 'tick', at: 30n },
  ]);
  const moved: Observation[] = [];
  for await (const each of endingAt(() => readRecording(file, { keep }), 1020n)) moved.push(each);
  expect(moved.map(({ at }) => at)).toEqual([1010n, 1021n, 1030n]);
  expect(moved[1]).toMatchObject({ event: { time: 1020n } });
});
