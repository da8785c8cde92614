import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createLogger } from '../../../../src/log';
import { createPeers, type Peer, type Peers } from '../../../../src/witness/audit/peer';
import { describeWithEngine, startEngine, type Engine } from '../../../helpers/engine';
import { kept } from './clients';

const answer = 'HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
const fdOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd;

describeWithEngine('who is at the other end of a socket', () => {
  let engine: Engine;
  let peers: Peers;
  let server: Server;
  let client: string;
  let audit: string;
  let seen: Peer[] = [];

  beforeAll(async () => {
    engine = await startEngine();
    client = `${engine.directory}/cli/docker`;
    await engine.sh(`mkdir ${engine.directory}/cli && cp "$(command -v docker)" ${client}`);
    peers = await createPeers({ keptVariables: kept, log: createLogger({ level: 'silent' }) });
    audit = join(engine.directory, 'audit.sock');
    // Answers everything the same: a docker command opens a connection for each call then.
    server = createServer((socket) => {
      seen.push(peers.identify(fdOf(socket)));
      socket
        .on('error', () => undefined)
        .on('data', (head) => {
          if (head.includes('\r\n\r\n')) socket.end(answer);
        });
    }).listen(audit);
    await new Promise((resolve) => server.once('listening', resolve));
    chmodSync(audit, 0o777);
  });
  afterAll(async () => {
    server?.close();
    peers?.close();
    await engine?.stop();
  });

  /** Everybody who connected while something ran: once each, by number. */
  const callers = async (run: () => Promise<{ code: number; stderr: string }>): Promise<Peer[]> => {
    seen = [];
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    expect(seen.length).toBeGreaterThan(0);
    return [...new Map(seen.map((peer) => [peer.pid, peer])).values()];
  };
  const sockets = () => ['-v', `${client}:/bin/docker`, '-v', `${audit}:/var/run/docker.sock`];
  const started = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await engine.docker('run', '-d', ...sockets(), ...args);
    expect(stderr).toBe('');
    return stdout.trim();
  };
  const job = { BUILD_TAG: 'jenkins-a-1', JENKINS_URL: 'http://ci', OTHER: 'hunter2' };
  const jobTold = { BUILD_TAG: 'jenkins-a-1', JENKINS_URL: '' };
  const kill = `docker -H unix://\${AUDIT:-/var/run/docker.sock} kill web`;
  const onHost = (script: string, env: Record<string, string> = {}) =>
    engine.sh(script, { AUDIT: audit, ...env });
  const inside = (containerId: string) => ({ containerId, env: {}, root: null, olderThanJob: false });

  test.each([
    [[]],
    [['--network', 'none']],
    [['--pid', 'host']],
    [['--cgroupns', 'private']],
    [['--cgroup-parent', '/ci/job-7']],
    [['--user', '1234:55']],
  ])('the main process of a container %s', async (options) => {
    const file = join(engine.directory, `id-${options.join('')}`.replaceAll('/', ''));
    const run = () =>
      engine.docker(
        'run',
        ...sockets(),
        '--cidfile',
        file,
        ...options,
        'busybox:local',
        'docker',
        'kill',
        'web',
      );
    const [peer, ...others] = await callers(run);
    const [uid, gid] = options.includes('--user') ? [1234, 55] : [0, 0];
    expect(others).toEqual([]);
    expect(peer).toMatchObject({ uid, gid });
    expect(peer!.caller).toMatchObject({ pid: peer!.pid, uid, exe: '/bin/docker' });
    expect(peer!.caller).toMatchObject(inside(readFileSync(file, 'utf8')));
  });

  test('docker exec, and what it starts there, whatever its variables say', async () => {
    const id = await started('busybox:local', 'sleep', '1000');
    const exec = (...command: string[]) =>
      engine.docker('exec', '-e', 'BUILD_TAG=jenkins-b-2', id, ...command);
    const direct = await callers(() => exec('docker', 'kill', 'web'));
    const below = await callers(() => exec('sh', '-c', 'sh -c "docker kill web; true"; true'));
    for (const { caller } of [...direct, ...below]) expect(caller).toMatchObject(inside(id));
    expect(direct).toHaveLength(1);
    expect(below).toHaveLength(1);
  });

  test('a container that a job started in its container', async () => {
    const id = await started('-v', `${engine.socket}:/engine.sock`, 'busybox:local', 'sleep', '1000');
    const mounts = sockets().join(' ');
    const nested = `docker -H unix:///engine.sock run --cidfile /nested ${mounts} busybox:local docker kill web`;
    const [peer, ...others] = await callers(() => engine.docker('exec', id, 'sh', '-c', nested));
    expect(others).toEqual([]);
    const { stdout } = await engine.docker('exec', id, 'cat', '/nested');
    expect(stdout).toMatch(/^[0-9a-f]{64}$/);
    expect(peer!.caller).toMatchObject(inside(stdout));
  });

  test('a container of an engine in a container is the outer one', async () => {
    const id = await started(
      'busybox:local',
      'sh',
      '-c',
      'until [ -e /go ]; do sleep 0.1; done; docker kill web',
    );
    const pid = (await engine.docker('inspect', '-f', '{{.State.Pid}}', id)).stdout.trim();
    const own = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    const [, mount, path] = /^\d+:(memory):(.*)$/m.exec(own) ?? /^0:(:)(.*)$/m.exec(own)!;
    const outer = join('/sys/fs/cgroup', mount === 'memory' ? 'memory' : '', path!);
    const cgroups = [join(outer, 'docker'), join(outer, 'docker', 'd'.repeat(64))];
    for (const cgroup of cgroups) mkdirSync(cgroup);
    writeFileSync(join(cgroups[1]!, 'cgroup.procs'), pid);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(`${id}/docker/${'d'.repeat(64)}`);
    const [peer, ...others] = await callers(async () => {
      await engine.docker('exec', id, 'touch', '/go');
      return engine.docker('wait', id);
    });
    // The engine has removed them with its own, or would fail to.
    for (const cgroup of cgroups.reverse().filter((it) => existsSync(it))) rmdirSync(cgroup);
    expect(others).toEqual([]);
    expect(peer!.caller).toMatchObject(inside(id));
  });

  describe('a process of the host', () => {
    test('of no job', async () => {
      const [peer, ...others] = await callers(() => onHost(`exec ${kill}`));
      expect(others).toEqual([]);
      expect(peer!.caller).toMatchObject({ containerId: null, env: {}, root: null, uid: process.getuid!() });
    });

    test('of a job', async () => {
      const [peer, ...others] = await callers(() => onHost(`exec ${kill}`, job));
      expect(others).toEqual([]);
      const { pid, start } = peer!.caller!;
      expect(pid).toBe(peer!.pid);
      expect(peer!.caller).toMatchObject({ containerId: null, env: jobTold, root: { pid, start } });
    });

    test('below a job, without variables of its own', async () => {
      const scrubbed = `env -i PATH="$PATH" AUDIT=$AUDIT sh -c '${kill}; true'; true`;
      const [peer, ...others] = await callers(() => onHost(scrubbed, job));
      expect(others).toEqual([]);
      expect(peer!.caller).toMatchObject({ containerId: null, env: jobTold, olderThanJob: false });
      expect(peer!.caller!.root!.pid).not.toBe(peer!.pid);
    });

    test('that says to be of another job than its parents', async () => {
      const forged = `BUILD_TAG=jenkins-b-2 ${kill}; true`;
      const [peer] = await callers(() => onHost(forged, job));
      expect(peer!.caller).toMatchObject({ env: { BUILD_TAG: 'jenkins-b-2' }, olderThanJob: true });
    });
  });

  test('thousands of connections of a container and of two jobs at a time: each is the right one', async () => {
    const before = peers.state();
    const many = (rounds: number) =>
      `for i in $(seq ${rounds}); do ${kill} $(seq 50) >/dev/null || exit 1; done`;
    const id = await started('busybox:local', 'sleep', '1000');
    const byTag = (tag: string) => ({ ...job, BUILD_TAG: tag });
    const results = async () => {
      seen = [];
      return Promise.all([
        engine.docker('exec', id, 'sh', '-c', many(24)),
        onHost(many(20), byTag('jenkins-a-1')),
        onHost(many(20), byTag('jenkins-b-2')),
      ]);
    };
    for (const result of await results()) expect(result).toMatchObject({ code: 0, stderr: '' });
    const as = (peer: Peer) =>
      peer.caller === null ? 'unknown' : (peer.caller.containerId ?? peer.caller.env['BUILD_TAG']);
    const counts = new Map<string | undefined, number>();
    for (const peer of seen) counts.set(as(peer), (counts.get(as(peer)) ?? 0) + 1);
    // 51 names and a ping each; a client may open one more that it does not use.
    expect([...counts.keys()].sort()).toEqual([id, 'jenkins-a-1', 'jenkins-b-2'].sort());
    expect(counts.get(id)).toBeGreaterThanOrEqual(24 * 51);
    expect(counts.get('jenkins-a-1')).toBeGreaterThanOrEqual(20 * 51);
    expect(counts.get('jenkins-b-2')).toBeGreaterThanOrEqual(20 * 51);
    // Nobody is two.
    const jobs = new Map<number, Set<string | undefined>>();
    for (const peer of seen) jobs.set(peer.pid, (jobs.get(peer.pid) ?? new Set()).add(as(peer)));
    expect([...jobs.values()].filter((it) => it.size > 1)).toEqual([]);
    expect(peers.state().unknown).toBe(before.unknown);
    expect(peers.state().problem).toBeNull();
  });

  test('a client that does not wait for its answer is the right one, or nobody', async () => {
    const id = await started('busybox:local', 'sleep', '1000');
    seen = [];
    const ended: Promise<unknown>[] = [];
    for (let round = 0; round < 40; round += 1) {
      const child = spawn(
        'docker',
        ['exec', id, 'sh', '-c', 'docker kill web & sleep 0.0$((RANDOM % 9)); kill -9 $!'],
        {
          env: { ...process.env, DOCKER_HOST: engine.host },
          stdio: 'ignore',
        },
      );
      ended.push(new Promise((resolve) => child.once('exit', resolve)));
      if (ended.length % 4 === 0) await Promise.all(ended);
    }
    await Promise.all(ended);
    expect(seen.length).toBeGreaterThan(0);
    for (const { caller } of seen) if (caller) expect(caller).toMatchObject(inside(id));
  });
});
