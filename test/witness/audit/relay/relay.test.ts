import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../../../src/log';
import {
  createRelay,
  type Exchange,
  type Outcome,
  type Relay,
  type RequestHead,
} from '../../../../src/witness/audit/relay';

const log = createLogger({ level: 'silent' });
let directory: string;
let engineSocket: string;
let socketPath: string;
let relay: Relay | undefined;
let engine: Server | undefined;
const engineSockets = new Set<Socket>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ct-relay-'));
  engineSocket = join(directory, 'engine.sock');
  socketPath = join(directory, 'audit.sock');
});
afterEach(async () => {
  await relay?.stop(0);
  relay = undefined;
  for (const socket of engineSockets) socket.destroy();
  await new Promise((done) => (engine ? engine.close(done) : done(undefined)));
  engine = undefined;
  rmSync(directory, { recursive: true });
});

/** An engine that does with each connection what the test says. */
const serve = async (accept: (socket: Socket) => void): Promise<void> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    engineSockets.add(socket);
    socket.on('close', () => engineSockets.delete(socket));
    socket.on('error', () => undefined);
    accept(socket);
  });
  engine = server;
  await new Promise<void>((done) => server.listen(engineSocket, done));
};
/** Answers each request head with this, whatever follows. */
const answering = (answer: string) => (socket: Socket) => {
  let seen = '';
  socket.on('data', (chunk: Buffer) => {
    seen += chunk.toString('latin1');
    for (let end = seen.indexOf('\r\n\r\n'); end !== -1; end = seen.indexOf('\r\n\r\n')) {
      seen = seen.slice(end + 4);
      socket.write(answer);
    }
  });
  socket.on('end', () => socket.end());
};

const started: { head: RequestHead; outcome?: Outcome; status?: number; body?: string }[] = [];
const start = async (how: (head: RequestHead) => Partial<Exchange> = () => ({})): Promise<void> => {
  started.length = 0;
  const made = createRelay({
    engine: engineSocket,
    log,
    observer: {
      connected: () => ({
        request(head) {
          const entry: (typeof started)[number] = { head };
          started.push(entry);
          return {
            requestBody: 'pass' as const,
            answered: ({ status }) => {
              entry.status = status;
              return 100;
            },
            answerBody: (body) => void (entry.body = body.toString()),
            ended: (outcome) => void (entry.outcome = outcome),
            ...how(head),
          };
        },
        closed: () => undefined,
      }),
    },
  });
  relay = made;
  await new Promise<void>((done) => made.server.listen(socketPath, done));
};

/** Everything that comes back until the end, or until it holds `until`. */
const say = (text: string, { until, end = false }: { until?: RegExp; end?: boolean } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath, allowHalfOpen: true });
    let got = '';
    const late = setTimeout(() => reject(new Error(`no end: ${got}`)), 5000);
    const done = (): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(got);
    };
    socket.on('data', (chunk: Buffer) => {
      got += chunk.toString('latin1');
      if (until?.test(got)) done();
    });
    socket.on('end', done);
    socket.on('error', done);
    socket.write(text, 'latin1');
    if (end) socket.end();
  });
const get = (path = '/_ping') => `GET ${path} HTTP/1.1\r\nHost: d\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK';

test('a request and its answer, told as they pass', async () => {
  await serve(answering(ok));
  await start();
  expect(await say(get(), { until: /OK$/ })).toBe(ok);
  expect(started).toMatchObject([
    {
      head: { method: 'GET', target: '/_ping' },
      status: 200,
      body: 'OK',
      outcome: { bytesIn: get().length, bytesOut: ok.length, aborted: null },
    },
  ]);
});

test('pipelined requests are answered in their order, over one connection of the engine', async () => {
  let connections = 0;
  await serve((socket) => {
    connections += 1;
    answering(ok)(socket);
  });
  await start();
  expect(await say(get() + get('/a') + get('/b'), { until: /(?:\r\n\r\nOK[^]*){3}$/ })).toBe(ok.repeat(3));
  expect(started.map(({ head }) => head.target)).toEqual(['/_ping', '/a', '/b']);
  expect(connections).toBe(1);
});

test.each([
  ['both lengths', 'POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx'],
  ['a list of lengths', 'POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 1, 1\r\n\r\nx'],
  ['a sign', 'POST / HTTP/1.1\r\nHost: d\r\nContent-Length: +1\r\n\r\nx'],
  ['another encoding', 'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: gzip, chunked\r\n\r\nx'],
  [
    'two encodings',
    'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\nx',
  ],
  ['chunks of HTTP/1.0', 'POST / HTTP/1.0\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\nx'],
  ['a folded header', 'GET / HTTP/1.1\r\nHost: d\r\nX: 1\r\n 2\r\n\r\n'],
  ['a line that ends without CR', 'GET / HTTP/1.1\nHost: d\r\n\r\n'],
  ['a CR alone', 'GET / HTTP/1.1\r\nHost: d\rX: 1\r\n\r\n'],
  ['a NUL', 'GET / HTTP/1.1\r\nHost: d\0\r\n\r\n'],
  ['space before the colon', 'GET / HTTP/1.1\r\nHost : d\r\n\r\n'],
  ['no colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
  ['a blank in the target', 'GET /a b HTTP/1.1\r\nHost: d\r\n\r\n'],
  ['another protocol', 'GET / HTTP/2.0\r\nHost: d\r\n\r\n'],
  ['an empty line in front', '\r\nGET / HTTP/1.1\r\nHost: d\r\n\r\n'],
  [
    'a chunk size with 0x',
    'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n',
  ],
  [
    'a chunk size too large',
    'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n',
  ],
  [
    'a chunk that is longer than its size',
    'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n',
  ],
  ['a chunk line without CR', 'POST / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n'],
  ['half a head', 'GET / HTTP/1.1\r\nHos'],
])('is refused, and nothing of a second request in it reaches the engine: %s', async (_name, request) => {
  const heads: string[] = [];
  await serve((socket) => void socket.on('data', (chunk: Buffer) => heads.push(chunk.toString('latin1'))));
  await start();
  const answer = await say(request, { end: true });
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nServer: crosstalk\r\n[^]*"crosstalk: /);
  expect(heads.join('')).not.toContain('smuggled');
  expect(relay!.stats().refused).toBe(1);
});

test('a head that is too long', async () => {
  await serve(answering(ok));
  await start();
  expect(await say(`GET / HTTP/1.1\r\nX: ${'x'.repeat((1 << 20) + 10)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
});

