import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingView, Page } from '../../src/domain';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';

const labels = (job: number): string =>
  [
    `job.id=${job}`,
    `job.url=https://gitlab.example/g/p11/-/jobs/${job}`,
    'managed=true',
    'type=build',
    'pipeline.id=9001',
    'project.id=11',
  ]
    .map((label) => `--label com.gitlab.gitlab-runner.${label}`)
    .join(' ');

const told = ({ kind, variant, confidence, victims, actors, resource }: FindingView): string =>
  `${kind}${variant ? `/${variant}` : ''} ${confidence}: ${victims.map((party) => party.job).join('+')} <- ${actors.map((party) => party.job).join() || 'nobody'}, ${resource.name}`;

describeWithEngine('two jobs on one engine', () => {
  let engine: Engine;
  let daemon: Daemon;
  let findings: readonly FindingView[];

  beforeAll(async () => {
    engine = await startEngine();
    const work = join(engine.directory, 'work');
    mkdirSync(work);
    daemon = await startDaemon({ dockerHost: engine.host, dataDir: join(engine.directory, 'data') });
    const env = { A: labels(101), B: labels(102), WORK: work };
    const play = async (script: string): Promise<void> => {
      const { code, stderr } = await engine.sh(script, env);
      if (code !== 0) throw new Error(`${script}: ${stderr}`);
    };
    await play(
      'docker run -d $A --name build-101 -v builds-101:$WORK -v cache:/cache busybox:local sleep 600',
    );
    await play('docker run -d $B --name build-102 -v cache:/cache busybox:local sleep 600');
    // Job 101 binds its $PWD: a path of its own container, which the engine takes for one of the host.
    await play('cd $WORK && docker run --rm $A --name lint-101 -v $PWD:/src busybox:local true');
    await play('docker run -d $A --name db -v cache:/var/lib/cache busybox:local sleep 600');
    await new Promise((done) => setTimeout(done, 1500));
    await play(
      'docker rm -f $(docker ps -aq) && docker run -d $B --name db -v cache:/cache busybox:local sleep 600',
    );
    const page = await eventually(
      () => daemon.json<Page<FindingView>>('/api/v1/findings?limit=100'),
      ({ items }) =>
        ['foreign-kill', 'name-conflict', 'shared-volume', 'misdirected-bind'].every((kind) =>
          items.some((item) => item.kind === kind),
        ),
    );
    findings = page.items;
  });

  afterAll(async () => {
    await daemon?.end();
    await engine?.stop();
  });

  test('each harm is told with the right victim, actor and confidence', () => {
    expect(findings.map(told).sort()).toEqual([
      // A sweep ends its containers in no order: which of 101's two is the first is chance.
      expect.stringMatching(/^foreign-kill\/remove likely: gitlab:101 <- gitlab:102, (build-101|db)$/),
      'misdirected-bind likely: gitlab:101 <- gitlab:101, ' +
        findings.find(({ kind }) => kind === 'misdirected-bind')!.resource.name,
      'name-conflict/takeover likely: gitlab:101 <- gitlab:102, db',
      'shared-volume/volume likely: gitlab:101+gitlab:102 <- nobody, cache',
    ]);
  });

  test('the report of the victim reads like something for a job log', async () => {
    const { status, body } = await daemon.get('/api/v1/jobs/gitlab:101/report?format=text');
    expect(status).toBe(200);
    expect(body).toMatch(/gitlab:101/);
    expect(body).toMatch(/build-101/);
    expect(body).toMatch(/gitlab:102/);
    expect(body).toMatch(/inferred/);
  });

  test('the other job is told what it did', async () => {
    const report = await daemon.json<{ verdict: string }>('/api/v1/jobs/gitlab:102/report');
    expect(report.verdict).toBe('both');
  });

  test('nothing else: the daemon saw no gap but its own start', async () => {
    const coverage = await daemon.json<{ mode: string; gaps: { reason: string }[] }>('/api/v1/coverage');
    expect(coverage.mode).toBe('events-only');
    expect(coverage.gaps.map(({ reason }) => reason)).toEqual(['start']);
  });
});
