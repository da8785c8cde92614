import { examinableEngine } from '../../src/app/engine-tools';
import { identifierOf, runnerOf } from '../../src/app/presets-in-use';
import { type EngineExamination, examineEngine } from '../../src/cli/doctor/examine';
import { loadConfig } from '../../src/config';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';

describeWithEngine('what the doctor sees of a real engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine?.stop());

  const examine = (): Promise<EngineExamination> => {
    const { config } = loadConfig({ env: {}, flags: { dockerHost: engine.host } });
    const identifier = identifierOf(config);
    const runner = (container: Parameters<typeof runnerOf>[1]) => runnerOf(identifier, container);
    return examineEngine(examinableEngine(config), runner, BigInt(Date.now()) * 1_000_000n);
  };

  test('version, cgroups, ring and CI systems', async () => {
    const young = await examine();
    expect(young).toMatchObject({
      version: engine.version,
      cgroupVersion: expect.any(Number),
      cgroupDriver: expect.stringMatching(/^(cgroupfs|systemd|none)$/),
      runners: {},
    });
    const label = '--label com.gitlab.gitlab-runner.managed=true --label com.gitlab.gitlab-runner.job.id=101';
    const script = `
      docker run -d ${label} --name runner-x-project-1-concurrent-0-build busybox:local sleep 300
      docker run -d --name other busybox:local sleep 300
      for i in $(seq 1 140); do docker rename other other2; docker rename other2 other; done`;
    expect(await engine.sh(script)).toMatchObject({ code: 0 });
    const busy = await examine();
    expect(busy.runners).toEqual({ 'gitlab-runner': 1, '': 1 });
    expect(busy.ring.events).toBe(256);
    expect(busy.ring.oldestAt).toBeGreaterThan(1_700_000_000_000_000_000n);
    expect(young.ring.events).toBeLessThan(256);
  });
});
