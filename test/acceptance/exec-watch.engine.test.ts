import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CoverageView,
  ExecView,
  FindingDetail,
  FindingView,
  JobView,
  Page,
  ReportView,
} from '../../src/domain';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { hostJob } from '../helpers/host-job';

const label = 'com.gitlab.gitlab-runner';
const gitlab = (job: number): string =>
  [`job.id=${job}`, 'managed=true', 'type=build'].map((each) => `--label ${label}.${each}`).join(' ');

const told = ({ kind, variant, confidence, victims, actors }: FindingView): string =>
  `${kind}/${variant} ${confidence}: ${victims.map(({ job }) => job).join('+')} <- ${actors.map(({ job, system }) => job ?? system).join() || 'nobody'}`;

describeWithEngine('with the exec watch, and nothing changed for the jobs', () => {
  let engine: Engine;
  let daemon: Daemon;
  let dataDir: string;
  const secret = 'hunter2-planted';

  const start = (): Promise<Daemon> => startDaemon({ dockerHost: engine.host, dataDir, execs: 'on' });
  const isOn = ({ sources }: CoverageView): boolean => sources.execs.state === 'on';
  /** What stands in the database may be of an earlier daemon; ready is one that is linked to a witness itself. */
  const watching = async (): Promise<void> =>
    void (await eventually(
      () => daemon.get('/readyz'),
      ({ status }) => status === 200,
    ));
  const findings = async (): Promise<readonly FindingView[]> =>
    (await daemon.json<Page<FindingView>>('/api/v1/findings?limit=200')).items;
  const killsOf = async (victim: string): Promise<string[]> =>
    (await findings())
      .filter(({ kind, victims }) => kind === 'foreign-kill' && victims.some(({ job }) => job === victim))
      .map(told);
  /** A build container of a job, with the engine's own socket and a client in it. */
  const build = async (job: number): Promise<void> => {
    const { code, stderr } = await engine.sh(
      `docker run -d ${gitlab(job)} --name build-${job} -v ${engine.socket}:/var/run/docker.sock -v ${engine.directory}/docker-cli:/bin/docker:ro busybox:local sleep 900`,
    );
    if (code !== 0) throw new Error(stderr);
  };
  const inside = (job: number, script: string) => engine.docker('exec', `build-${job}`, 'sh', '-c', script);
  const deathOf = async (job: string, container: string) => {
    const report = await eventually(
      () => daemon.json<ReportView>(`/api/v1/jobs/${job}/report`),
      ({ deaths }) =>
        deaths.some((each) => each.container.name === container && !each.text.includes('being judged')),
    );
    return report.deaths.find((each) => each.container.name === container)!;
  };

  beforeAll(async () => {
    engine = await startEngine();
    // An engine in a root of its own does not see this machine's client.
    await engine.sh(`cp "$(command -v docker)" ${engine.directory}/docker-cli`);
    dataDir = join(engine.directory, 'crosstalk');
    daemon = await start();
    await watching();
  });
  afterAll(async () => {
    await daemon?.end();
    await engine?.stop();
  });

  test('a job that sweeps the host is named, with its command, to every neighbour', async () => {
    for (const job of [101, 102, 103]) await build(job);
    await inside(101, 'docker run -d --name db busybox:local sleep 900');
    await inside(102, 'docker rm -f $(docker ps -aq)');
    await eventually(findings, (list) => list.filter(({ kind }) => kind === 'foreign-kill').length === 2);
    expect((await killsOf('gitlab:101'))[0]).toMatch(
      /^foreign-kill\/remove (certain|likely): gitlab:101 <- gitlab:102$/,
    );
    expect((await killsOf('gitlab:103'))[0]).toMatch(
      /^foreign-kill\/remove (certain|likely): gitlab:103 <- gitlab:102$/,
    );
    expect(await killsOf('gitlab:102')).toEqual([]);
    const { body } = await daemon.get('/api/v1/jobs/gitlab:101/report?format=text');
    expect(body).toMatch(/done by +gitlab:102/);
    expect(body).toContain('docker rm -f');
    expect(await deathOf('gitlab:102', 'build-102')).toMatchObject({ cause: 'own-kill' });
    expect(await deathOf('gitlab:101', 'db')).toMatchObject({ cause: 'foreign-kill' });
  });

  test('what a command made is its job’s, without a label', async () => {
    await build(201);
    await inside(201, 'docker run -d --name api-201 busybox:local sleep 900');
    const { stdout } = await inside(201, 'docker run -d busybox:local sleep 900');
    await inside(201, 'docker network create net-201; docker volume create vol-201');
    const owner = async (path: string) =>
      (await daemon.json<{ owner: { job: string | null; confidence: string } }>(`/api/v1/${path}`)).owner;
    for (const path of ['containers/api-201', `containers/${stdout.trim()}`, 'volumes/vol-201'])
      expect(
        await eventually(
          () => owner(path),
          ({ job }) => job !== null,
        ),
      ).toMatchObject({ job: 'gitlab:201', confidence: 'certain' });
    await engine.sh('docker rm -f $(docker ps -aq); docker network rm net-201; docker volume rm vol-201');
  });

  test('two jobs of the host: owners, a certain kill, and an end with their shells', async () => {
    const one = hostJob(engine, { BUILD_TAG: 'jenkins-a-1', JENKINS_URL: 'https://ci.example' });
    const other = hostJob(engine, { BUILD_TAG: 'jenkins-b-2', JENKINS_URL: 'https://ci.example' });
    await one.does('docker run -d --name web busybox:local sleep 900');
    await other.does('docker rm -f web');
    await eventually(
      () => killsOf('jenkins:a-1'),
      (list) => list.length > 0,
    );
    expect(await killsOf('jenkins:a-1')).toEqual(['foreign-kill/remove certain: jenkins:a-1 <- jenkins:b-2']);
    // A command that failed accuses nobody; what the job does to its own is its own.
    await one.does('docker run -d --name web busybox:local sleep 900');
    await other.does('docker kill no-such-container 2>/dev/null');
    await one.does('docker rm -f web');
    expect(await deathOf('jenkins:a-1', 'web')).toBeDefined();
    expect(await killsOf('jenkins:a-1')).toHaveLength(1);
    const job = await daemon.json<JobView>('/api/v1/jobs/jenkins:a-1');
    expect(job.state).toBe('running');
    await one.ends();
    await other.ends();
    const execs = await daemon.json<Page<ExecView>>('/api/v1/execs?job=jenkins:b-2&verb=rm');
    expect(execs.items.map(({ targets, code }) => ({ targets, code }))).toEqual([
      { targets: ['web'], code: 0 },
    ]);
  });

  test('exit 137: a signal of the host, the program’s own word, or a kill from inside', async () => {
    await build(301);
    await inside(
      301,
      `docker run -d --name killed busybox:local sleep 900;
       docker run -d --name said busybox:local sh -c 'sleep 2; exit 137';
       docker run -d --name within busybox:local sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'`,
    );
    await new Promise((done) => setTimeout(done, 1000));
    await engine.sh('kill -9 $(docker inspect -f {{.State.Pid}} killed)');
    await engine.docker('exec', 'within', 'kill', '1');
    expect(await deathOf('gitlab:301', 'killed')).toMatchObject({ cause: 'host', exitCode: 137 });
    expect(await deathOf('gitlab:301', 'said')).toMatchObject({ cause: 'exited', exitCode: 137 });
    // A kill lives so shortly that it can be gone before it is read: then a gap says so.
    const within = await deathOf('gitlab:301', 'within');
    const { gaps } = await daemon.json<CoverageView>('/api/v1/coverage');
    const vanished = gaps.some(({ reason }) => reason === 'exec-vanished');
    expect(within.exitCode).toBe(3);
    expect(vanished ? ['killed-from-inside', 'exited'] : ['killed-from-inside']).toContain(within.cause);
    await engine.sh('docker rm -f $(docker ps -aq)');
  });

  test('the daemon killed right after a kill: found once after its restart, with its actor', async () => {
    await build(401);
    await build(402);
    await inside(401, 'docker run -d --name victim-401 busybox:local sleep 900');
    await new Promise((done) => setTimeout(done, 1000));
    await inside(402, 'docker kill victim-401');
    await daemon.end('SIGKILL');
    daemon = await start();
    await eventually(
      () => killsOf('gitlab:401'),
      (list) => list.length > 0,
    );
    expect(await killsOf('gitlab:401')).toEqual(['foreign-kill/kill certain: gitlab:401 <- gitlab:402']);
    const all = (await findings()).filter(({ kind }) => kind === 'foreign-kill');
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.find(({ victims }) => victims[0]!.job === 'gitlab:401')!.count).toBe(1);
  });

  test('the witness killed: a gap, no accusation, and another one', async () => {
    await watching();
    // The brackets keep the shell that asks out of what it finds.
    const killed = await engine.sh(`pkill -9 -f '[w]itness.*${dataDir}'`);
    expect(killed.code).toBe(0);
    await inside(402, 'docker run -d --name unseen busybox:local sleep 900');
    await eventually(
      () => daemon.json<CoverageView>('/api/v1/coverage'),
      (coverage) => isOn(coverage) && coverage.gaps.some(({ reason }) => reason === 'link-down'),
    );
    await inside(401, 'docker run -d --name victim-2 busybox:local sleep 900');
    await inside(402, 'docker kill victim-2');
    await eventually(
      () => killsOf('gitlab:401'),
      (list) => list.length > 0,
    );
    expect((await killsOf('gitlab:401')).every((each) => each.endsWith('gitlab:401 <- gitlab:402'))).toBe(
      true,
    );
  });

  test('secrets of command lines and environments are nowhere', async () => {
    const job = hostJob(engine, { BUILD_TAG: 'jenkins-s-9', DEPLOY_TOKEN: secret });
    await job.does(
      `docker run -d -e TOKEN=${secret} --name ${'s-9'} busybox:local sh -c 'echo ${secret}; sleep 900'`,
    );
    await job.does(`docker exec -e P=${secret} s-9 echo ${secret}`);
    await job.does(`echo ${secret} | docker login -u me -p ${secret} registry.invalid 2>/dev/null`);
    await job.does(
      `printf 'FROM busybox:local\\n' | DOCKER_BUILDKIT=0 docker build --build-arg K=${secret} -t t:1 - 2>&1`,
    );
    await eventually(
      () => daemon.json<Page<ExecView>>('/api/v1/execs?job=jenkins:s-9'),
      ({ items }) => items.length >= 3,
    );
    await job.ends();
    const files = readdirSync(dataDir, { withFileTypes: true, recursive: true }).filter((each) =>
      each.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain('crosstalk.db');
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name)).includes(secret)).toBe(false);
    expect(daemon.output()).not.toContain(secret);
  });

  test('a finding shows the command it goes by', async () => {
    const [first] = (await findings()).filter(({ kind }) => kind === 'foreign-kill');
    const { evidence } = await daemon.json<FindingDetail>(`/api/v1/findings/${first!.id}`);
    const ref = evidence.find(({ source }) => source === 'exec')!.ref!;
    const { status } = await daemon.get(`/api/v1/execs/${ref.slice('exec:'.length)}`);
    expect(status).toBe(200);
    const coverage = await daemon.json<CoverageView>('/api/v1/coverage');
    expect(coverage.mode).toBe('exec-watch');
  });
});
