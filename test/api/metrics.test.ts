import { createMetrics } from '../../src/api';
import { testApi } from './app';

const gauges = () => ({
  findingsOpen: [{ kind: 'foreign-kill', severity: 'critical', count: 2 }],
  jobsRunning: [{ system: 'gitlab', count: 3 }],
  databaseBytes: 4096,
});

const lines = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.scrape()).body.split('\n');

test('what was counted and what the store says', async () => {
  const metrics = createMetrics({ gauges });
  metrics.countEvent('container', 'die');
  metrics.countEvent('container', 'health_status: healthy');
  metrics.countExec('volume rm');
  metrics.countExec('signal');
  metrics.countFinding('foreign-kill', 'critical', 'likely');
  metrics.countGap('engine-restart');
  metrics.observeCommit(0.004);
  metrics.setQueueDepth(17);
  metrics.setLag(0.25);
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining([
      'crosstalk_events_total{type="container",action="die"} 1',
      'crosstalk_events_total{type="container",action="health_status"} 1',
      'crosstalk_execs_total{verb="volume rm"} 1',
      'crosstalk_execs_total{verb="signal"} 1',
      'crosstalk_findings_total{kind="foreign-kill",severity="critical",confidence="likely"} 1',
      'crosstalk_findings_open{kind="foreign-kill",severity="critical"} 2',
      'crosstalk_jobs_running{system="gitlab"} 3',
      'crosstalk_gaps_total{reason="engine-restart"} 1',
      'crosstalk_event_lag_seconds 0.25',
      'crosstalk_queue_depth 17',
      'crosstalk_commit_seconds_bucket{le="0.005"} 1',
      'crosstalk_commit_seconds_count 1',
      'crosstalk_database_bytes 4096',
    ]),
  );
});

test('a million made-up types and actions are one line', async () => {
  const metrics = createMetrics({ gauges });
  for (let n = 0; n < 1_000; n += 1) {
    metrics.countEvent(`type-${n}`, `action-${n}`);
    metrics.countEvent('container', `exec_create: ${n}"} 1\n`);
    metrics.countEvent('container', `__proto__${n}`);
  }
  expect((await lines(metrics)).filter((line) => line.startsWith('crosstalk_events_total{'))).toEqual([
    'crosstalk_events_total{type="other",action="other"} 1000',
    'crosstalk_events_total{type="container",action="exec_create"} 1000',
    'crosstalk_events_total{type="container",action="other"} 1000',
  ]);
});

test('a made-up verb is counted as other, one of a group only within its group', async () => {
  const metrics = createMetrics({ gauges });
  for (const verb of ['frobnicate', 'volume', 'compose prune', 'rm rm', ' rm', '', '__proto__', 'x"} 1\n'])
    metrics.countExec(verb);
  metrics.countExec('compose up');
  expect((await lines(metrics)).filter((line) => line.startsWith('crosstalk_execs_total{'))).toEqual([
    'crosstalk_execs_total{verb="other"} 8',
    'crosstalk_execs_total{verb="compose up"} 1',
  ]);
});

test('a kind without open findings any more is gone at the next scrape', async () => {
  let open = gauges().findingsOpen;
  const metrics = createMetrics({ gauges: () => ({ ...gauges(), findingsOpen: open }) });
  await metrics.scrape();
  open = [];
  expect((await lines(metrics)).filter((line) => line.startsWith('crosstalk_findings_open{'))).toEqual([]);
});

test('the route gives them as Prometheus reads them', async () => {
  const answer = await testApi().api.inject('/metrics');
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body).toContain('crosstalk_database_bytes 4096');
});

test('liveness, readiness with reasons, and the page of links', async () => {
  const { api, reasons } = testApi();
  expect((await api.inject('/healthz')).json()).toEqual({ status: 'ok' });
  expect((await api.inject('/readyz')).json()).toEqual({ ready: true, reasons: [] });
  reasons.push('the engine does not answer');
  const answer = await api.inject('/readyz');
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { ready: false, reasons: ['the engine does not answer'] },
  ]);
  reasons.pop();
  const home = await api.inject('/');
  expect(home.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const [, path] of home.body.matchAll(/href="([^"]+)"/g))
    expect([path, (await api.inject(path!)).statusCode]).toEqual([path, 200]);
});
