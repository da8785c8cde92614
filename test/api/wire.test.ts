import { listening } from './listening';

/** What never becomes a request, or only on a real connection. */
const bodyOf = (answer: string): { code: string } => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

test.each([
  [
    'headers that are too large',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers-too-large',
  ],
  ['no HTTP', 'HELO there\r\n\r\n', 400, 'bad-request'],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    400,
    'bad-request',
  ],
])('%s: a problem, and the connection ends', async (_name, bytes, status, code) => {
  const answer = await (await listening()).raw(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('content-type: application/problem+json');
  expect(answer).toContain('x-content-type-options: nosniff');
  expect(bodyOf(answer).code).toBe(code);
});

test.each([
  ['no Host', 'GET /api/v1/findings HTTP/1.0\r\n\r\n'],
  ['an empty Host', 'GET /api/v1/findings HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
])('%s is refused', async (_name, bytes) => {
  const answer = await (await listening()).raw(bytes);
  expect(bodyOf(answer.replace(/\r\n\r\n[0-9a-f]+\r\n/, '\r\n\r\n')).code).toBe('host-not-allowed');
});

test('a connection beyond the limit is closed', async () => {
  const on = await listening({ limits: { connections: 1 } });
  const listener = await on.listen();
  await expect(on.get('/healthz')).rejects.toThrow();
  listener.close();
});
