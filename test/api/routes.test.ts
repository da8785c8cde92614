import { fromRfc3339, HOUR, MINUTE } from '../../src/domain';
import { finding, hostile } from '../report/facts';
import { now, testApi } from './app';

const v1 = '/api/v1';

describe('what each route gives', () => {
  test.each([
    ['/findings', { items: [{ id: 12 }, { id: 11 }], next: null }],
    ['/findings/12', { id: 12, evidence: [{ ref: 'event:812' }, {}, {}] }],
    ['/jobs', { items: [{ key: 'gitlab:101' }, { key: 'github:7012/1/build@r', project: hostile }] }],
    ['/jobs/gitlab:101', { key: 'gitlab:101' }],
    ['/jobs/gitlab%3A101', { key: 'gitlab:101' }],
    ['/jobs/github:7012%2F1%2Fbuild@r', { key: 'github:7012/1/build@r' }],
    ['/jobs/gitlab:101/report', { verdict: 'interfered', retryable: true }],
    ['/jobs/gitlab:101/timeline', { items: [{ text: 'gitlab:101 started' }] }],
    ['/containers', { items: [{ id: 'c0ffee' }] }],
    ['/containers/db', { id: 'c0ffee', labels: { 'com.docker.compose.service': hostile } }],
    ['/volumes', { items: [{ id: 'cache' }] }],
    ['/volumes/cache', { id: 'cache' }],
    ['/networks', { items: [{ id: 'n1' }] }],
    ['/networks/n1', { id: 'n1' }],
    ['/images', { items: [{ id: 'sha256:a' }] }],
    ['/images/sha256:a', { id: 'sha256:a' }],
    ['/events', { items: [{ id: 812 }, { id: 811 }] }],
    ['/events/812', { id: 812, resource: { name: hostile } }],
    [
      '/execs',
      {
        items: [
          { id: 17, targets: ['db', hostile] },
          { id: 16, container: null },
        ],
      },
    ],
    ['/execs/17', { id: 17, verb: 'rm', process: { pid: 4711 }, job: 'gitlab:102' }],
    [
      '/calls',
      {
        items: [
          { id: 21, refs: [{ ref: 'db' }] },
          { id: 20, status: null, aborted: 'client' },
        ],
      },
    ],
    ['/calls/21', { id: 21, verb: 'rm', userAgent: hostile, job: 'gitlab:102' }],
    ['/gaps/3', { id: 3, reason: 'engine-restart' }],
    ['/stats', { by: 'kind' }],
    ['/timeline', { acts: [{ verb: 'remove' }] }],
    ['/suppressions', { items: [], next: null }],
    ['/coverage', { mode: 'events-only', engine: { version: '28.5.1' } }],
  ])('%s', async (path, expected) => {
    const answer = await testApi().api.inject(v1 + path);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toMatchObject(expected);
  });
});

describe('what is not there', () => {
  test.each([
    ['/findings/404', 404, 'finding-not-found'],
    ['/findings/9', 410, 'gone'],
    ['/findings/0', 400, 'bad-request'],
    ['/findings/abc', 400, 'bad-request'],
    ['/findings/1e400', 400, 'bad-request'],
    ['/jobs/gitlab:999', 404, 'job-not-found'],
    ['/jobs/gitlab:1', 410, 'gone'],
    ['/jobs/gitlab:999/report', 404, 'job-not-found'],
    ['/jobs/gitlab:1/report?format=text', 410, 'gone'],
    ['/jobs/gitlab:999/timeline', 404, 'job-not-found'],
    [`/jobs/${encodeURIComponent(hostile)}`, 404, 'job-not-found'],
    ['/jobs/a%2Fb%2F..%2F..%2Fc', 404, 'job-not-found'],
    ['/jobs/%zz', 400, 'bad-request'],
    [`/jobs/${'x'.repeat(1025)}`, 400, 'bad-request'],
    ['/containers/none', 404, 'container-not-found'],
    ['/volumes/none', 404, 'volume-not-found'],
    ['/networks/none', 404, 'network-not-found'],
    ['/images/none', 404, 'image-not-found'],
    ['/events/1', 410, 'gone'],
    ['/events/5', 404, 'event-not-found'],
    ['/calls/1', 410, 'gone'],
    ['/calls/5', 404, 'call-not-found'],
    ['/execs/1', 410, 'gone'],
    ['/execs/5', 404, 'exec-not-found'],
    ['/execs/rm', 400, 'bad-request'],
    ['/gaps/5', 404, 'gap-not-found'],
    ['/nothing', 404, 'route-not-found'],
  ])('%s answers %i %s', async (path, status, code) => {
    const answer = await testApi().api.inject(v1 + path);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status, code, type: `urn:crosstalk:problem:${code}` });
  });

  test('an unknown job is named in the answer', async () => {
    const answer = await testApi().api.inject(`${v1}/jobs/gitlab:999`);
    expect(answer.json().detail).toContain('gitlab:999');
  });
});

