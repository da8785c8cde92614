import { createIdentifier } from '../../../src/attribution/identify';
import type { Described } from '../../../src/attribution/identity';
import { presets } from '../../../src/attribution/presets';

const identifier = createIdentifier(presets);

const container = (parts: Partial<Described>): Described => ({
  kind: 'container',
  name: 'x',
  labels: {},
  env: {},
  networks: [],
  volumes: [],
  binds: [],
  ...parts,
});

describe('claims', () => {
  test('one for each kind of evidence, with where it was read', () => {
    const { claims } = identifier.identify(
      container({
        labels: { 'com.gitlab.gitlab-runner.job.id': '101' },
        networks: ['bridge', 'runner-xy7kq2ab-42-0-102'],
        env: { CI_JOB_ID: '103' },
      }),
    );
    const gitlab = { preset: 'gitlab-runner', system: 'gitlab' };
    expect(claims).toEqual([
      {
        ...gitlab,
        key: 'gitlab:101',
        confidence: 0.95,
        evidence: 'label',
        because: 'label com.gitlab.gitlab-runner.job.id',
      },
      { ...gitlab, key: 'gitlab:102', confidence: 0.85, evidence: 'network', because: 'name of its network' },
      {
        ...gitlab,
        key: 'gitlab:103',
        confidence: 0.7,
        evidence: 'env',
        because: 'environment variable CI_JOB_ID',
      },
    ]);
  });

  test('of two rules with the same kind of evidence the first wins', () => {
    const env = { GITHUB_ACTIONS: '', GITHUB_RUN_ID: '7012', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'build' };
    expect(identifier.identify(container({ env })).claims.map(({ key }) => key)).toEqual([
      'github:7012/1/build',
    ]);
  });

  test('presets are asked by priority, whatever their order in the list', () => {
    const labels = {
      'com.hashicorp.nomad.alloc_id': '0190b3a4-5c6d-7e8f-9a0b-1c2d3e4f5061',
      'io.drone': 'true',
    };
    const reversed = createIdentifier([...presets].reverse());
    expect(reversed.identify(container({ labels })).presets).toEqual(['drone', 'nomad']);
    expect(reversed.identify(container({ labels })).runner).toBe('drone');
  });

  test('a tool is no runner', () => {
    const labels = { 'com.docker.compose.project': 'api' };
    expect(identifier.identify(container({ labels }))).toMatchObject({
      presets: ['docker-compose'],
      runner: null,
    });
  });
});

test('a group that two rules name is told once, as the first rule has it', () => {
  const session = 'cc11bb22-cc33-4d44-8e55-ff6677889900';
  const labels = {
    'org.testcontainers': 'true',
    'org.testcontainers.lang': 'dotnet',
    'org.testcontainers.session-id': session,
    'org.testcontainers.resource-reaper-session': session,
  };
  expect(identifier.identify(container({ labels })).groups).toEqual([
    { key: `tc:${session}`, scope: 'session', merges: true, syntheticJob: null, system: 'testcontainers' },
  ]);
});

describe('what may be kept', () => {
  test.each([
    ['com.gitlab.gitlab-runner.job.id', true],
    ['com.docker.compose.project.working_dir', true],
    ['com.docker.compose.config-hash', true],
    ['org.testcontainers.sessionId', true],
    ['org.testcontainers', true],
    ['io.crosstalk.job', true],
    ['c3f261', true],
    ['c3f26', false],
    ['com.gitlab.gitlab-runner.job.timeout', false],
    ['maintainer', false],
    ['com.docker.composer', false],
    ['__proto__', false],
  ])('label %s: %s', (key, kept) => expect(identifier.keepLabel(key)).toBe(kept));

  test.each([
    ['CI_JOB_ID', 'value'],
    ['GITHUB_RUN_ID', 'value'],
    ['GITHUB_ACTIONS', 'presence'],
    ['CI', 'presence'],
    // A token that says "a GitHub action": that it is set may be known, never what it is.
    ['ACTIONS_RUNTIME_TOKEN', 'presence'],
    ['WORKERPASS', 'presence'],
    ['CI_JOB_TOKEN', undefined],
    ['ci_job_id', undefined],
    ['CI_JOB_ID ', undefined],
    ['POSTGRES_PASSWORD', undefined],
    ['PATH', undefined],
    ['constructor', undefined],
  ])('variable %s: %s', (name, kept) => expect(identifier.keepEnv(name)).toBe(kept));
});

