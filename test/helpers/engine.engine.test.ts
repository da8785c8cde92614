import { existsSync } from 'node:fs';
import { describeWithEngine, startEngine, type Engine } from './engine';

describeWithEngine('a private engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine?.stop());

  test('runs containers on a network of its own', async () => {
    const { stdout } = await engine.docker('run', '--rm', 'busybox:local', 'hostname', '-i');
    expect(stdout).toMatch(/^172\.17\.0\./);
    const outside = await engine.sh('ls /sys/class/net');
    expect(outside.stdout).not.toContain('veth');
  });

  test('passes on codes and the environment', async () => {
    expect(await engine.sh('echo $CI_JOB_ID; exit 3', { CI_JOB_ID: '7' })).toMatchObject({
      code: 3,
      stdout: '7\n',
    });
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('keeps its data over %s', async (signal) => {
    await engine.docker(
      'run',
      '-d',
      '--stop-signal',
      'KILL',
      '--name',
      `kept-${signal}`,
      'busybox:local',
      'sleep',
      '1000',
    );
    await engine.kill(signal);
    expect((await engine.docker('version')).code).not.toBe(0);
    await engine.restart();
    const { stdout } = await engine.docker('ps', '-a', '--format', '{{.Names}}');
    expect(stdout).toContain(`kept-${signal}`);
  });

  test('leaves nothing behind', async () => {
    const other = await startEngine('--live-restore');
    await other.docker('run', '-d', 'busybox:local', 'sleep', '987654');
    await other.kill('SIGKILL');
    await other.stop();
    expect(existsSync(other.directory)).toBe(false);
    expect((await engine.sh("ps -eo stat,args | grep '[9]87654' | grep -v ^Z")).stdout).toBe('');
    expect((await engine.sh(`grep ${other.directory} /proc/mounts`)).stdout).toBe('');
  });
});
