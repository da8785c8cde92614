import { spawn } from 'node:child_process';
import http from 'node:http';
import { join } from 'node:path';
import type { CallView, CoverageView, FindingDetail, FindingView, Page, ReportView } from '../../src/domain';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { hostJob } from '../helpers/host-job';

const label = 'com.gitlab.gitlab-runner';
const gitlab = (job: number): string =>
  [`job.id=${job}`, 'managed=true', 'type=build'].map((each) => `--label ${label}.${each}`).join(' ');

const told = ({ kind, variant, confidence, victims, actors }: FindingView): string =>
  `${kind}/${variant} ${confidence}: ${victims.map(({ job }) => job).join('+')} <- ${actors.map(({ job, system }) => job ?? system).join() || 'nobody'}`;

describeWithEngine('with the audit socket alone', () => {
  let engine: Engine;
  let daemon: Daemon;
  let dataDir: string;
  let audit: string;
  const secret = 'hunter2-planted';

  const start = (): Promise<Daemon> =>
    startDaemon({ dockerHost: engine.host, dataDir, env: { CROSSTALK_AUDIT_SOCKET: audit } });
  const calling = async (): Promise<void> =>
    void (await eventually(
      () => daemon.json<CoverageView>('/api/v1/coverage'),
      ({ sources }) => sources.calls.state === 'on',
    ));
  const findings = async (): Promise<readonly FindingView[]> =>
    (await daemon.json<Page<FindingView>>('/api/v1/findings?limit=200')).items;
  const toldOf = async (victim: string): Promise<string[]> =>
    (await findings())
      .filter(({ victims }) => victims.some(({ job }) => job === victim))
      .map(told)
      .sort();
  const calls = async (query: string): Promise<readonly CallView[]> =>
    (await daemon.json<Page<CallView>>(`/api/v1/calls?${query}`)).items;
  /** A build container of a job, as a runner makes it: with the audit socket where the engine's own would be. */
  const build = async (job: number): Promise<void> => {
    const { code, stderr } = await engine.sh(
      `docker run -d ${gitlab(job)} --name build-${job} -v ${audit}:/var/run/docker.sock -v ${engine.directory}/docker-cli:/bin/docker:ro busybox:local sleep 900`,
    );
    if (code !== 0) throw new Error(stderr);
  };
  const inside = (job: number, script: string) => engine.docker('exec', `build-${job}`, 'sh', '-c', script);
  const ask = (path: string): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      http
        .get({ socketPath: audit, path, agent: false }, (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
          answer.on('end', () => resolve({ status: answer.statusCode!, body }));
        })
        .on('error', reject);
    });

  beforeAll(async () => {
    engine = await startEngine();
    // An engine in a root of its own does not see this machine's client.
    await engine.sh(`cp "$(command -v docker)" ${engine.directory}/docker-cli`);
    dataDir = join(engine.directory, 'crosstalk');
    audit = join(engine.directory, 'audit.sock');
    daemon = await start();
    await calling();
  });
  afterAll(async () => {
    await daemon?.end();
    await engine?.sh(`pkill -f "witness.*${dataDir}"`);
    await engine?.stop();
  });

  test('a job that sweeps the host is named for certain, with its container, its process and its calls', async () => {
    for (const job of [101, 102]) await build(job);
    expect(await inside(101, 'docker run -d --name db busybox:local sleep 900')).toMatchObject({ code: 0 });
    await inside(102, 'docker rm -f $(docker ps -aq)');
    const killsOf101 = async () =>
      (await findings()).filter(
        ({ kind, victims }) => kind === 'foreign-kill' && victims[0]?.job === 'gitlab:101',
      );
    const [found] = await eventually(killsOf101, (list) => list.length > 0);
    const detail = await eventually(
      () => daemon.json<FindingDetail>(`/api/v1/findings/${found!.id}`),
      ({ affected }) => affected.length === 2,
    );
    expect(detail.affected.map(({ name }) => name).sort()).toEqual(['build-101', 'db']);
    expect(await toldOf('gitlab:101')).toEqual(['foreign-kill/remove certain: gitlab:101 <- gitlab:102']);
    expect(await toldOf('gitlab:102')).toEqual([]);
    expect(detail.actors[0]).toMatchObject({ job: 'gitlab:102', container: 'build-102' });
    const refs = detail.evidence.filter(({ source }) => source === 'call').map(({ ref }) => ref!);
    expect(refs.length).toBeGreaterThan(0);
    const call = await eventually(
      () => daemon.json<CallView>(`/api/v1/calls/${refs[0]!.slice('call:'.length)}`),
      ({ endedAt }) => endedAt !== null,
    );
    expect(call).toMatchObject({ method: 'DELETE', verb: 'rm', job: 'gitlab:102' });
    // The sweep takes the sweeper's own container too, and its client with it, often before the answer.
    expect([
      [204, null],
      [null, 'client'],
    ]).toContainEqual([call.status, call.aborted]);
    expect(call.process).toMatchObject({ pid: expect.any(Number), exe: '/bin/docker' });
  });

  test('two jobs of the host: owners, a refused name and a kill, all certain', async () => {
    const env = { DOCKER_HOST: `unix://${audit}`, JENKINS_URL: 'https://ci.example' };
    const one = hostJob(engine, { ...env, BUILD_TAG: 'jenkins-a-1' });
    const other = hostJob(engine, { ...env, BUILD_TAG: 'jenkins-b-2' });
    await one.does('docker run -d --name web busybox:local sleep 900');
    await other.does('docker run -d --name web busybox:local sleep 900 2>/dev/null');
    await other.does('docker kill web');
    await eventually(
      () => toldOf('jenkins:a-1'),
      (list) => list.length > 0,
    );
    expect(await toldOf('jenkins:a-1')).toEqual(['foreign-kill/kill certain: jenkins:a-1 <- jenkins:b-2']);
    expect(await toldOf('jenkins:b-2')).toEqual([
      'name-conflict/refused certain: jenkins:b-2 <- jenkins:a-1',
    ]);
    const { owner } = await daemon.json<{ owner: object }>('/api/v1/containers/web');
    expect(owner).toMatchObject({ job: 'jenkins:a-1', confidence: 'certain' });
    await one.does('docker rm -f web');
    await one.ends();
    await other.ends();
  });

  test('a container that mounts the engine’s socket is given the audit socket, so nesting is no way round', async () => {
    await build(201);
    await inside(
      201,
      `docker run -d --name nested -v ${engine.socket}:/var/run/docker.sock -v ${engine.directory}/docker-cli:/bin/docker:ro busybox:local sleep 900`,
    );
    await engine.docker(
      'exec',
      'nested',
      'docker',
      'run',
      '-d',
      '--name',
      'grandchild',
      'busybox:local',
      'sleep',
      '900',
    );
    const { owner } = await eventually(
      () => daemon.json<{ owner: { job: string | null } }>('/api/v1/containers/grandchild'),
      ({ owner: { job } }) => job !== null,
    );
    expect(owner).toMatchObject({ job: 'gitlab:201', confidence: 'certain' });
    const [made] = await calls('job=gitlab:201&verb=create&limit=5');
    expect(made).toMatchObject({ path: '/containers/create', status: 201 });
    expect((await calls('path=/containers/create&limit=20')).flatMap(({ changed }) => changed)).toContain(
      'rewriteSocketMounts',
    );
    await engine.sh('docker rm -f $(docker ps -aq)');
  });

  test('a job asks for its own report, and nobody else’s', async () => {
    const job = hostJob(engine, { DOCKER_HOST: `unix://${audit}`, BUILD_TAG: 'jenkins-c-3' });
    await job.does('docker run -d --name mine busybox:local sleep 900');
    const bin = join(__dirname, '../../bin/crosstalk');
    const report = await job.does(`${process.execPath} ${bin} report --format json`);
    expect((JSON.parse(report) as ReportView).job.key).toBe('jenkins:c-3');
    await job.does('docker rm -f mine');
    await job.ends();
    // This test is a process of no job.
    expect(await ask('/_crosstalk/report')).toMatchObject({ status: 404 });
    expect(JSON.parse((await ask('/_crosstalk/whoami')).body)).toMatchObject({
      job: null,
      process: { pid: process.pid },
    });
  });

  test('a daemon that is killed, and started again, is not noticed; its calls are there afterwards', async () => {
    const job = hostJob(engine, { DOCKER_HOST: `unix://${audit}`, BUILD_TAG: 'jenkins-d-4' });
    const session = spawn('docker', ['run', '--rm', '-i', '--name', 'session', 'busybox:local', 'cat'], {
      env: { ...process.env, DOCKER_HOST: `unix://${audit}` },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    session.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const says = async (word: string): Promise<void> => {
      session.stdin.write(`${word}\n`);
      await eventually(
        () => Promise.resolve(output),
        (text) => text.includes(word),
      );
    };
    await says('before');
    await daemon.end('SIGKILL');
    await says('while');
    await job.does('docker run -d --name made-meanwhile busybox:local sleep 900');
    await says('still');
    daemon = await start();
    await calling();
    await says('after');
    const over = new Promise((done) => session.once('exit', done));
    session.stdin.end();
    expect(await over).toBe(0);
    expect(output).toBe('before\nwhile\nstill\nafter\n');
    const { owner } = await eventually(
      () => daemon.json<{ owner: { job: string | null } }>('/api/v1/containers/made-meanwhile'),
      ({ owner: { job: key } }) => key !== null,
    );
    expect(owner).toMatchObject({ job: 'jenkins:d-4', confidence: 'certain' });
    await job.does('docker rm -f made-meanwhile');
    await job.ends();
  });

  test('no secret of a call is kept', async () => {
    await engine.sh(
      `docker -H unix://${audit} run --rm -e PASSWORD=${secret} --name told busybox:local sh -c "echo ${secret}" >/dev/null`,
    );
    await eventually(
      () => calls('path=/containers/create&limit=1'),
      ([newest]) => newest?.query === 'name=told',
    );
    const { code } = await engine.sh(`grep -rl ${secret} ${dataDir}`);
    expect(code).toBe(1);
  });
});
