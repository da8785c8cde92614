import { join } from 'node:path';
import type { ContainerDetail, FindingView, Page, ReportView } from '../../src/domain';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { cleanScenarios } from './clean-scenarios';
import { begin } from './gitlab';

const bystander = 600;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describeWithEngine('nobody hurts anybody', () => {
  let engine: Engine;
  let daemon: Daemon;

  const play = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await engine.sh(`set -e\n${script}`, { IMG: 'busybox:local' });
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  };

  /** Acts are judged in their order: when the last one is, all are. */
  const judged = async (): Promise<void> => {
    await pause(2500); // what is near in time may be taken for one act: the last one is to be apart
    const id = (await play('docker run -d --name last $IMG sleep 900; docker rm -f last')).split('\n')[0]!;
    await eventually(
      () => daemon.get(`/api/v1/containers/${id}`),
      ({ status, body }) => {
        if (status !== 200) return false;
        const { deaths } = JSON.parse(body) as ContainerDetail;
        return deaths.length === 1 && !deaths[0]!.text.includes('being judged');
      },
      10,
    );
  };

  const reportOf = (job: number): Promise<ReportView> =>
    daemon.json<ReportView>(`/api/v1/jobs/gitlab:${job}/report`);

  beforeAll(async () => {
    engine = await startEngine();
    daemon = await startDaemon({ dockerHost: engine.host, dataDir: join(engine.directory, 'data') });
    await eventually(
      () => daemon.json<{ gaps: { to: string | null }[] }>('/api/v1/coverage'),
      ({ gaps }) => gaps.length > 0 && gaps.every(({ to }) => to !== null),
    );
    // Somebody whom a wrong finding could accuse, or call hurt.
    await play(begin(bystander));
  });

  afterAll(async () => {
    await daemon?.end();
    await engine?.stop();
  });

  test.each(Object.entries(cleanScenarios))('%s', async (_, { script, jobs, deaths = {} }) => {
    await play(script);
    await judged();

    const { items } = await daemon.json<Page<FindingView>>('/api/v1/findings?limit=500');
    expect(items.filter(({ severity }) => severity !== 'info').map(({ title }) => title)).toEqual([]);
    const reports = await Promise.all(jobs.map(reportOf));
    expect(reports.map(({ verdict, summary }) => [verdict, summary])).toEqual(
      jobs.map(() => ['clean', expect.any(String)]),
    );
    const told = reports.flatMap((report) => report.deaths);
    expect(
      Object.fromEntries(
        Object.keys(deaths).map((name) => [
          name,
          told.find(({ container }) => container.name === name)?.cause,
        ]),
      ),
    ).toEqual(deaths);
  });

  test('who ran beside all this is clean, and the daemon saw it whole', async () => {
    expect((await reportOf(bystander)).verdict).toBe('clean');
    const { gaps } = await daemon.json<{ gaps: { reason: string }[] }>('/api/v1/coverage');
    expect(gaps.map(({ reason }) => reason)).toEqual(['start']);
  });
});
