import { at, finding, job, killer, party } from '../report/facts';
import { testApi, type TestApi } from './app';

const v1 = '/api/v1';
const post = ({ api }: TestApi, payload: object, search = '') =>
  api.inject({ method: 'POST', url: `${v1}/suppressions${search}`, payload });
const patch = ({ api }: TestApi, id: number, payload: object) =>
  api.inject({ method: 'PATCH', url: `${v1}/findings/${id}`, payload });

describe('a finding', () => {
  test.each([
    [
      { status: 'acknowledged', note: 'we know' },
      { status: 'acknowledged', note: 'we know' },
    ],
    [{ status: 'resolved' }, { status: 'resolved', note: null }],
    [
      { status: 'open', note: null },
      { status: 'open', note: null },
    ],
  ])('takes %j', async (payload, expected) => {
    const on = testApi();
    const answer = await patch(on, 12, payload);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ id: 12, ...expected });
    expect((await on.api.inject(`${v1}/findings/12`)).json()).toMatchObject(expected);
  });

  test.each([
    [12, {}, 400, 'bad-request', 'status'],
    [12, { status: 'suppressed' }, 400, 'bad-request', 'status'],
    [12, { status: 'open', colour: 'red' }, 400, 'bad-request', 'colour'],
    [12, { status: 'open', note: 'x'.repeat(1001) }, 400, 'bad-request', 'note'],
    [12, [], 400, 'bad-request', 'body'],
    [404, { status: 'open' }, 404, 'finding-not-found', undefined],
    [9, { status: 'open' }, 410, 'gone', undefined],
    [11, { status: 'open' }, 409, 'finding-withdrawn', undefined],
  ])('%i with %j answers %i %s', async (id, payload, status, code, field) => {
    const answer = await patch(testApi(), id, payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, ...(field === undefined ? {} : { field }) });
  });
});

describe('suppressions', () => {
  test('are added, listed and removed', async () => {
    const on = testApi();
    const added = await post(on, {
      kind: 'shared-volume',
      resource: 'maven-*',
      until: '2026-12-01T00:00:00Z',
      reason: 'ours',
    });
    expect(added.statusCode).toBe(201);
    expect(added.headers.location).toBe(`${v1}/suppressions/1`);
    expect(added.json()).toEqual({
      id: 1,
      kind: 'shared-volume',
      job: null,
      project: null,
      resource: 'maven-*',
      until: '2026-12-01T00:00:00.000000000Z',
      reason: 'ours',
      createdAt: at('21:00:00'),
    });
    expect((await on.api.inject(`${v1}/suppressions`)).json()).toMatchObject({
      items: [{ id: 1 }],
      next: null,
    });

    const remove = () =>
      on.api.inject({
        method: 'DELETE',
        url: `${v1}/suppressions/1`,
        headers: { 'content-type': 'application/json' },
      });
    expect(await remove()).toMatchObject({ statusCode: 204, body: '' });
    const again = await remove();
    expect([again.statusCode, again.json().code]).toEqual([404, 'suppression-not-found']);
  });

  test.each([
    [{ reason: 'all' }, 'kind'],
    [{ kind: null, job: null, reason: 'all' }, 'kind'],
    [{ kind: 'foreign-kill' }, 'reason'],
    [{ kind: 'foreign-kill', reason: ' ' }, 'reason'],
    [{ kind: '', reason: 'x' }, 'kind'],
    [{ kind: 'a', reason: 'x', until: 'tomorrow' }, 'until'],
    [{ kind: 'a', reason: 'x', until: '2026-11-23T20:59:59Z' }, 'until'],
    [{ kind: 'a', reason: 'x', colour: 'red' }, 'colour'],
    [{ job: 'x'.repeat(257), reason: 'x' }, 'job'],
  ])('%j is refused for %s', async (payload, field) => {
    const on = testApi();
    const answer = await post(on, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad-request', field });
    expect(on.store.all.suppressions).toEqual([]);
  });

  describe('dry run', () => {
    const withFindings = (): TestApi => {
      const on = testApi();
      on.store.all.jobs = [job(), job({ key: 'gitlab:102', project: 'shop/web' })];
      on.store.all.findings = [
        finding({ id: 1 }),
        finding({ id: 2, kind: 'shared-volume', resource: { type: 'volume', id: 'cache', name: 'cache' } }),
        finding({ id: 3, status: 'acknowledged' }),
        finding({
          id: 4,
          victims: [party({ job: 'gitlab:7' })],
          actors: [killer({ job: null, system: 'host' })],
        }),
      ];
      return on;
    };

    test.each([
      [{ kind: 'foreign-kill' }, [1, 4]],
      [{ kind: 'shared-volume', resource: 'ca*' }, [2]],
      [{ kind: 'foreign-kill', resource: 'ca*' }, []],
      [{ job: 'gitlab:101' }, [1, 2]],
      [{ job: 'gitlab:*' }, [1, 2, 4]],
      [{ job: 'gitlab' }, []],
      [{ project: 'shop/*' }, [1, 2]],
      [{ project: 'shop/web' }, [1, 2]],
      [{ project: 'other' }, []],
      [{ project: '*' }, [1, 2]],
    ])('%j would mute %j', async (rule, ids) => {
      const on = withFindings();
      const answer = await post(on, { ...rule, reason: 'x' }, '?dryRun=true');
      expect(answer.statusCode).toBe(200);
      expect(answer.json().items.map(({ id }: { id: number }) => id)).toEqual(ids);
      expect(answer.json().total).toBe(ids.length);
      expect(on.store.all.suppressions).toEqual([]);
    });

    test('counts beyond what it lists', async () => {
      const on = testApi();
      on.store.all.findings = Array.from({ length: 1_201 }, (_, index) => finding({ id: index + 1 }));
      const answer = await post(on, { kind: 'foreign-kill', reason: 'x' }, '?dryRun=true');
      expect([answer.json().items.length, answer.json().total]).toEqual([500, 1_201]);
    });
  });
});

describe('bodies', () => {
  test.each([
    ['no JSON', '{"status":', 400, 'bad-request'],
    ['nothing', '', 400, 'bad-request'],
    ['a prototype', '{"status":"open","__proto__":{"x":1}}', 400, 'bad-request'],
    ['too much', `{"status":"open","note":"${'x'.repeat(70_000)}"}`, 413, 'payload-too-large'],
  ])('%s is refused', async (_name, payload, status, code) => {
    const answer = await testApi().api.inject({
      method: 'PATCH',
      url: `${v1}/findings/12`,
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});
