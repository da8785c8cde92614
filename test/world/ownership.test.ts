import { createCore, gitlab } from '../helpers/core';

const net = `github_network_${'4f0c2a9be1d24b7f8d3a6c5e9b1f0a27'}`;

test('a label is proof once the image is known not to carry it', () => {
  const core = createCore();
  core.container(0, 'create', 'web', gitlab('101'));
  expect(core.owner('web')).toMatchObject({ job: 'gitlab:101', confidence: 'likely', level: 2 });
  core.image(5, {});
  expect(core.owner('web')).toMatchObject({ job: 'gitlab:101', confidence: 'certain', level: 2 });
});

test('labels baked into the image are no evidence', () => {
  const core = createCore();
  core.image(0, gitlab('101'));
  core.container(1, 'create', 'leak', gitlab('101'));
  core.container(2, 'create', 'own', { ...gitlab('101'), 'com.gitlab.gitlab-runner.job.id': '102' });
  expect(core.owner('leak')).toMatchObject({ job: null, level: 0 });
  expect(core.owner('own')).toMatchObject({ job: 'gitlab:102', confidence: 'certain' });
});

test('an image that turns out to carry the labels takes the owner away again', () => {
  const core = createCore();
  core.container(0, 'create', 'leak', gitlab('101'));
  core.image(5, gitlab('101'));
  expect(core.owner('leak')).toMatchObject({ job: null });
});

test('a label that is no id names nobody', () => {
  const core = createCore();
  core.container(0, 'create', 'forged', gitlab('<b>1</b>'));
  expect(core.owner('forged').job).toBeNull();
});

test('what was created referring to a container of a job is its job’s', () => {
  const core = createCore();
  core.image(0, {});
  core.container(1, 'create', 'build', gitlab('101'));
  core.container(2, 'create', 'other', gitlab('102'));
  core.container(3, 'create', 'sidecar');
  core.inspect(4, 'sidecar', {}, {}, { refersTo: ['build'] });
  expect(core.owner('sidecar')).toMatchObject({ job: 'gitlab:101', confidence: 'likely', level: 3 });
});

test('relatives that disagree name nobody, and both reasons stay', () => {
  const core = createCore();
  core.container(1, 'create', 'build-1', gitlab('101'));
  core.container(2, 'create', 'build-2', gitlab('102'));
  core.container(3, 'create', 'sidecar');
  core.inspect(4, 'sidecar', {}, {}, { refersTo: ['build-1', 'build-2'] });
  expect(core.owner('sidecar')).toMatchObject({ job: null, level: 3 });
  expect(core.owner('sidecar').because).toHaveLength(2);
});

test('a container created on a per-job network belongs to its job; one that joins later does not', () => {
  const core = createCore();
  core.feed({
    k: 'inspect',
    at: core.at(0),
    inspection: {
      type: 'network',
      found: { id: 'n1', name: 'n101', driver: 'bridge', labels: gitlab('101') },
    },
  });
  core.container(1, 'create', 'build-1', gitlab('101'));
  core.container(1, 'create', 'build-2', gitlab('102'));
  core.container(2, 'create', 'db');
  core.event(3, 'network', 'connect', 'n1', { name: 'n101', container: 'db' });
  core.container(4, 'create', 'stranger');
  core.container(5, 'start', 'stranger');
  core.event(6, 'network', 'connect', 'n1', { name: 'n101', container: 'stranger' });
  expect(core.owner('db')).toMatchObject({ job: 'gitlab:101', confidence: 'likely', level: 4 });
  expect(core.owner('stranger').job).toBeNull();
});

test('a guess at the only job alive is only possible, and does not breed', () => {
  const core = createCore();
  core.container(0, 'create', 'build', gitlab('101'));
  core.container(1, 'create', 'plain');
  core.container(2, 'create', 'sidecar');
  core.inspect(3, 'sidecar', {}, {}, { refersTo: ['plain'] });
  expect(core.owner('plain')).toMatchObject({ job: 'gitlab:101', confidence: 'possible', level: 8 });
  expect(core.owner('sidecar').level).toBe(8);
});

