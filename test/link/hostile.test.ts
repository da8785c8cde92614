import { createClient, hello, newPath, own, rawPeer, startServer, told, undoAll, until } from './linking';
import { encodeLine } from '../../src/link/lines';

afterEach(undoAll);

const serve = async (path: string) => own(await startServer(path), ({ stop }) => stop());
const peer = async (path: string) => own(await rawPeer(path), ({ end }) => end());
const line = (seq: number) => encodeLine({ seq, ...told(BigInt(seq)) }).trimEnd();

test('acknowledged after the commit; a double is dropped, and acknowledged all the same', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = await peer(path);
  witness.say(hello());
  await until(() => witness.lines().length > 0);
  expect(witness.lines()[0]).toEqual({ link: 1, pid: process.pid, bootId: 'daemon', ack: 0 });
  server.hold();
  witness.say(line(1));
  witness.say(line(2));
  await new Promise((done) => setTimeout(done, 50));
  expect(witness.acks()).toEqual([]);
  server.letGo();
  await until(() => witness.acks().length > 0);
  witness.say(line(1));
  witness.say(line(2));
  witness.say(line(3));
  await until(() => witness.acks().at(-1) === 3);
  expect(server.execs()).toEqual([1n, 2n, 3n]);

  witness.end();
  await until(() => !server.connected());
  const again = await peer(path);
  again.say(hello());
  await until(() => again.lines().length > 0);
  expect(again.lines()[0]).toMatchObject({ ack: 3 });
  again.say(line(3));
  again.say(line(4));
  await until(() => server.execs().length === 4);
  expect(server.execs()).toEqual([1n, 2n, 3n, 4n]);
  expect(server.gaps()).toEqual([]);
});

test('another major version is refused: off with the reason, a gap, and one more when it is over', async () => {
  const path = newPath();
  const server = await serve(path);
  const old = await peer(path);
  old.say({ link: 2, pid: 1, bootId: 'new', whatever: true });
  await until(old.closed);
  const message = 'it speaks version 2 of the link, this daemon 1';
  expect(old.lines()).toEqual([{ refused: message }]);
  await until(() => server.sources().length === 1);
  expect(server.sources()).toEqual([['off', `a witness was refused: ${message}`]]);
  expect(server.gaps()).toEqual([
    expect.objectContaining({
      reason: 'link-down',
      missing: `docker commands: a witness was refused: ${message}`,
    }),
  ]);
  const again = await peer(path);
  again.say({ link: 2, pid: 1, bootId: 'new' });
  await until(again.closed);
  expect(server.gaps()).toHaveLength(1);
  expect(server.state()).toMatchObject({ refused: 2, witness: undefined });

  const right = own(createClient(path), ({ stop }) => stop());
  right.start();
  await until(() => server.gaps().length === 2);
  const [first, second] = server.gaps();
  expect(second!.from).toBeGreaterThanOrEqual(first!.to!);
  expect(second!.to).toBeGreaterThan(second!.from!);
});

test('a witness does not link itself to a daemon of another version', async () => {
  const path = newPath();
  const { createServer } = await import('node:net');
  let connections = 0;
  const daemon = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).resume();
    socket.write('{"link":2,"pid":1,"bootId":"x","ack":0}\n');
  });
  await new Promise<void>((done) => void daemon.listen(path, done));
  own(daemon, (made) => new Promise((done) => made.close(done)));
  const witness = own(createClient(path), ({ stop }) => stop());
  witness.tell(told(1n));
  witness.start();
  await until(() => connections > 2);
  expect(witness.connected()).toBe(false);
  expect(witness.size().lines).toBe(1);
});

test('one at a time: a second is told who is there, and the first goes on', async () => {
  const path = newPath();
  const server = await serve(path);
  const first = own(createClient(path), ({ stop }) => stop());
  first.start();
  await until(first.connected);
  const second = await peer(path);
  second.say(hello({ bootId: 'second' }));
  await until(second.closed);
  expect(second.lines()).toEqual([{ refused: `another witness (process ${process.pid}) is linked already` }]);
  first.tell(told(1n));
  await until(() => server.execs().length === 1);
  expect(server.gaps()).toEqual([]);
  expect(server.state()).toMatchObject({ refused: 1, witness: { bootId: 'boot' } });
});

test('the same witness again takes its own place', async () => {
  const path = newPath();
  const server = await serve(path);
  const first = await peer(path);
  first.say(hello());
  await until(() => server.connected());
  const second = await peer(path);
  second.say(hello());
  await until(first.closed);
  second.say(line(1));
  await until(() => server.execs().length === 1);
  expect(server.connected()).toBe(true);
});

test.each<[string, string]>([
  ['no JSON', 'what?'],
  ['no object', 'null'],
  ['an unknown kind', '{"k":"call.begin","seq":1}'],
  ['a kind that every object has', '{"k":"constructor","seq":1}'],
  ['a field missing', '{"k":"exec.end","seq":1,"end":{"key":"x","at":"5","code":0}}'],
  ['a time that is a number', '{"k":"exec.end","seq":1,"end":{"key":"x","at":5,"code":0,"signal":null}}'],
  ['no number', '{"k":"exec.end","end":{"key":"x","at":"5","code":0,"signal":null}}'],
  ['a negative number', '{"k":"exec.end","seq":-1,"end":{"key":"x","at":"5","code":0,"signal":null}}'],
  ['a line without end', `{"k":"exec.end","seq":1,"x":"${'x'.repeat(300_000)}`],
])('garbage (%s): counted, a gap, the connection dropped', async (_, garbage) => {
  const path = newPath();
  const server = await serve(path);
  const witness = await peer(path);
  witness.say(hello());
  witness.say(garbage);
  await until(witness.closed);
  await until(() => server.gaps().length === 1);
  expect(server.state()).toMatchObject({ malformed: 1, witness: undefined });
  expect(server.gaps()[0]).toMatchObject({
    source: 'execs',
    reason: 'link-down',
    missing: expect.stringMatching(/^docker commands: .*, so the link to the witness was dropped$/),
  });
  expect(server.gaps()[0]!.missing).not.toContain('xxx');
});

test('a malformed line that is sent again and again: acknowledged away, and two gaps, not hundreds', async () => {
  const path = newPath();
  const server = await serve(path);
  const witness = own(createClient(path), ({ stop }) => stop());
  witness.tell(told(1n));
  witness.tell({ k: 'exec.end', end: { key: 'boot:1', at: 2n, code: 'no' as never, signal: null } });
  witness.tell(told(3n));
  witness.start();
  await until(() => witness.size().lines === 0);
  expect(server.execs()).toEqual([1n, 3n]);
  const reasons = server.gaps().map(({ reason }) => reason);
  expect(reasons).toEqual(['link-down', 'link-down']);
  const [first, second] = server.gaps();
  expect(second!.from).toBeGreaterThanOrEqual(first!.to!);
});

test.each(['GET / HTTP/1.1', '{}', '{"link":1}', '{"link":"1"}'])(
  'a connection that is no witness (%s) is dropped and is no gap',
  async (first) => {
    const path = newPath();
    const server = await serve(path);
    const stranger = await peer(path);
    stranger.say(first);
    await until(stranger.closed);
    expect(server.state()).toMatchObject({ malformed: 1 });
    expect(server.seen()).toEqual([]);
  },
);
