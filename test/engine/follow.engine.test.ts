import http from 'node:http';
import type { EngineEvent } from '../../src/domain';
import { normaliseEvent } from '../../src/engine';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { type Following, following, keep, shortTiming, until } from './following';

/** The engine's stream as a second, independent reader gets it. */
const recordRaw = async (socketPath: string) => {
  let text = '';
  const response = await new Promise<http.IncomingMessage>((resolve) => {
    http.get({ socketPath, path: '/events', headers: { host: 'docker' } }, resolve);
  });
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  return {
    events: () =>
      text.split('\n').flatMap((line) => (line === '' ? [] : [normaliseEvent(line, keep.keepLabel)!])),
    close: () => response.destroy(),
  };
};

/** An engine takes its time to list, so a scan settles as slowly as it really does. */
const timing = { ...shortTiming, scanSettle: 300, ping: 1000, pingAnswer: 5000 };

describeWithEngine('following a real engine', () => {
  let engine: Engine;
  let started: Following[];

  beforeAll(async () => {
    engine = await startEngine();
  }, 120_000);
  afterAll(() => engine?.stop(), 120_000);
  beforeEach(() => {
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((follower) => follower.stop()));
    await engine.sh('docker rm -fv $(docker ps -aq); docker volume rm $(docker volume ls -q)');
  });

  const settled = async (...options: Tail<Parameters<typeof following>>): Promise<Following> => {
    const [parts, consume] = options;
    const follower = following(engine.host, { timing, ...parts }, consume);
    started.push(follower);
    await follower.start();
    await until(() => follower.of('scan').length === 1);
    return follower;
  };
  const docker = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await engine.docker(...args);
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  /** `r1`, `r2` … as fast as the engine can. */
  const rename = async (id: string, count: number): Promise<void> => {
    for (let n = 1; n <= count; n += 1)
      await new Promise<void>((resolve, reject) => {
        const path = `/containers/${id}/rename?name=r${n}`;
        const options = { socketPath: engine.socket, method: 'POST', path, headers: { host: 'docker' } };
        const request = http.request(options, (response) => response.resume().on('close', resolve));
        request.on('error', reject).end();
      });
  };
  const identities = (events: readonly EngineEvent[]): string[] =>
    events.map(({ time, type, action, id }) => `${time} ${type} ${action} ${id}`);
  const actsOn = (follower: Following, id: string): string[] =>
    follower.events().flatMap((event) => (event.id === id ? [event.action] : []));
  const details = (follower: Following, id: string) =>
    follower
      .of('inspect')
      .flatMap(({ inspection }) =>
        inspection.type === 'container' && inspection.found.id === id ? [inspection.found] : [],
      );

  test('a container is made, runs, is looked at, and goes', async () => {
    const old = await docker(
      'run',
      '-d',
      '--name',
      'old',
      '-v',
      'cache:/cache',
      'busybox:local',
      'sleep',
      '300',
    );
    const follower = await settled();
    await until(() => details(follower, old).length === 1);
    expect(details(follower, old)[0]!.mounts).toMatchObject([
      { type: 'volume', name: 'cache', destination: '/cache' },
    ]);

    const env = ['-e', 'CI_JOB_ID=101', '-e', 'SECRET=hunter2'];
    const label = ['--label', 'com.gitlab.gitlab-runner.job.id=101'];
    const web = await docker(
      'run',
      '-d',
      '--name',
      'web',
      ...env,
      ...label,
      'busybox:local',
      'sh',
      '-c',
      'sleep 2; exit 7',
    );
    await until(() => details(follower, web).some(({ status }) => status === 'exited'));
    await docker('rm', 'web');
    await until(() => actsOn(follower, web).includes('destroy'));

    expect(actsOn(follower, web)).toEqual(['create', 'start', 'die', 'destroy']);
    expect(details(follower, web).at(-1)).toMatchObject({
      name: 'web',
      image: 'busybox:local',
      labels: { 'com.gitlab.gitlab-runner.job.id': '101' },
      networks: ['bridge'],
      details: { env: { CI_JOB_ID: '101' }, exitCode: 7, oomKilled: false },
    });
    const written = JSON.stringify(follower.told, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(written).not.toContain('hunter2');
  });

  test('a start that fails is told with the words of the engine', async () => {
    await docker('run', '-d', '-p', '18080:80', 'busybox:local', 'sleep', '300');
    const follower = await settled();
    const { code } = await engine.docker(
      'run',
      '-d',
      '--name',
      'clash',
      '-p',
      '18080:80',
      'busybox:local',
      'sleep',
      '300',
    );
    expect(code).not.toBe(0);
    const errors = (): string[] =>
      follower
        .of('inspect')
        .flatMap(({ inspection }) =>
          inspection.type === 'container' && inspection.found.name === 'clash'
            ? [inspection.found.details!.error]
            : [],
        );
    await until(() => errors().some((error) => error.includes('port is already allocated')));
  });

  test('what two readers of the stream get is the same, breaks or not', async () => {
    const raw = await recordRaw(engine.socket);
    let follower = await settled();
    for (let round = 0; round < 3; round += 1) {
      const resume = follower.events().length > 0 ? follower.resume() : undefined;
      if (resume) {
        await follower.stop();
        await docker('run', '--rm', 'busybox:local', 'true');
        const before = follower.of('event');
        follower = await settled({ resume });
        follower.told.unshift(...before);
      }
      await engine.sh('for n in 1 2 3; do docker run --rm -v cache:/cache busybox:local true & done; wait');
      await until(() => follower.acts().length === raw.events().length);
    }
    raw.close();
    // 28 sends parallel events to each reader in an order of its own.
    expect(identities(follower.events()).sort()).toEqual(identities(raw.events()).sort());
    expect(follower.gaps()).toEqual([]);
  });

  test('an engine that restarts', async () => {
    const id = await docker(
      'run',
      '-d',
      'busybox:local',
      'sh',
      '-c',
      'trap "exit 4" TERM; while :; do sleep .1; done',
    );
    const follower = await settled();
    await docker('exec', id, 'true');
    await engine.restart();
    await until(() => follower.state().connected && follower.gaps().includes('engine-restart'));
    const after = await docker('run', '-d', 'busybox:local', 'sleep', '300');
    await until(() => actsOn(follower, after).includes('start'));
    expect(actsOn(follower, id)).toEqual(expect.arrayContaining(['kill', 'die']));
    expect(new Set(identities(follower.events())).size).toBe(follower.events().length);
    await until(() => follower.of('scan').length >= 2);
    expect(
      follower
        .of('scan')
        .at(-1)!
        .scan.containers.find((each) => each.id === id)!.status,
    ).toBe('exited');
  });

  test('an engine that was killed kills what it finds when it comes back, and that is told', async () => {
    const id = await docker('run', '-d', '--name', 'orphan', 'busybox:local', 'sleep', '300');
    const follower = await settled();
    await docker('exec', id, 'true');
    await until(() => actsOn(follower, id).includes('exec_die'));
    await engine.kill('SIGKILL');
    await engine.restart();
    await until(() => follower.gaps().includes('engine-restart'));
    await until(() => actsOn(follower, id).includes('die'));
    expect(actsOn(follower, id)).toEqual(expect.arrayContaining(['exec_die', 'kill', 'die']));
  });

  test('more than the engine remembers', async () => {
    const id = await docker('create', '--name', 'renamed', 'busybox:local', 'true');
    const first = await settled();
    await docker('rename', id, 'first');
    await until(() => actsOn(first, id).length === 1);
    await first.stop();
    await rename(id, 400);
    const follower = await settled({ resume: first.resume() });
    await until(() => follower.events().at(-1)?.name === 'r400');
    expect(follower.events().map(({ name }) => name)).toEqual(
      Array.from({ length: 256 }, (_, n) => `r${n + 145}`),
    );
    const [gap] = follower.of('gap');
    expect(gap!.gap).toMatchObject({
      reason: 'ring-overflow',
      from: first.events()[0]!.time,
      to: follower.events()[0]!.time,
    });
    expect(follower.of('scan')[0]!.scan.containers.map(({ name }) => name)).toEqual(['r400']);
  });

  test('a consumer that stalls holds up nobody, and loses nothing that no gap tells of', async () => {
    const id = await docker('create', '--name', 'renamed', 'busybox:local', 'true');
    const raw = await recordRaw(engine.socket);
    let release: () => void = () => undefined;
    let stalled = false;
    const follower = await settled({ limits: { observations: 50, bytes: 1 << 20 } }, () =>
      stalled ? new Promise((resolve) => (release = resolve)) : undefined,
    );
    stalled = true;
    await rename(id, 500);
    await until(() => raw.events().length === 500);
    await until(() => follower.state().dropped + follower.state().queued >= 500);
    stalled = false;
    release();
    await until(() => follower.gaps().includes('queue-overflow') && follower.of('scan').length >= 2);
    await docker('rename', id, 'last');
    await until(() => follower.events().at(-1)?.name === 'last');
    const { from } = follower.gap('queue-overflow')!;
    const told = new Set(identities(follower.events()));
    const missing = raw.events().filter((event) => !told.has(identities([event])[0]!));
    expect(missing.length).toBeGreaterThan(400);
    expect(missing[0]!.time >= from!).toBe(true);
    raw.close();
  });
});

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;