test('with two jobs alive a plain container belongs to nobody', () => {
  const core = createCore();
  core.container(0, 'create', 'build-1', gitlab('101'));
  core.container(1, 'create', 'build-2', gitlab('102'));
  core.container(2, 'create', 'plain');
  expect(core.owner('plain')).toMatchObject({ job: null, confidence: null });
});

test('a runner’s random network stands in for an id until a member shows the real one', () => {
  const core = createCore();
  core.event(0, 'network', 'create', 'n1', { name: net });
  core.container(1, 'create', 'job-container', { c3f261: '' });
  core.event(2, 'network', 'connect', 'n1', { name: net, container: 'job-container' });
  const standIn = core.owner('job-container').job;
  expect(standIn).toMatch(/^github:net-/);

  core.container(3, 'create', 'action');
  core.inspect(
    4,
    'action',
    {},
    { networks: [net] },
    { env: { GITHUB_ACTIONS: '', GITHUB_RUN_ID: '7012', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'build' } },
  );
  expect(core.owner('action').job).toBe('github:7012/1/build');
  expect(core.owner('job-container').job).toBe('github:7012/1/build');
  expect(core.job(standIn!)).toMatchObject({ aliasOf: core.job('github:7012/1/build')!.id });
});

test('legs of a matrix show one id and stay two jobs', () => {
  const core = createCore();
  for (const [index, leg] of ['a', 'b'].entries()) {
    const own = `github_network_${leg.repeat(32)}`;
    core.event(index * 10, 'network', 'create', `n-${leg}`, { name: own });
    core.container(index * 10 + 1, 'create', `action-${leg}`);
    const env = { GITHUB_ACTIONS: '', GITHUB_RUN_ID: '7012', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test' };
    core.inspect(index * 10 + 2, `action-${leg}`, {}, { networks: [own] }, { env });
  }
  expect(core.owner('action-a').job).toBe('github:7012/1/test');
  expect(core.owner('action-b').job).toMatch(/^github:net-b/);
});

test('a Testcontainers session belongs to the job of its members', () => {
  const core = createCore();
  const session = {
    'org.testcontainers': 'true',
    'org.testcontainers.sessionId': 's1',
    'org.testcontainers.lang': 'java',
  };
  core.container(0, 'create', 'build-1', gitlab('101'));
  core.container(0, 'create', 'build-2', gitlab('102'));
  core.container(1, 'create', 'pg', { ...session, ...gitlab('101') });
  core.container(2, 'create', 'kafka', session);
  expect(core.owner('kafka')).toMatchObject({ job: 'gitlab:101', confidence: 'likely', level: 6 });
});

test('a job runs while its build container does, and ends when the grace after it has passed', () => {
  const core = createCore();
  core.container(0, 'create', 'build', gitlab('101'));
  core.container(10, 'start', 'build', gitlab('101'));
  core.tick(600_000);
  expect(core.job('gitlab:101')).toMatchObject({ state: 'running' });
  core.container(600_000, 'die', 'build', gitlab('101'), { exitCode: 0 });
  core.tick(659_000);
  expect(core.job('gitlab:101')).toMatchObject({ state: 'running' });
  core.tick(661_000);
  expect(core.job('gitlab:101')).toMatchObject({ state: 'ended', endedAt: core.at(600_000) });
});

test('a build container that is started again keeps its job alive', () => {
  const core = createCore();
  core.container(0, 'create', 'build', gitlab('101'));
  core.container(1, 'start', 'build', gitlab('101'));
  core.container(1000, 'die', 'build', gitlab('101'), { exitCode: 0 });
  core.container(2000, 'start', 'build', gitlab('101'));
  core.tick(200_000);
  expect(core.job('gitlab:101')).toMatchObject({ state: 'running' });
});
