import { statSync, writeFileSync } from 'node:fs';
import { createClient, newPath, own, startServer, told, undoAll, until } from './linking';

afterEach(undoAll);

const serve = async (path: string, graceMs?: number) =>
  own(await startServer(path, graceMs), ({ stop }) => stop());
const client = (path: string, options?: Parameters<typeof createClient>[1]) => {
  const made = own(createClient(path, options), ({ stop }) => stop());
  made.start();
  return made;
};

test('what the witness tells arrives in order, once, and leaves its buffer when it is committed', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  await until(witness.connected);
  server.hold();
  for (let at = 1n; at <= 1200n; at += 1n) witness.tell(told(at));
  await new Promise((done) => setTimeout(done, 100));
  expect(server.execs()).toEqual([]);
  expect(witness.size().lines).toBe(1200);
  server.letGo();
  await until(() => witness.size().lines === 0);
  expect(server.execs()).toEqual(Array.from({ length: 1200 }, (_, at) => BigInt(at + 1)));
  expect(server.all().find(({ k }) => k === 'exec.begin')).toEqual({
    k: 'exec.begin',
    at: expect.any(BigInt),
    exec: (told(1n) as { exec: unknown }).exec,
  });
  expect(server.gaps()).toEqual([]);
  expect(server.sources()).toEqual([['on', null]]);
  expect(witness.size()).toEqual({ lines: 0, bytes: 0, dropped: 0 });
});

test('one that ends before the daemon has greeted it says its last words all the same', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  witness.tell(told(1n));
  await witness.stop();
  expect(server.execs()).toEqual([1n]);
});

test('every kind of line', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  const exit = { pid: 5, start: 6, at: 3n, code: null, signal: 9 };
  const end = { key: 'boot:1', at: 2n, code: 0, signal: null };
  witness.tell({ k: 'exec.end', end });
  witness.tell({ k: 'exit', exit });
  witness.tell({ k: 'lost', reason: 'exec-overflow', count: null, from: 1n, to: 9n });
  witness.tell({ k: 'lost', reason: 'exec-vanished', count: 1, from: 4n, to: 5n });
  await until(() => server.seen().length === 5);
  const at = expect.any(BigInt) as bigint;
  expect(server.seen().slice(1)).toEqual([
    { k: 'exec.end', at, end },
    { k: 'exit', at, exit },
    {
      k: 'gap',
      at,
      gap: {
        source: 'execs',
        reason: 'exec-overflow',
        from: 1n,
        to: 9n,
        missing: 'an unknown number of commands: the kernel told of processes faster than they were read',
      },
    },
    {
      k: 'gap',
      at,
      gap: {
        source: 'execs',
        reason: 'exec-vanished',
        from: 4n,
        to: 5n,
        missing: '1 docker command whose process had ended before it could be looked at',
        count: 1,
      },
    },
  ]);
});

test('a watermark comes behind everything that was told before it, and only where something is seen', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  await until(() => server.watermarks().length > 0);
  witness.tell(told(1n));
  server.askWatermark();
  server.askWatermark();
  server.askWatermark();
  const before = server.watermarks().length;
  await until(() => server.watermarks().length > before);
  const kinds = server.all().map(({ k }) => k);
  expect(kinds.lastIndexOf('watermark')).toBeGreaterThan(kinds.indexOf('exec.begin'));
  // One outstanding and one more: not one for each question. The heartbeat may add another.
  await new Promise((done) => setTimeout(done, 50));
  expect(server.watermarks().length - before).toBeLessThanOrEqual(3);

  witness.setSource('execs', { state: 'off', reason: 'gone' });
  await until(() => server.sources().length === 2);
  const last = server.watermarks().length;
  server.askWatermark();
  await new Promise((done) => setTimeout(done, 50));
  expect(server.watermarks()).toHaveLength(last);
});

test('a watermark is asked for by itself at least every second', async () => {
  const path = newPath();
  const server = await serve(path);
  client(path);
  await until(() => server.watermarks().length >= 3);
  const marks = server.watermarks();
  expect([...marks].sort()).toEqual(marks);
});

test('the daemon restarts: what it had not committed comes again, and there is no gap', async () => {
  const path = newPath();
  const first = await startServer(path);
  const witness = client(path);
  await until(witness.connected);
  witness.tell(told(1n));
  await until(() => witness.size().lines === 0);
  first.hold();
  witness.tell(told(2n));
  await new Promise((done) => setTimeout(done, 50));
  first.fail(true);
  first.letGo();
  await first.stop();
  expect(first.execs()).toEqual([1n]);
  witness.tell(told(3n));
  const second = await serve(path);
  await until(() => witness.size().lines === 0);
  expect(second.execs()).toEqual([2n, 3n]);
  expect(second.gaps()).toEqual([]);
  expect(second.sources()).toEqual([['on', null]]);
});

test('what could not be committed is asked for again', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  await until(witness.connected);
  server.fail(true);
  witness.tell(told(1n));
  witness.tell(told(2n));
  await until(() => !witness.connected());
  server.fail(false);
  await until(() => witness.size().lines === 0);
  expect(server.execs()).toEqual([1n, 2n]);
});

