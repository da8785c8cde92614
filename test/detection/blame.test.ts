import { SECOND } from '../../src/domain';
import { createCore, gitlab } from '../helpers/core';

type Core = ReturnType<typeof createCore>;

/** Runs a container with the labels of its job, at `ms`. */
const run = (core: Core, ms: number, id: string, labels = gitlab('101'), name = id): void => {
  core.event(ms, 'container', 'create', id, { name, image: 'busybox', labels });
  core.event(ms + 1, 'network', 'connect', 'bridge', { name: 'bridge', container: id });
  core.event(ms + 2, 'container', 'start', id, { name, image: 'busybox', labels });
};

/** `docker rm -f`, in the order of engine 28 or 20.10. */
const remove = (core: Core, ms: number, id: string, engine: '28' | '20' = '28'): void => {
  core.container(ms, 'kill', id, {}, { signal: 9 });
  if (engine === '28')
    core.event(ms + 90, 'network', 'disconnect', 'bridge', { name: 'bridge', container: id });
  core.container(ms + 100, 'die', id, {}, { exitCode: 137 });
  if (engine === '20')
    core.event(ms + 105, 'network', 'disconnect', 'bridge', { name: 'bridge', container: id });
  core.container(ms + 110, 'destroy', id);
};

const kinds = (core: Core) =>
  core
    .findings()
    .map(({ kind, variant, victims, actors, status }) => {
      const key = (job: number | null) => core.jobs().find((each) => each.id === job)?.key ?? 'nobody';
      return `${kind}/${variant} ${victims.map((each) => key(each.job)).join('+')} <- ${actors.map((each) => key(each.job)).join('+') || '?'}${status === 'open' ? '' : ` ${status}`}`;
    })
    .sort();

const twoJobs = (): Core => {
  const core = createCore();
  run(core, 0, 'build-101', gitlab('101'));
  run(core, 10, 'build-102', gitlab('102'));
  return core;
};

describe('what events alone call foreign', () => {
  test('another job takes the name within two seconds', () => {
    const core = twoJobs();
    run(core, 100, 'db-a', gitlab('101', 'x'), 'db');
    remove(core, 5000, 'db-a');
    run(core, 5600, 'db-b', gitlab('102', 'x'), 'db');
    core.tick(20_000);
    expect(kinds(core)).toEqual([
      'foreign-kill/remove gitlab:101 <- gitlab:102',
      'name-conflict/takeover gitlab:101 <- gitlab:102',
    ]);
    expect(core.death('db-a')).toMatchObject({ cause: 'foreign-kill', confidence: 'likely', finding: 1 });
  });

  test('the same on an engine that disconnects after the death', () => {
    const core = twoJobs();
    run(core, 100, 'db-a', gitlab('101', 'x'), 'db');
    remove(core, 5000, 'db-a', '20');
    run(core, 5600, 'db-b', gitlab('102', 'x'), 'db');
    core.tick(20_000);
    expect(kinds(core)).toHaveLength(2);
  });

  test('a sweep whose freed name a job then takes: that job ran it, and its own containers are its own doing', () => {
    const core = twoJobs();
    run(core, 100, 'db-a', gitlab('101', 'x'), 'db');
    for (const id of ['db-a', 'build-101', 'build-102']) core.container(5000, 'kill', id, {}, { signal: 9 });
    for (const id of ['db-a', 'build-101', 'build-102']) {
      core.container(5100, 'die', id, {}, { exitCode: 137 });
      core.container(5110, 'destroy', id);
    }
    run(core, 5600, 'db-b', gitlab('102', 'x'), 'db');
    core.tick(20_000);
    expect(kinds(core)).toEqual([
      'foreign-kill/remove gitlab:101 <- gitlab:102',
      'name-conflict/takeover gitlab:101 <- gitlab:102',
    ]);
    expect(core.findings().find(({ kind }) => kind === 'foreign-kill')).toMatchObject({
      severity: 'critical',
      count: 1,
    });
    expect(core.death('build-102')).toMatchObject({ cause: 'own-kill' });
  });

  test('a container that its GitLab runner made, killed while still on its networks', () => {
    const core = createCore();
    const name = 'runner-xy7kq2ab-project-42-concurrent-0-0a1b2c3d4e5f6071-build';
    run(core, 0, 'build-101', gitlab('101'), name);
    run(core, 10, 'build-102', gitlab('102'));
    remove(core, 5000, 'build-101');
    core.tick(20_000);
    expect(kinds(core)).toEqual(['foreign-kill/remove gitlab:101 <- ?']);
  });

  test('one sweep is one finding per victim job', () => {
    const core = twoJobs();
    run(core, 100, 'svc-101', gitlab('101', 'service'));
    for (const id of ['svc-101', 'build-101', 'build-102'])
      core.container(5000, 'kill', id, {}, { signal: 9 });
    for (const id of ['svc-101', 'build-101', 'build-102'])
      core.container(5100, 'die', id, {}, { exitCode: 137 });
    core.tick(20_000);
    expect(kinds(core)).toEqual(['foreign-kill/kill gitlab:101 <- ?', 'foreign-kill/kill gitlab:102 <- ?']);
    const [first, second] = core.findings();
    expect(first!.act).toBe(second!.act);
    expect(first!.affected).toHaveLength(2);
  });
});

