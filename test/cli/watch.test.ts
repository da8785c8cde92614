import type http from 'node:http';
import { createMessageParser } from '../../src/cli/follow';
import { type Answering, answering, finding } from './answering';
import { run } from './run';

let daemon: Answering | undefined;
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
});

const message = (id: number, event: string, data: unknown): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Sends each text on a connection of its own and cuts it; then waits to be left. */
const sending = (texts: readonly string[], onDone: () => void) => {
  let connection = 0;
  return (_: http.IncomingMessage, response: http.ServerResponse): void => {
    const text = texts[connection];
    connection += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    if (text === undefined) onDone();
    else response.write(text, () => setImmediate(() => response.destroy()));
  };
};

const job = {
  key: 'gitlab:1\u001b',
  state: 'ended',
  startedAt: '2026-11-23T20:00:00Z',
  endedAt: '2026-11-23T20:10:00Z',
};
const gap = {
  from: '2026-11-23T20:00:00Z',
  to: '2026-11-23T20:10:00Z',
  reason: 'engine-restart',
  missing: 'events\u202e',
};

const texts = [
  message(5, 'finding', finding()) + message(6, 'job', job),
  message(8, 'coverage', gap) + message(9, 'later-kind', {}) + 'id: 10\nevent: finding\ndata: {brok\n\n',
];

const watch = async (args: readonly string[]) => {
  const stop = new AbortController();
  daemon = await answering(sending(texts, () => stop.abort()));
  return run(['watch', ...args], { ...daemon, stop: stop.signal });
};

test('tells findings and gaps, connects again and asks for what it missed', async () => {
  const { code, out, err } = await watch([]);
  expect(code).toBe(0);
  expect(out).toBe(
    [
      '#7 critical foreign-kill/remove (likely)  2026-11-23 20:29:45',
      '   container web of job gitlab:101 was removed',
      '   hurt: gitlab:101',
      '   advice: use docker compose -p with the job id',
      'blind from 2026-11-23 20:00:00 to 2026-11-23 20:10:00: engine-restart, events\\u{202e}',
      '',
    ].join('\n'),
  );
  expect(daemon!.headers.map((each) => each['last-event-id'])).toEqual([undefined, '6', '10']);
  expect(err).toMatch(/watching http.*\n.*connection lost.*\n.*connected again/);
});

test('jobs on request', async () => {
  const { out } = await watch(['--jobs']);
  expect(out).toContain('2026-11-23 20:10:00  job gitlab:1\\u{1b} ended\n');
});

test('as JSON, one object a line, kinds of a later daemon too', async () => {
  const { out } = await watch(['--json']);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; event: string });
  expect(lines.map(({ id, event }) => [id, event])).toEqual([
    ['5', 'finding'],
    ['8', 'coverage'],
    ['9', 'later-kind'],
  ]);
});

test('a daemon that does not run is an error, not a wait', async () => {
  expect(await run(['watch'])).toMatchObject({ code: 1, err: expect.stringContaining('is not running') });
});

test('a refusal is an error', async () => {
  daemon = await answering((_, response) => response.writeHead(401).end());
  expect(await run(['watch'], daemon)).toMatchObject({
    code: 1,
    err: expect.stringContaining('CROSSTALK_TOKEN'),
  });
});

test.each([['split anywhere', 'id: 1\r\nevent: a\r\ndata: x\r\ndata: y\r\n\r\n: comment\n\ndata:z\n\n']])(
  'a message %s',
  (_, text) => {
    for (let at = 0; at <= text.length; at += 1) {
      const parse = createMessageParser();
      expect([...parse(text.slice(0, at)), ...parse(text.slice(at))]).toEqual([
        { id: '1', event: 'a', data: 'x\ny' },
        { id: '1', event: 'message', data: 'z' },
      ]);
    }
  },
);
