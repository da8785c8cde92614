import type { ApiParts } from '../../src/api';
import { testApi } from './app';

const v1 = '/api/v1';
const token = { reveal: () => 'hunter2-ä-0123456789' };
const withToken = (): Partial<ApiParts> => ({ config: { listen: '0.0.0.0:7373', token } });
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const bearer = { authorization: `Bearer ${latin1(token.reveal())}` };

describe('token', () => {
  test.each([
    ['none', undefined],
    ['a wrong one', 'Bearer hunter3'],
    ['a beginning of it', 'Bearer hunter2'],
    ['it and more', `${bearer.authorization}x`],
    ['another scheme', `Basic ${token.reveal()}`],
    ['nothing after the scheme', 'Bearer '],
  ])('%s is refused', async (_name, authorization) => {
    const { api } = testApi(withToken());
    for (const url of [`${v1}/findings`, `${v1}/stream`, '/metrics', `${v1}/no-such-route`]) {
      const answer = await api.inject({ url, headers: authorization === undefined ? {} : { authorization } });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 401, 'unauthorized']);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="crosstalk"');
      expect(answer.body).not.toContain('hunter');
    }
  });

  test('the right one is let in, whatever the case of the scheme', async () => {
    const { api } = testApi(withToken());
    for (const authorization of [bearer.authorization, bearer.authorization.replace('Bearer', 'bearer')])
      expect((await api.inject({ url: `${v1}/findings`, headers: { authorization } })).statusCode).toBe(200);
  });

  test.each(['/healthz', '/readyz', '/', '/openapi.json', '/docs/'])('%s is open', async (url) => {
    expect((await testApi(withToken()).api.inject(url)).statusCode).toBe(200);
  });

  test.each(['/docs%2f..%2fapi%2fv1%2ffindings', '/docsx', '//api/v1/findings'])(
    '%s is not taken for an open route',
    async (url) => {
      expect((await testApi(withToken()).api.inject(url)).statusCode).not.toBe(200);
    },
  );

  test('never reaches the log', async () => {
    const { api, logged } = testApi(withToken());
    await api.inject({ url: `${v1}/findings`, headers: { authorization: 'Bearer hunter3' } });
    await api.inject({ url: `${v1}/findings`, headers: bearer });
    expect(logged.join('')).not.toContain('hunter');
  });
});

describe('Host', () => {
  const status = async (listen: string, host: string) =>
    (
      await testApi({ config: { listen, host: 'Runner-7.lan' } }).api.inject({
        url: `${v1}/findings`,
        headers: { host },
      })
    ).statusCode;

  test.each([
    ['127.0.0.1:7373', 'localhost:7373', 200],
    ['127.0.0.1:7373', 'LOCALHOST', 200],
    ['127.0.0.1:7373', '127.0.0.1:80', 200],
    ['127.0.0.1:7373', '[::1]:7373', 200],
    ['127.0.0.1:7373', 'runner-7.lan.:7373', 200],
    ['10.1.2.3:7373', '10.1.2.3:7373', 200],
    ['ci.example:7373', 'ci.example', 200],
    ['[fd00::1]:7373', '[fd00::1]:7373', 200],
    ['0.0.0.0:7373', '192.168.7.7:7373', 200],
    ['[::]:7373', '[fe80::1]:7373', 200],
    ['127.0.0.1:7373', 'evil.example:7373', 403],
    ['127.0.0.1:7373', 'localhost.evil.example', 403],
    ['127.0.0.1:7373', '192.168.7.7', 403],
    ['127.0.0.1:7373', '127.0.0.1.evil.example', 403],
    ['0.0.0.0:7373', 'evil.example', 403],
    ['127.0.0.1:7373', 'evil.example#localhost', 403],
    ['127.0.0.1:7373', 'localhost@evil.example', 403],
  ])('listening on %s, asked for %s: %i', async (listen, host, expected) => {
    expect(await status(listen, host)).toBe(expected);
  });

  test('is checked on open routes and on unknown ones', async () => {
    const { api } = testApi();
    for (const url of ['/', '/docs', '/healthz', '/nothing']) {
      const answer = await api.inject({ url, headers: { host: 'evil.example' } });
      expect(answer.json().code).toBe('host-not-allowed');
    }
  });
});