test('an engine that cannot be reached: 502 at once, and the connection goes on', async () => {
  await start();
  const answer = await say(get() + get(), { until: /(502[^]*){2}\}\n$/ });
  expect(answer).toMatch(
    /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*"crosstalk: the engine cannot be reached: ENOENT"/,
  );
  expect(started.map(({ outcome }) => outcome?.aborted)).toEqual(['engine', 'engine']);
});

test('the engine breaks off: so does the answer', async () => {
  await serve((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 20);
    });
  });
  await start();
  expect(await say(get())).toBe('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  expect(started[0]!.outcome?.aborted).toBe('engine');
});

test('the client breaks off: the engine hears of it', async () => {
  const gone = new Promise<void>((heard) => {
    void serve((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'),
      );
      socket.on('end', () => (heard(), socket.end()));
    });
  });
  await start();
  await say(get('/events'), { until: /x\r\n$/ });
  await gone;
  while (!started[0]!.outcome) await new Promise((done) => setTimeout(done, 5));
  expect(started[0]!.outcome.aborted).toBe('client');
});

test('a connection that the engine closed while it was idle is not used again', async () => {
  let connections = 0;
  await serve((socket) => {
    connections += 1;
    answering(ok)(socket);
    setTimeout(() => socket.end(), 30);
  });
  await start();
  await say(get(), { until: /OK$/ });
  await new Promise((done) => setTimeout(done, 80));
  expect(await say(get(), { until: /OK$/ })).toBe(ok);
  expect(connections).toBe(2);
});

test('a body that is held goes on altered, with its length; others byte for byte', async () => {
  const heard: string[] = [];
  await serve((socket) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')));
    answering(ok)(socket);
  });
  const alter = (body: Buffer) => (body.toString() === 'old' ? Buffer.from('a new one') : undefined);
  await start(() => ({ requestBody: 'hold', alter }));
  const request = (body: string) =>
    `POST /c HTTP/1.1\r\nhost: d\r\ncontent-length:  ${body.length}\r\nX-a: 1\r\n\r\n${body}`;
  await say(request('old'), { until: /OK$/ });
  await say(request('other'), { until: /OK$/ });
  await say(
    'POST /c HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n2;x=y\r\nld\r\n0\r\nT: 1\r\n\r\n',
    { until: /OK$/ },
  );
  expect(heard).toEqual([
    'POST /c HTTP/1.1\r\nhost: d\r\nX-a: 1\r\nContent-Length: 9\r\n\r\na new one',
    request('other'),
    'POST /c HTTP/1.1\r\nHost: d\r\nContent-Length: 9\r\n\r\na new one',
  ]);
});

test('an observer that throws disturbs nothing', async () => {
  await serve(answering(ok));
  await start(() => {
    throw new Error('observer');
  });
  expect(await say(get(), { until: /OK$/ })).toBe(ok);
  expect(relay!.stats().observerFailures).toBe(1);
});

test('a slow reader gets all of an answer after which the connection ends', async () => {
  const size = 300_000;
  await serve(
    answering(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n${'x'.repeat(size)}`),
  );
  await start();
  const client = connect(socketPath);
  client.write(get());
  await new Promise((done) => setTimeout(done, 1500));
  let got = 0;
  client.on('data', (part: Buffer) => (got += part.length));
  await new Promise((done) => client.once('close', done));
  expect(got).toBeGreaterThan(size);
});

test('stop: idle connections end, what is under way ends by itself', async () => {
  let answer: () => void = () => undefined;
  await serve((socket) => {
    socket.once('data', () => (answer = () => void socket.write(ok)));
  });
  await start();
  const idle = connect(socketPath);
  const ended = new Promise<void>((done) => idle.once('end', done));
  idle.resume();
  const running = say(get());
  while (started.length === 0) await new Promise((done) => setTimeout(done, 5));
  const stopped = relay!.stop(5000);
  await ended;
  answer();
  expect(await running).toBe(ok);
  await stopped;
  idle.destroy();
});

test('a reader that does not read holds the engine up, not our memory', async () => {
  const chunk = Buffer.alloc(1 << 20, 'x');
  let written = 0;
  await serve((socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${(1 << 20) * 512}\r\n\r\n`);
      const more = (): void => {
        while (written < 512 && socket.write(chunk)) written += 1;
        if (written < 512) socket.once('drain', () => ((written += 1), more()));
      };
      more();
    });
  });
  await start();
  const client = connect(socketPath);
  client.write(get('/images/get'));
  await new Promise((done) => setTimeout(done, 500));
  expect(written).toBeLessThan(100);
  let got = 0;
  client.on('data', (part: Buffer) => (got += part.length));
  while (got < (1 << 20) * 512) await new Promise((done) => setTimeout(done, 20));
  client.destroy();
});