describe('teardown', () => {
  test.each([
    ['gitlab-runner', { detachesFirst: true, signals: [9], graceSeconds: 60 }],
    ['github-actions', { detachesFirst: false, signals: [9], graceSeconds: 60 }],
    ['woodpecker', { detachesFirst: false, signals: [15], graceSeconds: 60 }],
    ['buildkite', { detachesFirst: false, signals: [9, 15], graceSeconds: 60 }],
    ['circleci', { detachesFirst: false, signals: [], graceSeconds: 60 }],
    ['no-such-preset', { detachesFirst: false, signals: [], graceSeconds: 60 }],
  ])('%s', (id, expected) => expect(identifier.teardown(id)).toEqual(expected));

  test('a preset may have a grace of its own', () => {
    const slow = createIdentifier([{ ...presets[0]!, graceSeconds: 300 }]);
    expect(slow.teardown(presets[0]!.id).graceSeconds).toBe(300);
  });
});

describe('build roots', () => {
  test.each(['/srv/builds/Xy7_kQ2aB/0/shop/api', '/srv/runner/_work', '/var/lib/jenkins/workspace/shop-api'])(
    '%s is one',
    (path) => expect(identifier.isBuildRoot(path)).toBe(true),
  );

  // A job that binds its own directory gets the host's path of that name: two jobs may meet there.
  test.each([
    '/tmp',
    '/tmp/cache',
    '/builds/shop/api/data',
    '/workspace/shop/api',
    '/github/workspace/data',
    '/var/lib/postgres/16/main/base',
    '/home/ci/_workspace',
    '/',
  ])('%s is none', (path) => expect(identifier.isBuildRoot(path)).toBe(false));
});

describe('names made up by runners, tools or the engine', () => {
  test.each([
    'brave_curie',
    'hopeful_austin7',
    'runner-xy7kq2ab-project-42-concurrent-0-0a1b2c3d4e5f6071-build',
    'runner-xy7kq2ab-42-0-101',
    'GITEA-ACTIONS-TASK-318-WORKFLOW-CI-JOB-test',
    'FORGEJO-ACTIONS-TASK-77_WORKFLOW-CI_JOB-build',
    'wp_01J9Z3K6A0B1C2D3E4F5G6H7J8',
    'drone-AbCdEfGhIjKlMnOpQrSt',
    'linux_node20_ab12cd',
    'testcontainers-ryuk-abc',
    'fc0c90d4af6a_app-web-1',
    'api-web-run-0a1b2c3d4e5f',
    'db-0190b3a4-5c6d-7e8f-9a0b-1c2d3e4f5061',
    'test-1700000000',
    'gitlab-ci-local-481516',
  ])('%s', (name) => expect(identifier.isGeneratedName(name)).toBe(true));

  test.each([
    'db',
    'web',
    'api-db-1',
    'test_db',
    'my_postgres2',
    'elastic_search',
    'build-101',
    'app_facade',
    'postgres-16.4',
    'registry.gcl.local',
    'localstack-main',
    'buildx_buildkit_multiarch0',
    'runner-net',
    'selenium-chrome-20241',
  ])('not %s', (name) => expect(identifier.isGeneratedName(name)).toBe(false));
});

test('long texts cost little and match nothing', () => {
  const name = `buildx_buildkit_${'1'.repeat(1_000_000)}x`;
  expect(identifier.identify(container({ name })).presets).toEqual([]);
  expect(identifier.isGeneratedName(`a${'_'.repeat(1_000_000)}`)).toBe(false);
});
