import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import type { EventView, GapView, Page } from '../../src/domain';
import { toRfc3339 } from '../../src/domain';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';

/** The engine's own stream, read beside the daemon: what there was to see. */
const recordStream = (socketPath: string) => {
  let text = '';
  const asked = request({ socketPath, path: '/events' }, (answer) => {
    answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
    answer.on('error', () => undefined);
  });
  asked.on('error', () => undefined);
  asked.end();
  return {
    times: () =>
      text
        .split('\n')
        .flatMap((line) => /"timeNano":(\d+)\}\s*$/.exec(line)?.[1] ?? [])
        .map((time) => toRfc3339(BigInt(time))),
    stop: () => asked.destroy(),
  };
};

const allEvents = async (daemon: Daemon): Promise<readonly EventView[]> => {
  const events: EventView[] = [];
  for (let cursor = ''; ;) {
    const page = await daemon.json<Page<EventView>>(`/api/v1/events?limit=500${cursor}`);
    events.push(...page.items);
    if (page.next === null) return events.reverse();
    cursor = `&cursor=${page.next}`;
  }
};

const gapsOf = async (daemon: Daemon): Promise<readonly GapView[]> =>
  (await daemon.json<{ gaps: GapView[] }>('/api/v1/coverage')).gaps;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describeWithEngine('a daemon killed at any moment', () => {
  let engine: Engine;
  let dataDir: string;
  const start = (): Promise<Daemon> => startDaemon({ dockerHost: engine.host, dataDir });

  beforeAll(async () => {
    engine = await startEngine();
    dataDir = join(engine.directory, 'data');
    await engine.sh('docker create --name target busybox:local true');
  });
  afterAll(() => engine?.stop());

  /** Renames one container again and again: an event each, and as fast as the engine makes them. */
  const storm = (count: number): Promise<void> =>
    new Promise((done, failed) => {
      const script = `
        const http = require('http'); const agent = new http.Agent({ keepAlive: true });
        const post = (path) => new Promise((done) => http.request({ socketPath: process.argv[1], path, method: 'POST', agent },
          (answer) => answer.resume().on('end', done)).end());
        (async () => { let name = 'target'; for (let i = 0; i < ${count}; i++) { const next = 'target-' + i;
          await post('/containers/' + name + '/rename?name=' + next); name = next; }
          await post('/containers/' + name + '/rename?name=target'); process.exit(0); })();`;
      const child = spawn(process.execPath, ['-e', script, engine.socket], { stdio: 'ignore' });
      child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`storm ended with ${code}`))));
    });

  test('2,000 events, SIGKILL in their midst: nothing lost, nothing doubled, or a gap says so', async () => {
    let daemon = await start();
    await eventually(
      () => gapsOf(daemon),
      (gaps) => gaps.length > 0,
    );
    const stream = recordStream(engine.socket);
    await pause(500);
    const raining = storm(2000);
    for (let kill = 0; kill < 5; kill++) {
      await pause(250 + kill * 60);
      await daemon.end('SIGKILL');
      daemon = await start();
    }
    await raining;
    await pause(500);
    const seen = stream.times();
    stream.stop();
    expect(seen.length).toBeGreaterThanOrEqual(2001);

    const events = await eventually(
      () => allEvents(daemon),
      (list) => list.at(-1)?.at === [...seen].sort().at(-1),
    );
    const times = events.map(({ at }) => at);
    expect(new Set(times).size).toBe(times.length);
    const gaps = (await gapsOf(daemon)).filter(({ reason }) => reason !== 'start');
    const missing = seen.filter((at) => !times.includes(at));
    const excused = missing.filter((at) =>
      gaps.some((gap) => gap.from !== null && gap.to !== null && gap.from <= at && at <= gap.to),
    );
    expect(missing.filter((at) => !excused.includes(at))).toEqual([]);
    await daemon.end();
  });

  test('a restart of the engine is a gap, and its own kills are nobody’s', async () => {
    const daemon = await start();
    await engine.sh(
      'for job in 101 102; do docker run -d --label com.gitlab.gitlab-runner.job.id=$job --label com.gitlab.gitlab-runner.type=build --name build-$job busybox:local sleep 600; done',
    );
    await pause(1500);
    await engine.restart();
    await eventually(
      () => gapsOf(daemon),
      (gaps) => gaps.some(({ reason }) => reason === 'engine-restart'),
      60,
    );
    const report = await eventually(
      () => daemon.json<{ deaths: { cause: string; text: string }[] }>('/api/v1/jobs/gitlab:101/report'),
      ({ deaths }) => deaths.length > 0 && deaths.every(({ text }) => !text.includes('being judged')),
    );
    expect(report.deaths.map(({ cause }) => cause)).toEqual(['engine']);
    const findings = await daemon.json<Page<{ kind: string }>>('/api/v1/findings');
    expect(findings.items.filter(({ kind }) => kind === 'foreign-kill')).toEqual([]);
    expect(await daemon.end()).toBe(0);
  });

  test('the ring turned over while it was away: the world is repaired and a gap tells', async () => {
    const before = await start();
    await eventually(
      () => gapsOf(before),
      (gaps) => gaps.length > 0,
    );
    await before.end();
    await storm(400);
    await engine.sh('docker run -d --name newcomer busybox:local sleep 600; docker rm -f build-101');
    await storm(300);
    const daemon = await start();
    await eventually(
      () => gapsOf(daemon),
      (gaps) => gaps.some(({ reason }) => reason === 'ring-overflow'),
    );
    await eventually(
      async () => (await daemon.get('/api/v1/containers/newcomer')).status,
      (status) => status === 200,
    );
    const gone = await eventually(
      () =>
        daemon.json<Page<{ name: string; removedAt: string | null }>>('/api/v1/containers?name=build-101'),
      ({ items }) => items.every(({ removedAt }) => removedAt !== null),
    );
    expect(gone.items).toHaveLength(1);
    await daemon.end();
  });
});
