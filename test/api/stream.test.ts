import net from 'node:net';
import { finding, gap, hostile, job } from '../report/facts';
import type { StreamChange } from '../../src/domain';
import { listening, type Listener } from './listening';

type Change = Pick<StreamChange, 'event' | 'data'>;
const { evidence: _, affected: __, ...view } = finding();
const found = (id: number, title = view.title): Change => ({
  event: 'finding',
  data: { ...view, id, title },
});
const ids = ({ messages }: Listener) => messages.map(({ data }) => data.id);

test('what is committed is told, each kind under its name', async () => {
  const on = await listening();
  const listener = await on.listen();
  expect(listener.answer.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  on.store.commitChanges(found(1), { event: 'job', data: job() });
  on.store.commitChanges({ event: 'coverage', data: gap() });
  await listener.until(3);
  expect(listener.messages).toMatchObject([
    { event: 'finding', data: { id: 1 }, id: undefined },
    { event: 'job', data: { key: 'gitlab:101' }, id: '8' },
    { event: 'coverage', data: { reason: 'engine-restart' }, id: '9' },
  ]);
});

test('a hostile title stays one message', async () => {
  const on = await listening();
  const listener = await on.listen();
  on.store.commitChanges(found(1, `${hostile}\n\nevent: job\ndata: {}\n\n`));
  on.store.commitChanges(found(2));
  await listener.until(2);
  expect(listener.messages).toMatchObject([
    { event: 'finding', data: { title: expect.stringContaining('event: job') } },
    { event: 'finding', data: { id: 2 } },
  ]);
});

describe('resuming', () => {
  test('gives what came after the last id, once and in order, then what is new', async () => {
    const on = await listening();
    const first = await on.listen();
    on.store.commitChanges(found(1));
    await first.until(1);
    first.close();
    on.store.commitChanges(found(2), found(3));
    on.store.commitChanges(found(4));

    const again = await on.listen({ 'last-event-id': first.lastId() });
    on.store.commitChanges(found(5));
    await again.until(4);
    expect(ids(again)).toEqual([2, 3, 4, 5]);
  });

  test('after a break in the middle of a commit gives the whole commit again', async () => {
    const on = await listening();
    const first = await on.listen();
    on.store.commitChanges(found(1), found(2));
    await first.until(2);
    // As if only the first message had arrived: it carries no id, so the id is still the one of the beginning.
    expect(first.messages[0]!.id).toBeUndefined();
    const again = await on.listen({ 'last-event-id': '7' });
    await again.until(2);
    expect(ids(again)).toEqual([1, 2]);
  });

  test('of a client that has heard nothing yet misses nothing', async () => {
    const on = await listening();
    const first = await on.listen();
    await new Promise((resolve) => first.answer.once('data', resolve));
    first.close();
    on.store.commitChanges(found(1));
    const again = await on.listen({ 'last-event-id': first.lastId() });
    await again.until(1);
    expect(ids(again)).toEqual([1]);
  });

  test('over thousands of commits, more than are read at once, while more come', async () => {
    const on = await listening();
    for (let id = 1; id <= 3_000; id += 1) on.store.commitChanges(found(id));
    const listener = await on.listen({ 'last-event-id': '7' });
    for (let id = 3_001; id <= 3_100; id += 1) on.store.commitChanges(found(id));
    await listener.until(3_100);
    expect(ids(listener)).toEqual(Array.from({ length: 3_100 }, (_, index) => index + 1));
  });

  test('without an id begins now', async () => {
    const on = await listening();
    on.store.commitChanges(found(1));
    const listener = await on.listen();
    on.store.commitChanges(found(2));
    await listener.until(1);
    expect(ids(listener)).toEqual([2]);
  });

  test('with an id of another database begins now', async () => {
    const on = await listening();
    const listener = await on.listen({ 'last-event-id': '999999' });
    on.store.commitChanges(found(1));
    await listener.until(1);
    expect(ids(listener)).toEqual([1]);
  });

  test.each(['x', '-1', '1.5', '99999999999999999999'])('with %s is refused', async (id) => {
    const on = await listening();
    const { status, body } = await on.get('/api/v1/stream', { 'last-event-id': id });
    expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'bad-request', field: 'Last-Event-ID' }]);
  });
});

test('fifty clients hear the same, read from the store once', async () => {
  const on = await listening();
  let reads = 0;
  const { changesAfter } = on.store;
  const listeners = await Promise.all(Array.from({ length: 50 }, () => on.listen()));
  on.store.changesAfter = (...args) => {
    reads += 1;
    return changesAfter(...args);
  };
  on.store.commitChanges(...Array.from({ length: 20 }, (_, index) => found(index)));
  await Promise.all(listeners.map((each) => each.until(20)));
  for (const each of listeners) expect(ids(each)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(reads).toBeLessThanOrEqual(2); // the changes, and that there are no more
});

test('a client that does not read is dropped, the others go on', async () => {
  const on = await listening({ limits: { streamBacklogBytes: 256 * 1024 } });
  const deaf = net.connect(on.port, '127.0.0.1');
  deaf.pause();
  deaf.write('GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const listener = await on.listen();
  const connections = () =>
    new Promise<number>((resolve) => on.api.server.getConnections((_error, count) => resolve(count)));
  while ((await connections()) < 2) await new Promise(setImmediate);

  const large = 'x'.repeat(100_000);
  let sent = 0;
  while ((await connections()) > 1) {
    on.store.all.changes.length = 0;
    on.store.commitChanges(found((sent += 1), large));
    await listener.until(sent);
    expect(sent).toBeLessThan(1_000);
  }
  expect(ids(listener)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
  deaf.destroy();
});

test('no more streams than allowed; a closed one makes room', async () => {
  const on = await listening({ limits: { streams: 2 } });
  const first = await on.listen();
  await on.listen();
  const refused = await on.get('/api/v1/stream');
  expect([refused.status, JSON.parse(refused.body).code]).toEqual([503, 'too-many-streams']);
  first.close();
  let answer: Listener;
  do answer = await on.listen();
  while (answer.answer.statusCode === 503);
  expect(answer.answer.statusCode).toBe(200);
});

test('heartbeats keep a quiet stream open', async () => {
  const on = await listening({ limits: { heartbeatMs: 5 } });
  const listener = await on.listen();
  let text = '';
  listener.answer.on('data', (chunk: string) => (text += chunk));
  while (!text.includes(':\n\n:\n\n')) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(listener.messages).toEqual([]);
});

test('a store that fails for a moment loses nothing', async () => {
  const on = await listening();
  const listener = await on.listen();
  const { changesAfter } = on.store;
  let failed = 0;
  on.store.changesAfter = () => {
    failed += 1;
    throw new Error('SQLITE_BUSY');
  };
  on.store.commitChanges(found(1));
  while (failed === 0) await new Promise(setImmediate);
  on.store.changesAfter = changesAfter;
  on.store.commitChanges(found(2));
  await listener.until(2);
  expect(ids(listener)).toEqual([1, 2]);
  expect(on.logged.join('')).toContain('SQLITE_BUSY');
});

test('closing the API ends its streams and listens to no more commits', async () => {
  const on = await listening();
  const listeners = [await on.listen(), await on.listen()];
  await on.api.close();
  await Promise.all(listeners.map((each) => each.ended));
  on.store.commitChanges(found(1));
});