test('more than the buffer holds: the oldest go, counted, and told as a gap', async () => {
  const path = newPath();
  const witness = client(path, { limitBytes: 20_000 });
  for (let at = 1n; at <= 50n; at += 1n) witness.tell(told(at, 700));
  const { lines, bytes, dropped } = witness.size();
  expect(bytes).toBeLessThanOrEqual(20_000);
  expect(dropped).toBeGreaterThan(10);
  expect(lines).toBe(50 - dropped + 1); // and the loss itself
  const server = await serve(path);
  await until(() => witness.size().lines === 0);
  expect(server.execs()).toEqual(Array.from({ length: 50 - dropped }, (_, at) => BigInt(at + 1 + dropped)));
  expect(server.gaps()).toEqual([
    {
      source: 'execs',
      from: 1n,
      to: BigInt(dropped),
      reason: 'buffer-overflow',
      missing: `${dropped} lines of the witness, which waited for the daemon longer than there was room`,
      count: dropped,
    },
  ]);
  const kinds = server.seen().map(({ k }) => k);
  expect(kinds.indexOf('gap')).toBeLessThan(kinds.indexOf('exec.begin'));
});

test('lines that were sent and then pushed out are no loss once the daemon has them', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path, { limitBytes: 20_000 });
  await until(witness.connected);
  server.hold();
  for (let at = 1n; at <= 50n; at += 1n) witness.tell(told(at, 700));
  expect(witness.size().dropped).toBeGreaterThan(10);
  await new Promise((done) => setTimeout(done, 100));
  server.letGo();
  await until(() => witness.size().lines === 0);
  expect(server.execs()).toHaveLength(50);
  expect(server.gaps()).toEqual([]);
});

test('another witness after the first: a gap from the last watermark until it is heard', async () => {
  const path = newPath();
  const server = await serve(path);
  const first = createClient(path);
  first.start();
  await until(() => server.watermarks().length > 0);
  await first.stop();
  await until(() => !server.connected());
  expect(server.gaps()).toEqual([]); // it may come back with everything
  const through = server.watermarks().at(-1)!;
  client(path, { bootId: 'other' });
  await until(() => server.gaps().length > 0);
  const [gap] = server.gaps();
  expect(gap).toEqual({
    source: 'execs',
    from: through,
    to: expect.any(BigInt),
    reason: 'link-down',
    missing: expect.stringMatching(/^docker commands: the witness \(process \d+\) was away$/),
  });
  expect(gap!.to).toBeGreaterThan(through);
  expect(server.sources()).toEqual([
    ['on', null],
    ['off', 'the link to the witness is down'],
    ['on', null],
  ]);
});

test('no witness ever: off with a reason, and no gap', async () => {
  const server = await serve(newPath(), 20);
  await until(() => server.sources().length > 0);
  expect(server.seen()).toEqual([
    { k: 'source', at: expect.any(BigInt), source: 'execs', state: 'off', reason: 'no witness is running' },
  ]);
  expect(server.state()).toMatchObject({ witness: undefined, execs: { state: 'off' } });
});

test('a witness that sees less, or nothing, says why', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = client(path);
  await until(witness.connected);
  witness.setSource('execs', { state: 'degraded', reason: 'no priority' });
  witness.setSource('execs', { state: 'degraded', reason: 'no priority' });
  witness.setSource('execs', { state: 'off', reason: 'broken' });
  await until(() => server.sources().length === 3);
  expect(server.sources()).toEqual([
    ['on', null],
    ['degraded', 'no priority'],
    ['off', 'broken'],
  ]);
});

test('watched processes are told to every witness until they end', async () => {
  const path = newPath();
  const server = await serve(path);
  server.watch({ pid: 1, start: null });
  server.watch({ pid: 1, start: null });
  server.watch({ pid: 2, start: 22 });
  const first = createClient(path);
  first.start();
  await until(() => first.watched.length === 2);
  server.watch({ pid: 3, start: 33 });
  await until(() => first.watched.length === 3);
  first.tell({ k: 'exit', exit: { pid: 1, start: 11, at: 1n, code: 0, signal: null } });
  first.tell({ k: 'exit', exit: { pid: 2, start: 21, at: 1n, code: 0, signal: null } }); // an older one
  await until(() => first.size().lines === 0);
  await first.stop();
  const second = client(path, { bootId: 'other' });
  await until(() => second.watched.length === 2);
  expect(second.watched).toEqual([
    { pid: 2, start: 22 },
    { pid: 3, start: 33 },
  ]);
});

test('a daemon that ends in order says so', async () => {
  const path = newPath();
  const server = await startServer(path);
  const witness = client(path);
  await until(witness.connected);
  await server.stop();
  await until(() => witness.byes() === 1);
  expect(server.sources()).toEqual([['on', null]]);
});

test('the socket: for its owner only, in place of one that was left, not of one that lives', async () => {
  const path = newPath();
  const mask = process.umask();
  const server = await serve(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(process.umask()).toBe(mask);
  await expect(startServer(path)).rejects.toThrow(`another daemon listens on ${path}`);
  expect(server.connected()).toBe(false);

  const left = newPath();
  writeFileSync(left, '');
  await serve(left);
  expect(statSync(left).isSocket()).toBe(true);

  await expect(startServer(`/tmp/${'x'.repeat(120)}`)).rejects.toThrow(/too long for a socket/);
});

test('the witness that an earlier daemon had kept what it saw: no gap', async () => {
  const path = newPath();
  const server = own(await startServer(path, 10_000, { bootId: 'boot', through: 700n }), ({ stop }) =>
    stop(),
  );
  const witness = client(path);
  witness.tell(told(710n));
  await until(() => server.execs().length === 1 && server.watermarks().length > 0);
  expect(server.gaps()).toEqual([]);
});

test('another witness than an earlier daemon had: what was between is missing', async () => {
  const path = newPath();
  const server = own(await startServer(path, 10_000, { bootId: 'gone', through: 700n }), ({ stop }) =>
    stop(),
  );
  client(path);
  await until(() => server.gaps().length > 0);
  expect(server.gaps()).toMatchObject([{ source: 'execs', reason: 'link-down', from: 700n }]);
});