describe('what is not foreign', () => {
  const quiet: Record<string, (core: Core) => void> = {
    'a lone docker rm -f: the job itself can have done it': (core) => remove(core, 5000, 'build-101'),
    'a GitLab teardown: disconnect, then kill': (core) => {
      for (const id of ['build-101', 'build-102']) {
        core.event(5000, 'network', 'disconnect', 'bridge', { name: 'bridge', container: id });
        core.container(5010, 'kill', id, {}, { signal: 9 });
        core.container(5100, 'die', id, {}, { exitCode: 137 });
        core.container(5110, 'destroy', id);
      }
    },
    'two jobs that clean up one after the other': (core) => {
      remove(core, 5000, 'build-101');
      remove(core, 5150, 'build-102');
    },
    'the engine stops everything, and its stream breaks': (core) => {
      for (const id of ['build-101', 'build-102']) core.container(5000, 'kill', id, {}, { signal: 15 });
      for (const id of ['build-101', 'build-102']) core.container(5100, 'die', id, {}, { exitCode: 0 });
      core.tick(8000);
      core.feed({
        k: 'gap',
        at: core.at(12_000),
        gap: {
          source: 'events',
          from: core.at(5100),
          to: core.at(12_000),
          reason: 'engine-restart',
          missing: '',
        },
      });
    },
    'memory ran out': (core) => {
      core.container(5000, 'oom', 'build-101');
      core.container(5010, 'die', 'build-101', {}, { exitCode: 137 });
    },
    'exit 137 without a kill': (core) => core.container(5000, 'die', 'build-101', {}, { exitCode: 137 }),
    'a job takes its own name again': (core) => {
      remove(core, 5000, 'build-101');
      run(core, 5600, 'again', gitlab('101'), 'build-101');
    },
    'a name taken after its owner let it go long before': (core) => {
      remove(core, 5000, 'build-101');
      run(core, 9000, 'later', gitlab('102', 'x'), 'build-101');
    },
    'a signal that it survives': (core) => core.container(5000, 'kill', 'build-101', {}, { signal: 1 }),
    'the pause inside a commit': (core) => {
      core.container(5000, 'pause', 'build-101');
      core.container(5010, 'commit', 'build-101');
      core.container(5020, 'unpause', 'build-101');
    },
    'a removal after the job had ended': (core) => {
      core.container(5000, 'die', 'build-101', {}, { exitCode: 0 });
      core.container(5001, 'destroy', 'build-101');
      core.tick(5000 + 61_000);
    },
  };
  test.each(Object.entries(quiet))('%s', (_name, play) => {
    const core = twoJobs();
    play(core);
    core.tick(100_000);
    expect(kinds(core).filter((text) => !text.includes('collision-course'))).toEqual([]);
    expect(core.failures).toEqual([]);
  });
});

describe('every death has an answer', () => {
  const causes: [string, (core: Core) => void, string, RegExp][] = [
    [
      'oom',
      (core) => (
        core.container(5000, 'oom', 'build-101'),
        core.container(5010, 'die', 'build-101', {}, { exitCode: 137 })
      ),
      'oom',
      /out of memory/,
    ],
    [
      'own exit',
      (core) => core.container(5000, 'die', 'build-101', {}, { exitCode: 3 }),
      'exited',
      /exit code 3/,
    ],
    [
      '137 alone',
      (core) => core.container(5000, 'die', 'build-101', {}, { exitCode: 137 }),
      'unexplained',
      /without a kill/,
    ],
    ['rm -f by somebody', (core) => remove(core, 5000, 'build-101'), 'unexplained', /do not tell by whom/],
    [
      'runner teardown',
      (core) => {
        core.event(4990, 'network', 'disconnect', 'bridge', { name: 'bridge', container: 'build-101' });
        core.container(5000, 'kill', 'build-101', {}, { signal: 9 });
        core.container(5100, 'die', 'build-101', {}, { exitCode: 137 });
      },
      'runner-teardown',
      /runner/,
    ],
  ];
  test.each(causes)('%s', (_name, play, cause, text) => {
    const core = twoJobs();
    play(core);
    core.tick(20_000);
    expect(core.death('build-101')).toMatchObject({ cause, text: expect.stringMatching(text) as string });
  });

  test('a stop that escalates after a long wait is one act', () => {
    const core = twoJobs();
    core.container(5000, 'kill', 'build-101', {}, { signal: 15 });
    core.tick(20_000);
    core.container(65_000, 'kill', 'build-101', {}, { signal: 9 });
    core.container(65_100, 'die', 'build-101', {}, { exitCode: 137 });
    core.container(65_110, 'stop', 'build-101');
    core.tick(65_000 + Number((10n * SECOND) / 1_000_000n));
    expect(core.death('build-101')!.text).toMatch(/signal 15, then 9/);
  });

  test('an exit code forged by a label is not believed; the inspection is', () => {
    const core = createCore();
    core.container(0, 'create', 'liar', gitlab('101'), { imitated: ['exitCode'] });
    core.container(1, 'start', 'liar');
    core.container(1000, 'die', 'liar', {}, { exitCode: 5 });
    expect(core.death('liar')).toMatchObject({ exitCode: null, cause: 'unexplained' });
    core.inspect(1010, 'liar', gitlab('101'), { status: 'exited' }, { exitCode: 137, oomKilled: true });
    expect(core.death('liar')).toMatchObject({ exitCode: 137, cause: 'oom' });
  });
});
