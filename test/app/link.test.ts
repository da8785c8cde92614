import { dirname } from 'node:path';
import { startCallerSight } from '../../src/app/link';
import type { Observation } from '../../src/domain';
import { createLogger } from '../../src/log';
import { createClient, newPath, own, told, undoAll, until } from '../link/linking';
import { configFor } from './watching';

afterEach(undoAll);

const begin = async (execs: string, path = newPath()) => {
  const seen: Observation[] = [];
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const log = createLogger({
    level: 'info',
    out: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]) },
  });
  const sight = await startCallerSight({
    config: configFor(dirname(path), { CROSSTALK_WATCH_EXECS: execs }),
    log,
    now: () => 5n,
    submit: async (observations) => void seen.push(...observations),
    before: undefined,
    beforeCalls: undefined,
    answer: () => Promise.reject(new Error('not asked')),
    roots: [],
    command: undefined,
  });
  own(sight, ({ stop }) => stop());
  return { sight, seen, path, lines };
};
const witness = (path: string) => {
  const client = own(createClient(path), ({ stop }) => stop());
  client.start();
  return client;
};
const off = (reason: string) => ({ k: 'source', at: 5n, source: 'execs', state: 'off', reason });

test('events ask for a watermark, commands for the end of their job', async () => {
  const { sight, seen, path } = await begin('auto');
  const client = witness(path);
  await until(client.connected);
  client.tell(told(1n));
  await until(() => client.watched.length === 1);
  expect(client.watched).toEqual([{ pid: 9, start: 19 }]);
  const marks = () => seen.filter(({ k }) => k === 'watermark').length;
  const before = marks();
  sight.passed([
    { k: 'event', at: 1n, event: { time: 1n, type: 'container', action: 'kill', id: 'x', labels: {} } },
  ]);
  await until(() => marks() > before);
  expect(sight.problems()).toEqual([]);
});

test('off: nobody listens, and the record says so', async () => {
  const { seen, path } = await begin('off');
  expect(seen).toEqual([off('switched off (watch.execs)')]);
  const client = witness(path);
  await new Promise((done) => setTimeout(done, 200));
  expect(client.connected()).toBe(false);
});

test('auto: why nothing is seen is said once, and is no problem', async () => {
  const { sight, seen, path, lines } = await begin('auto');
  const client = witness(path);
  await until(client.connected);
  client.setSource('execs', { state: 'off', reason: 'needs root' });
  await until(() => seen.length >= 2);
  client.setSource('execs', { state: 'degraded', reason: 'slow' });
  await until(() => seen.some((each) => each.k === 'source' && each.state === 'degraded'));
  const said = lines.filter(({ msg }) => msg.startsWith('docker commands'));
  expect(said).toEqual([
    expect.objectContaining({ level: 30, msg: 'docker commands are not seen', reason: 'needs root' }),
  ]);
  expect(sight.problems()).toEqual([]);
});

test('on: it is an error, and a problem until it works', async () => {
  const { sight, path, lines } = await begin('on');
  expect(sight.problems()).toEqual(['docker commands are not seen: no witness yet']);
  const client = witness(path);
  await until(() => sight.problems().length === 0);
  client.setSource('execs', { state: 'off', reason: 'needs root' });
  await until(() => sight.problems().length > 0);
  expect(sight.problems()).toEqual(['docker commands are not seen: needs root']);
  expect(lines.find(({ msg }) => msg === 'docker commands are not seen')).toMatchObject({ level: 50 });
});

test('a socket that cannot be had: the daemon goes on, and says why it sees nothing', async () => {
  const path = newPath();
  await begin('auto', path);
  const { seen, sight } = await begin('auto', path);
  expect(seen).toEqual([off(`another daemon listens on ${path}`)]);
  sight.passed([{ k: 'tick', at: 1n }]);
});