describe('writes', () => {
  const write = (headers: Record<string, string>, method: 'PATCH' | 'POST' | 'DELETE' = 'PATCH') =>
    testApi().api.inject({
      method,
      url: { PATCH: `${v1}/findings/12`, POST: `${v1}/suppressions`, DELETE: `${v1}/suppressions/1` }[method],
      payload: '{"status":"open"}',
      headers: { host: 'localhost:7373', ...headers },
    });
  const json = { 'content-type': 'application/json' };

  test.each([
    [{}, 200],
    [{ origin: 'http://localhost:7373' }, 200],
    [{ origin: 'https://localhost:7373' }, 200],
    [{ 'content-type': 'application/json; charset=utf-8' }, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'http://localhost:8080' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: '' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'text/plain; application/json' }, 415],
    [{ 'content-type': 'application/jsonx' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('with %j: %i', async (headers, expected) => {
    expect((await write({ ...json, ...headers })).statusCode).toBe(expected);
  });

  test.each(['PATCH', 'POST', 'DELETE'] as const)('%s without a type is refused', async (method) => {
    const answer = await testApi().api.inject({
      method,
      url: { PATCH: `${v1}/findings/12`, POST: `${v1}/suppressions`, DELETE: `${v1}/suppressions/1` }[method],
    });
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported-media-type']);
  });

  test('reading from another site gets no permission to read', async () => {
    const answer = await testApi().api.inject({
      url: `${v1}/findings`,
      headers: { origin: 'http://evil.example' },
    });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('headers of an answer', () => {
  test.each([
    '/api/v1/findings',
    '/api/v1/jobs/none',
    '/api/v1/findings?x=1',
    '/',
    '/healthz',
    '/metrics',
    '/nothing',
    '/%zz',
  ])('%s may load nothing, be framed by nobody, and stays out of caches', async (url) => {
    const { headers } = await testApi().api.inject(url);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
  });
});

describe('limits', () => {
  test('requests per minute and client', async () => {
    const { api } = testApi({ limits: { requestsPerMinute: 2 } });
    const ask = async (remoteAddress: string, url = `${v1}/findings`) =>
      (await api.inject({ url, remoteAddress })).statusCode;
    expect([await ask('10.0.0.1'), await ask('10.0.0.1'), await ask('10.0.0.1')]).toEqual([200, 200, 429]);
    expect(await ask('10.0.0.2')).toBe(200);
    expect(await ask('10.0.0.1', '/healthz')).toBe(200);
    const answer = await api.inject({ url: '/nothing', remoteAddress: '10.0.0.1' });
    expect(answer.json()).toMatchObject({
      code: 'too-many-requests',
      detail: expect.stringContaining('try again in'),
    });
    expect(answer.headers['retry-after']).toBeDefined();
  });

  test('guesses of the token count', async () => {
    const { api } = testApi({ ...withToken(), limits: { loopbackRequestsPerMinute: 1 } });
    const guess = async () =>
      (await api.inject({ url: '/metrics', headers: { authorization: 'Bearer x' } })).statusCode;
    expect([await guess(), await guess()]).toEqual([401, 429]);
  });

  test('length of the address', async () => {
    const answer = await testApi().api.inject(`${v1}/findings?q=${'x'.repeat(9_000)}`);
    expect([answer.statusCode, answer.json().code]).toEqual([414, 'uri-too-long']);
  });
});

describe('errors of our own', () => {
  test('are told to the log, not to the client', async () => {
    const { api, store, logged } = testApi();
    store.jobs = () => {
      throw new Error('SQLITE_IOERR in /var/lib/crosstalk/secret.db');
    };
    const answer = await api.inject(`${v1}/jobs?q=abc`);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: 'urn:crosstalk:problem:internal',
      title: 'Something went wrong here; the log of the daemon says what',
      status: 500,
      code: 'internal',
    });
    const line = JSON.parse(logged.find((each) => each.includes('SQLITE_IOERR'))!);
    expect(line).toMatchObject({ method: 'GET', url: '/api/v1/jobs?q=abc', msg: 'a request failed' });
  });

  test('of the writer too', async () => {
    const { api, store } = testApi();
    store.setFindingStatus = () => Promise.reject(new Error('disk full'));
    const answer = await api.inject({
      method: 'PATCH',
      url: `${v1}/findings/12`,
      payload: { status: 'open' },
    });
    expect([answer.statusCode, answer.json().code, answer.body.includes('disk')]).toEqual([
      500,
      'internal',
      false,
    ]);
  });
});
