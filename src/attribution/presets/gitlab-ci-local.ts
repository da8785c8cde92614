import type { Preset } from '../preset';

/**
 * gitlab-ci-local, which runs GitLab pipelines on a developer's or a shared machine. No labels; the number in its
 * names is random below a million, so it can collide on a busy host. Its `--registry` is one container for the whole
 * host, removed by every run first and last.
 * Read in firecow/gitlab-ci-local@4e945cd.
 */
export const gitlabCiLocal: Preset = {
  id: 'gitlab-ci-local',
  system: 'gcl',
  role: 'tool',
  title: 'gitlab-ci-local',
  priority: 60,
  status: 'verified',
  versions: '4.75',
  detect: {
    container: [
      { volume: /^gcl-.{1,250}-\d{1,6}-(build|tmp|cert)$/ },
      { name: /^gcl-wait-for-it-\d{1,20}-\d{1,20}-\d{1,20}$/ },
      { name: /^registry\.gcl\.local$/ },
      { network: /^gitlab-ci-local-\d{1,6}$/ },
    ],
    volume: [{ name: /^gcl-.{1,250}/ }, { name: /^registry\.gcl\.local\.(certs|data)$/ }],
    network: [{ name: /^gitlab-ci-local-\d{1,6}$/ }, { name: /^registry\.gcl\.local\.net$/ }],
  },
  job: [
    {
      // Random number below one million: collisions are possible on a busy host.
      id: 'volume',
      on: ['container', 'volume'],
      as: 'owner',
      key: 'gcl:{j}',
      from: { j: { volume: /^gcl-.{1,250}-(\d{1,6})-(?:build|tmp|cert)$/ } },
      confidence: 0.6,
      evidence: 'volume',
    },
    {
      id: 'network',
      on: ['container', 'network'],
      as: 'owner',
      key: 'gcl:{j}',
      from: { j: { network: /^gitlab-ci-local-(\d{1,6})$/ } },
      confidence: 0.6,
      evidence: 'network',
    },
    {
      id: 'wait',
      on: ['container'],
      as: 'owner',
      key: 'gcl:{j}',
      from: { j: { name: /^gcl-wait-for-it-(\d{1,20})-\d{1,20}-\d{1,20}$/ } },
      confidence: 0.6,
      evidence: 'name',
    },
  ],
  systemActors: [
    {
      // Local registry with a host-wide fixed name; every run with --registry force-removes it first and
      // last.
      id: 'registry',
      any: [{ name: /^registry\.gcl\.local$/ }],
      actor: 'builder',
      owner: 'host',
    },
    {
      // Waits for a service port.
      id: 'wait',
      any: [{ name: /^gcl-wait-for-it-/ }],
      actor: 'job-helper',
      owner: 'job',
    },
  ],
  sharedByDesign: [
    {
      id: 'cache',
      on: 'volume',
      any: [{ all: [{ name: /^gcl-/ }, { not: { name: /-\d{1,6}-(build|tmp|cert)$/ } }] }],
      sharing: 'concurrent',
      why: 'cache volumes named by project slug and cache key',
    },
    {
      id: 'registry',
      on: 'volume',
      any: [{ name: /^registry\.gcl\.local\.(certs|data)$/ }],
      sharing: 'concurrent',
      why: 'state of the shared local registry',
    },
  ],
  env: { ids: ['CI_JOB_ID'], presence: ['GITLAB_CI'] },
  hostDirectories: [
    { path: /\/\.gitlab-ci-local\/builds\//, examples: ['/home/ci/shop/.gitlab-ci-local/builds/481516'] },
  ],
  generatedNames: [
    /^gcl-wait-for-it-\d/,
    /^gcl-.{1,250}-\d{1,6}-(build|tmp|cert)$/,
    /^gitlab-ci-local-\d{1,6}$/,
  ],
  teardown: { signals: [9] },
};
