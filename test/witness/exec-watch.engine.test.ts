import { spawn, type ChildProcess } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExecBegin } from '../../src/domain';
import { createLogger } from '../../src/log';
import { createExecWatch, type ExecWatch, type Told } from '../../src/witness';
import { describeWithEngine, startEngine, type Engine } from '../helpers/engine';

describeWithEngine('the exec watch', () => {
  let engine: Engine;
  let watch: ExecWatch;
  let client: string;
  const told: Told[] = [];
  const problems: Error[] = [];

  beforeAll(async () => {
    engine = await startEngine();
    // An engine in a root of its own does not see this machine's client.
    client = `${engine.directory}/cli/docker`;
    await engine.sh(`mkdir ${engine.directory}/cli && cp "$(command -v docker)" ${client}`);
    // The command line of the test engine may be dynamic: then a container cannot run it.
    expect((await engine.sh(`ldd ${client} 2>&1`)).stdout).toMatch(
      /not a dynamic executable|statically linked/,
    );
    watch = await createExecWatch({
      keptVariables: new Map([
        ['BUILD_TAG', 'value'],
        ['JENKINS_URL', 'presence'],
      ]),
      clients: ['our-docker'],
      engineSockets: [engine.socket],
      bootId: 'boot',
      emit: (it) => told.push(it),
      onEnded: (error) => problems.push(error),
      log: createLogger({ level: 'silent' }),
      threadFile: resolve('dist/witness/thread.js'),
    });
  });
  afterAll(async () => {
    await watch?.stop();
    await engine?.stop();
    expect(problems).toEqual([]);
  });

  const begun = (target: string): ExecBegin[] =>
    told.flatMap((it) => (it.k === 'exec.begin' && it.exec.targets.includes(target) ? [it.exec] : []));
  const endOf = (key: string) =>
    told.flatMap((it) => (it.k === 'exec.end' && it.end.key === key ? [it.end] : []));
  /**
   * The one command that named the target. A command that the watch says it missed is run again: a machine that is busy
   * enough makes it miss some, and what matters here is that nothing is missed without a word.
   */
  const only = async (target: string, run: () => Promise<unknown>): Promise<ExecBegin> => {
    for (;;) {
      const missed = watch.state().vanished;
      await run();
      await watch.drained();
      const found = begun(target);
      if (found.length === 0 && watch.state().vanished > missed) continue;
      expect(found).toHaveLength(1);
      return found[0]!;
    }
  };
  const job = { BUILD_TAG: 'jenkins-shop-7', JENKINS_URL: 'http://ci', OTHER: 'hunter2' };
  const jobTold = { BUILD_TAG: 'jenkins-shop-7', JENKINS_URL: '' };
  const container = async (...args: string[]): Promise<string> => {
    const mounts = ['-v', `${client}:/bin/docker`, '-v', `${engine.socket}:/var/run/docker.sock`];
    const { stdout, stderr } = await engine.docker('run', '-d', ...mounts, ...args);
    expect(stderr).toBe('');
    return stdout.trim();
  };

  test('listens, and says how well', () =>
    expect(watch.state()).toMatchObject({ priority: expect.stringMatching(/realtime|nice/) }));

  describe('a process of the host', () => {
    test('with the variables in its own environment', async () => {
      const before = BigInt(Date.now()) * 1_000_000n;
      const exec = await only('own', () => engine.sh('exec docker rm -f own', job));
      expect(exec).toMatchObject({ verb: 'rm', force: true, engine: 'this', truncated: false });
      expect(exec.caller).toMatchObject({
        containerId: null,
        env: jobTold,
        olderThanJob: false,
        uid: process.getuid!(),
      });
      expect(exec.caller.root).toEqual({ pid: exec.caller.pid, start: exec.caller.start });
      expect(exec.at).toBeGreaterThanOrEqual(before);
      // Docker of old ends with 1 here, newer ones with 0: what matters is that the end was seen.
      const [end, ...more] = endOf(exec.key);
      expect(more).toEqual([]);
      expect(end).toMatchObject({ code: expect.any(Number), signal: null });
      expect(end!.at).toBeGreaterThan(exec.at);
    });

    test("with the variables in its parent's environment only", async () => {
      const socket = `DOCKER_HOST=${engine.host}`;
      const { caller, engine: which } = await only('parents', () =>
        engine.sh(`env -i PATH="$PATH" ${socket} docker kill parents; true`, job),
      );
      expect(which).toBe('this');
      expect(caller).toMatchObject({ env: jobTold, olderThanJob: false });
      expect(caller.root!.pid).not.toBe(caller.pid);
    });

    test('far below the job', async () => {
      const { caller } = await only('grandchild', () =>
        engine.sh(`sh -c 'sh -c "docker kill grandchild; true"; true'; true`, job),
      );
      expect(caller.env).toEqual(jobTold);
      expect(caller.root!.pid).not.toBe(caller.pid);
    });

    test('with variables that its parents contradict', async () => {
      expect(
        (
          await only('contradicted', () =>
            engine.sh('BUILD_TAG=jenkins-forged-1 docker kill contradicted; true', job),
          )
        ).caller,
      ).toMatchObject({
        env: { BUILD_TAG: 'jenkins-forged-1' },
        olderThanJob: true,
      });
    });

    test('without any', async () => {
      expect((await only('nobodys', () => engine.docker('kill', 'nobodys'))).caller).toMatchObject({
        env: {},
        root: null,
      });
    });
  });

  test('a process in a container, and one that docker exec brought there', async () => {
    const script = 'while :; do docker kill from-inside; sleep 0.2; done';
    const id = await container('busybox:local', 'sh', '-c', script);
    const from = { engine: 'this', caller: { containerId: id, env: {}, root: null } };
    const run = () => engine.docker('exec', id, 'docker', 'kill', 'from-exec');
    expect(await only('from-exec', run)).toMatchObject(from);
    // Of docker exec itself the container is kept, and nothing of what is executed in it.
    const execs = begun(id).filter(({ verb }) => verb === 'exec');
    for (const { targets } of execs) expect(targets).toEqual([id]);
    for (const limit = Date.now() + 20_000; begun('from-inside').length === 0 && Date.now() < limit;)
      await new Promise((wait) => setTimeout(wait, 20));
    await engine.docker('kill', id);
    expect(begun('from-inside')[0]).toMatchObject(from);
  });

  test('absolute links are followed inside the container', async () => {
    const id = await container('busybox:local', 'sleep', '1000');
    await engine.docker('exec', id, 'sh', '-c', 'mkdir /elsewhere; ln -s /var/run /elsewhere/run');
    expect(
      await only('by-link', () =>
        engine.docker('exec', id, 'docker', '-H', 'unix:///elsewhere/run/docker.sock', 'kill', 'by-link'),
      ),
    ).toMatchObject({ engine: 'this', caller: { containerId: id } });
  });

  test('kill inside a container is told, for what it may explain', async () => {
    const id = await container('busybox:local', 'sh', '-c', 'trap : URG; while :; do sleep 0.05; done');
    const signals = () =>
      told.flatMap((it) => (it.k === 'exec.begin' && it.exec.caller.containerId === id ? [it.exec] : []));
    // It lives a millisecond, far less than any docker command: not every one is caught.
    for (let tries = 0; tries < 100 && signals().length === 0; tries += 1) {
      await engine.docker('exec', id, 'kill', '-URG', '1');
      await watch.drained();
    }
    expect(signals()).toMatchObject([{ verb: 'signal', targets: [], engine: 'unknown' }]);
  });

  test('another engine', async () => {
    const far = () => engine.docker('-H', 'tcp://127.0.0.1:1', 'kill', 'elsewhere');
    expect(await only('elsewhere', far)).toMatchObject({ engine: 'other' });
    const none = () => engine.docker('-H', 'unix:///tmp/no-such.sock', 'kill', 'nowhere');
    expect(await only('nowhere', none)).toMatchObject({ engine: 'other' });
  });

  test('a program that only calls itself docker is told as what it says', async () => {
    const pretender = join(engine.directory, 'docker');
    writeFileSync(pretender, '#!/bin/sh\nsleep 0.2\n', { mode: 0o755 });
    expect(await only('pretended', () => engine.sh(`${pretender} kill pretended`))).toMatchObject({
      verb: 'kill',
      engine: 'this',
    });
  });

  test('a client of another name, by its file or by configuration', async () => {
    symlinkSync(client, join(engine.directory, 'dk'));
    const wrapper = join(engine.directory, 'our-docker');
    writeFileSync(wrapper, `#!/bin/sh\nexec ${client} "$@"\n`, { mode: 0o755 });
    expect(await only('by-symlink', () => engine.sh(`${engine.directory}/dk kill by-symlink`))).toMatchObject(
      { caller: { exe: client } },
    );
    await engine.sh(`exec ${wrapper} kill by-wrapper`);
    await watch.drained();
    // Where the script was read late it was the real client already, and both are one.
    const [real, script, ...more] = begun('by-wrapper').reverse();
    expect(more).toEqual([]);
    expect(real!.caller.exe).toBe(client);
    expect(endOf(real!.key)).toHaveLength(1);
    if (script) expect(endOf(script.key)).toMatchObject([{ code: null, signal: null, at: real!.at }]);
    if (script) expect(script.caller.pid).toBe(real!.caller.pid);
  });

  test('no secret of a command line or an environment is told', async () => {
    await engine.docker(
      'run',
      '-e',
      'TOKEN=hunter2',
      '--label',
      'a=hunter2',
      '--name',
      'secretive',
      'nosuch:hunter',
      'hunter2',
    );
    await engine.docker(
      'build',
      '--build-arg',
      'T=hunter2',
      '-t',
      'secretive:1',
      'https://me:hunter2@localhost:1/x.git',
    );
    await engine.docker('login', '-u', 'me', '-p', 'hunter2', 'localhost:1');
    await watch.drained();
    const text = JSON.stringify(told, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).toContain('"name":"secretive"');
    expect(text).toContain('"secretive:1"');
    expect(text).not.toContain('hunter2');
  });

  test('reads are not told', async () => {
    const reading = { BUILD_TAG: 'jenkins-reader-1' };
    await only('read-last', () =>
      engine.sh('docker ps -a; docker inspect only-read; docker kill read-last', reading),
    );
    // The machine may be shared: only this test's own commands count.
    const own = told.filter(
      (it) => it.k === 'exec.begin' && it.exec.caller.env['BUILD_TAG'] === 'jenkins-reader-1',
    );
    expect(own).toHaveLength(1);
  });

  test('hundreds of commands that end at once: all are there when the watch has drained', async () => {
    const missed = watch.state().vanished;
    const names = Array.from({ length: 200 }, (_, at) => `many-${at}`);
    await engine.sh(`printf '%s\\n' ${names.join(' ')} | xargs -P4 -n1 docker kill`, job);
    await watch.drained();
    const found = names.map((name) => begun(name));
    expect(found.filter((it) => it.length > 1)).toEqual([]);
    expect(found.flat().filter(({ caller }) => caller.env['BUILD_TAG'] !== job.BUILD_TAG)).toEqual([]);
    const unseen = found.filter((it) => it.length === 0).length;
    expect(unseen).toBeLessThanOrEqual(watch.state().vanished - missed);
    expect(unseen).toBeLessThan(20);
  });

  test('draining takes a moment', async () => {
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const from = process.hrtime.bigint();
      const at = await watch.drained();
      times.push(Number(process.hrtime.bigint() - from) / 1e6);
      expect(Number(BigInt(Date.now()) * 1_000_000n - at) / 1e6).toBeLessThan(10_000);
    }
    // The median, so that a busy machine fails nothing.
    expect(times.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });

  describe('the end of a process that was asked for', () => {
    const running: ChildProcess[] = [];
    const start = (script: string): ChildProcess => {
      const child = spawn('sh', ['-c', script], { stdio: 'ignore' });
      running.push(child);
      return child;
    };
    const ended = (child: ChildProcess) => new Promise((done) => child.once('exit', done));
    const exitOf = (pid: number) =>
      told.flatMap((it) => (it.k === 'exit' && it.exit.pid === pid ? [it.exit] : []));
    afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

    test('its code, its signal', async () => {
      const coded = start('sleep 0.3; exit 3');
      const killed = start('exec sleep 1000');
      for (const { pid } of [coded, killed]) watch.watch({ pid: pid!, start: null });
      await watch.drained();
      killed.kill('SIGKILL');
      await Promise.all([ended(coded), ended(killed)]);
      await watch.drained();
      expect(exitOf(coded.pid!)).toMatchObject([{ code: 3, signal: null }]);
      expect(exitOf(killed.pid!)).toMatchObject([{ code: null, signal: 9 }]);
    });

    test('gone already', async () => {
      const child = start('exit 3');
      await ended(child);
      watch.watch({ pid: child.pid!, start: null });
      await watch.drained();
      expect(exitOf(child.pid!)).toMatchObject([{ code: null, signal: null }]);
    });

    test("a container's main process", async () => {
      const id = await container('busybox:local', 'sleep', '1000');
      const pid = Number((await engine.docker('inspect', '-f', '{{.State.Pid}}', id)).stdout);
      watch.watch({ pid, start: null });
      await engine.docker('kill', id);
      await watch.drained();
      expect(exitOf(pid)).toMatchObject([{ code: null, signal: 9 }]);
    });
  });

  test('an end that nobody asked for is told, a stop is not', async () => {
    const own = await createExecWatch({
      keptVariables: new Map(),
      clients: [],
      engineSockets: [],
      bootId: 'other',
      emit: () => undefined,
      onEnded: (error) => problems.push(error),
      log: createLogger({ level: 'silent' }),
      threadFile: resolve('dist/witness/thread.js'),
      priority: 'normal',
    });
    expect(own.state()).toMatchObject({ priority: 'normal', problem: null });
    await own.stop();
    await own.stop();
    await expect(own.drained()).rejects.toThrow('ended');
    expect(problems).toEqual([]);
  });
});