describe('what has moved answers 308 and keeps the question', () => {
  const real = 'github%3A7012%2F1%2Fbuild%40r';
  test.each([
    ['/jobs/github:net-1a%2Fb', `/jobs/${real}`],
    ['/jobs/github:net-1a%2Fb/report?format=text', `/jobs/${real}/report?format=text`],
    ['/jobs/github:net-1a%2Fb/timeline?limit=5', `/jobs/${real}/timeline?limit=5`],
    ['/findings/8', '/findings/12'],
  ])('%s → %s', async (from, to) => {
    const answer = await testApi().api.inject(v1 + from);
    expect(answer.statusCode).toBe(308);
    expect(answer.headers.location).toBe(v1 + to);
  });

  test('a change of a moved finding too', async () => {
    const answer = await testApi().api.inject({
      method: 'PATCH',
      url: `${v1}/findings/8`,
      payload: { status: 'open' },
    });
    expect(answer.statusCode).toBe(308);
  });
});

describe('questions', () => {
  test.each([
    ['/findings', 'findings', [{ limit: 50 }]],
    [
      '/findings?kind=a&severity=info&confidence=likely&status=open&job=gitlab:1&host=h&q=some%20words&limit=500&cursor=3',
      'findings',
      [
        {
          kind: 'a',
          severity: 'info',
          confidence: 'likely',
          status: 'open',
          job: 'gitlab:1',
          host: 'h',
          q: 'some words',
          limit: 500,
          cursor: '3',
        },
      ],
    ],
    ['/findings?since=15m', 'findings', [{ since: now - 15n * MINUTE }]],
    ['/findings?since=2026-11-23T20:00:00Z', 'findings', [{ since: now - HOUR }]],
    ['/findings?since=2026-11-23T22:00:00%2B02:00', 'findings', [{ since: now - HOUR }]],
    ['/findings?since=2026-11-23T22:00:00+02:00', 'findings', [{ since: now - HOUR }]],
    [
      '/findings?until=2026-11-23T20:29:45.381754400Z',
      'findings',
      [{ until: fromRfc3339('2026-11-23T20:29:45.381754400Z') }],
    ],
    ['/jobs?system=gitlab&state=running&project=p&q=x', 'jobs', [{ system: 'gitlab', state: 'running' }]],
    ['/containers?job=gitlab:1&state=running&name=db', 'containers', [{ job: 'gitlab:1', name: 'db' }]],
    ['/volumes?shared=true&job=gitlab:1', 'volumes', [{ shared: true, job: 'gitlab:1' }]],
    ['/events?type=container&action=die&job=j&container=c', 'events', [{ type: 'container', action: 'die' }]],
    [
      '/execs?job=gitlab:1&verb=volume%20rm&target=web&limit=5',
      'execs',
      [{ job: 'gitlab:1', verb: 'volume rm', target: 'web', limit: 5 }],
    ],
    [
      '/calls?job=gitlab:1&container=c&path=/containers/create&status=409&verb=create',
      'calls',
      [{ job: 'gitlab:1', container: 'c', path: '/containers/create', status: 409, verb: 'create' }],
    ],
    ['/execs?since=1h', 'execs', [{ limit: 50, since: now - HOUR }]],
    ['/stats?by=name&since=1h', 'stats', ['name', now - HOUR]],
    ['/stats', 'stats', ['kind', now - 7n * 24n * HOUR]],
    ['/timeline', 'window', [now - HOUR, now]],
    ['/timeline?since=2h&until=1h', 'window', [now - 2n * HOUR, now - HOUR]],
    ['/coverage?since=1h', 'coverage', [now - HOUR, undefined]],
    ['/jobs/gitlab:101/timeline?limit=3', 'jobTimeline', ['gitlab:101', { limit: 3 }]],
  ])('%s', async (path, method, args) => {
    const { api, store } = testApi();
    expect((await api.inject(v1 + path)).statusCode).toBe(200);
    const [name, ...given] = store.asked.findLast(([each]) => each !== 'job')!;
    expect([name, given]).toMatchObject([method, args]);
  });

  test.each([
    ['/findings?limit=0', 'limit'],
    ['/findings?limit=501', 'limit'],
    ['/findings?limit=ten', 'limit'],
    ['/findings?limit=1e400', 'limit'],
    ['/findings?limit=1&limit=2', 'limit'],
    ['/findings?severity=loud', 'severity'],
    ['/findings?confidence=sure', 'confidence'],
    ['/findings?status=', 'status'],
    ['/findings?since=yesterday', 'since'],
    ['/findings?since=2026-11-23', 'since'],
    ['/findings?until=99999999h', 'until'],
    ['/findings?cursor=made-up', 'cursor'],
    ['/findings?colour=red', 'colour'],
    ['/findings?__proto__=1', '__proto__'],
    ['/findings/12?x=1', 'x'],
    ['/jobs?state=dead', 'state'],
    ['/jobs/gitlab:101?x=1', 'x'],
    ['/jobs/gitlab:101/report?format=pdf', 'format'],
    ['/volumes?shared=maybe', 'shared'],
    ['/networks?shared=true', 'shared'],
    ['/execs?targets=web', 'targets'],
    ['/execs?target=', 'target'],
    ['/stats?by=colour', 'by'],
    ['/timeline?since=1h&until=2h', 'since'],
    ['/timeline?since=8d', 'since'],
    ['/coverage?since=1h&until=2h', 'since'],
    ['/suppressions?limit=3', 'limit'],
    ['/stream?since=1h', 'since'],
  ])('%s is refused for %s', async (path, field) => {
    const answer = await testApi().api.inject(v1 + path);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad-request', field });
    expect(answer.json().detail).toBeTruthy();
  });

  test('a refused key comes with the known ones, a refused value with what is expected', async () => {
    const { api } = testApi();
    expect((await api.inject(`${v1}/stats?colour=red`)).json().detail).toBe(
      'unknown query key; known are: by, since',
    );
    expect((await api.inject(`${v1}/jobs?state=dead`)).json().detail).toBe('expected one of: running, ended');
  });

  test('pages follow each other to the end', async () => {
    const { api, store } = testApi();
    store.all.findings = Array.from({ length: 7 }, (_, index) => finding({ id: index + 1 }));
    const seen: number[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { items: { id: number }[]; next: string | null } = (
        await api.inject(`${v1}/findings?limit=3${next && `&cursor=${next}`}`)
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('the first page of findings', () => {
  test('is asked for once per commit', async () => {
    const { api, store } = testApi();
    const asked = () => store.asked.filter(([name]) => name === 'findings').length;
    await api.inject(`${v1}/findings`);
    await api.inject(`${v1}/findings`);
    expect(asked()).toBe(1);
    await api.inject(`${v1}/findings?limit=3`);
    expect(asked()).toBe(2);
    store.all.findings = [finding({ id: 99 })];
    store.commitChanges();
    expect((await api.inject(`${v1}/findings`)).json().items).toMatchObject([{ id: 99 }]);
  });

  test('is asked for each time when it depends on the time of day', async () => {
    const { api, store } = testApi();
    await api.inject(`${v1}/findings?since=15m`);
    await api.inject(`${v1}/findings?since=15m`);
    expect(store.asked.filter(([name]) => name === 'findings')).toHaveLength(2);
  });
});

describe('HEAD', () => {
  test('gives the head of a GET', async () => {
    const answer = await testApi().api.inject({ method: 'HEAD', url: `${v1}/findings` });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  test('of the stream is no stream', async () => {
    expect((await testApi().api.inject({ method: 'HEAD', url: `${v1}/stream` })).statusCode).toBe(404);
  });
});
