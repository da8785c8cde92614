import type { FindingView } from '../../src/domain';
import { type Answering, answering, finding, json } from './answering';
import { run } from './run';

let daemon: Answering | undefined;
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
});

const page = (items: readonly FindingView[], next: string | null = null) => ({ items, next });

describe('findings', () => {
  test('a table', async () => {
    daemon = await answering((_, response) =>
      json(response, 200, page([finding(), finding({ id: 12, count: 3 })])),
    );
    const { code, out } = await run(['findings'], daemon);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'ID  LAST SEEN (UTC)      SEVERITY  SURE    KIND                 VICTIM      ACTOR  WHAT',
        '7   2026-11-23 20:29:45  critical  likely  foreign-kill/remove  gitlab:101  -      container web of job gitlab:101 was removed',
        '12  2026-11-23 20:29:45  critical  likely  foreign-kill/remove  gitlab:101  -      container web of job gitlab:101 was removed (3 times)',
        '',
      ].join('\n'),
    );
  });

  test('filters go to the daemon, with the token', async () => {
    daemon = await answering((_, response) => json(response, 200, page([])), 'secret');
    const args =
      'findings -k foreign-kill -s critical --confidence likely --status open -j gitlab:1 --since 1h';
    const { out } = await run([...args.split(' '), '-q', 'a b&c'], daemon);
    expect(out).toBe('no findings\n');
    expect(daemon.headers[0]).toMatchObject({ authorization: 'Bearer secret' });
    expect(Object.fromEntries(new URL(daemon.asked[0]!.slice(4), 'http://x').searchParams)).toEqual({
      kind: 'foreign-kill',
      severity: 'critical',
      confidence: 'likely',
      status: 'open',
      job: 'gitlab:1',
      since: '1h',
      q: 'a b&c',
      limit: '50',
    });
  });

  test('a limit above the largest page asks for several', async () => {
    daemon = await answering((request, response) => {
      const query = new URL(request.url!, 'http://x').searchParams;
      const items = Array.from({ length: Number(query.get('limit')) }, () => finding());
      json(response, 200, page(items, 'more'));
    });
    const { out, err } = await run(['findings', '--limit', '501', '--json'], daemon);
    expect(daemon.asked).toEqual([
      'GET /api/v1/findings?limit=500',
      'GET /api/v1/findings?limit=1&cursor=more',
    ]);
    const { items, next } = JSON.parse(out) as { items: unknown[]; next: string };
    expect({ count: items.length, next, err }).toEqual({ count: 501, next: 'more', err: '' });
  });

  test('names that containers chose cannot act on the terminal', async () => {
    const evil = '\u001b]0;owned\u0007\u202Egpj\u200b\nroot';
    daemon = await answering((_, response) =>
      json(
        response,
        200,
        page([finding({ title: evil, victims: [{ ...finding().victims[0]!, job: evil }] })]),
      ),
    );
    const { out } = await run(['findings'], daemon);
    expect(out.split('\n')).toHaveLength(3);
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/);
    expect(out).toContain('\\u{1b}]0;owned\\u{7}\\u{202e}gpj\\u{200b}');
  });
});

describe('report', () => {
  const reporting = (verdict: string) =>
    answering((request, response) => {
      if (request.url!.includes('format=json')) json(response, 200, { verdict });
      else response.end('the report\n');
    });

  test('prints what the daemon wrote', async () => {
    daemon = await reporting('interfered');
    expect(await run(['report', 'github:7012/1/build'], daemon)).toEqual({
      code: 0,
      out: 'the report\n',
      err: '',
    });
    expect(daemon.asked).toEqual(['GET /api/v1/jobs/github%3A7012%2F1%2Fbuild/report?format=text']);
  });

  test.each([
    ['interfered', 3],
    ['both', 3],
    ['unknown', 4],
    ['interfering', 0],
    ['clean', 0],
  ])('--fail-on interfered, verdict %s: %i', async (verdict, code) => {
    daemon = await reporting(verdict);
    expect(await run(['report', 'gitlab:1', '--fail-on', 'interfered'], daemon)).toMatchObject({ code });
    expect(
      await run(['report', 'gitlab:1', '--fail-on', 'interfered', '--format', 'json'], daemon),
    ).toMatchObject({
      code,
      out: `${JSON.stringify({ verdict })}\n`,
    });
  });

  test('the job of the environment', async () => {
    daemon = await reporting('clean');
    const jobOfEnvironment = (env: Readonly<Record<string, string | undefined>>) => `gitlab:${env.CI_JOB_ID}`;
    await run(['report'], { ...daemon, env: { CI_JOB_ID: '9' }, jobOfEnvironment });
    expect(daemon.asked[0]).toContain('/jobs/gitlab%3A9/report');
    expect(await run(['report'], daemon)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no job given'),
    });
  });

  test('a job never seen', async () => {
    daemon = await answering((_, response) => json(response, 404, { code: 'job-not-found', detail: 'no' }));
    const unseen = { out: '', err: expect.stringContaining('has never seen job gitlab:\\u{1b}1') };
    expect(await run(['report', 'gitlab:\u001b1'], daemon)).toMatchObject({ ...unseen, code: 1 });
    expect(await run(['report', 'gitlab:\u001b1', '--fail-on', 'interfered'], daemon)).toMatchObject({
      ...unseen,
      code: 4,
    });
  });

  test('a job that moved', async () => {
    daemon = await answering((request, response) => {
      if (request.url!.includes('github%3Anet-1'))
        response.writeHead(308, { location: '/api/v1/jobs/github%3A7%2F1%2Fx/report' }).end();
      else response.end('moved report');
    });
    expect(await run(['report', 'github:net-1'], daemon)).toMatchObject({ code: 0, out: 'moved report\n' });
    expect(daemon.asked[1]).toBe('GET /api/v1/jobs/github%3A7%2F1%2Fx/report?format=text');
  });
});

describe('trouble with the daemon', () => {
  test('not running: what to run', async () => {
    const { code, out, err } = await run(['findings']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^error: crosstalk is not running at http:\/\/127\.0\.0\.1:1; start it with `crosstalk serve`/,
    );
    expect(err.split('\n')).toHaveLength(2);
  });

  test.each([
    ['no token', 401, { code: 'unauthorized' }, 'set CROSSTALK_TOKEN'],
    ['a problem', 503, { title: 'Not ready', detail: 'the disk is full' }, 'error: the disk is full\n'],
    ['a problem with escapes', 500, { detail: 'x\u001b[2J' }, 'x\\u{1b}[2J'],
    ['something else', 404, 'not json', 'is not crosstalk (status 404)'],
    ['no JSON at all', 200, undefined, 'is not crosstalk'],
    ['redirects without end', 308, undefined, 'redirects without end'],
  ])('%s', async (_, status, body, message) => {
    daemon = await answering((request, response) => {
      response.writeHead(status, status === 308 ? { location: request.url! } : {});
      response.end(body === undefined ? '<html>' : JSON.stringify(body));
    });
    const { code, out, err } = await run(['findings'], daemon);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });

  test('what the daemon does not understand is a usage error', async () => {
    daemon = await answering((_, response) =>
      json(response, 400, { detail: 'expected a time', field: 'since' }),
    );
    expect(await run(['findings', '--since', 'x'], daemon)).toEqual({
      code: 2,
      out: '',
      err: 'error: since: expected a time\n',
    });
  });

  test('an answer that breaks off', async () => {
    daemon = await answering((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      setImmediate(() => response.destroy());
    });
    expect(await run(['findings'], daemon)).toMatchObject({
      code: 1,
      err: expect.stringContaining('broke off'),
    });
  });
});
