import type { Preset } from '../preset';

/**
 * Woodpecker agent, docker backend. Labels name a step only; the job is in the environment of every step, and
 * network and volume of one workflow share a random name. The engine's socket reaches jobs only of trusted
 * repositories.
 * Read in woodpecker-ci/woodpecker@a4cb541: pipeline/backend/docker/convert.go, pipeline/backend/docker/docker.go,
 * pipeline/frontend/builder/builder.go.
 */
export const woodpecker: Preset = {
  id: 'woodpecker',
  system: 'woodpecker',
  role: 'runner',
  title: 'Woodpecker agent, docker backend',
  priority: 100,
  status: 'verified',
  versions: '3.17',
  detect: {
    container: [
      { label: 'wp_uuid' },
      { name: /^wp_([0-9A-Za-z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/ },
      { network: /^wp_[0-9a-z]{26}_\d{1,20}_default$/ },
    ],
    volume: [{ name: /^wp_[0-9a-z]{26}_\d{1,20}_default$/ }],
    network: [{ name: /^wp_[0-9a-z]{26}_\d{1,20}_default$/ }],
  },
  job: [
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'woodpecker:{repo}/{n}/{w}',
      from: {
        repo: { env: 'CI_REPO', pattern: /^([A-Za-z0-9._\/-]{1,200})$/ },
        n: { env: 'CI_PIPELINE_NUMBER', pattern: /^(\d{1,20})$/ },
        w: { env: 'CI_WORKFLOW_NUMBER', pattern: /^(\d{1,20})$/ },
      },
      when: { any: [{ label: 'wp_uuid' }, { env: 'CI_SYSTEM_NAME' }] },
      confidence: 0.9,
      evidence: 'env',
    },
  ],
  fields: {
    step: [{ label: 'wp_step' }],
  },
  groups: [
    {
      // ULID per workflow run; shared by network and workspace volume.
      id: 'workflow',
      on: ['container', 'volume', 'network'],
      key: 'woodpecker:wf:{u}',
      from: {
        u: {
          anyOf: [
            { network: /^wp_([0-9a-z]{26})_\d{1,20}_default$/ },
            { volume: /^wp_([0-9a-z]{26})_\d{1,20}_default$/ },
          ],
        },
      },
      scope: 'job',
      merges: true,
      syntheticJob: 'woodpecker:wf-{u}',
    },
    {
      // One container only: useful to join with server logs.
      id: 'step',
      on: ['container'],
      key: 'woodpecker:step:{s}',
      from: { s: { label: 'wp_uuid' } },
      scope: 'job',
      merges: true,
    },
  ],
  env: {
    ids: ['CI_REPO', 'CI_REPO_REMOTE_ID', 'CI_PIPELINE_NUMBER', 'CI_WORKFLOW_NUMBER', 'CI_STEP_NUMBER'],
    presence: ['CI_SYSTEM_NAME', 'CI'],
  },
  generatedNames: [/^wp_[0-9A-Za-z]{26}/],
  teardown: { signals: [15] },
  agents: ['woodpecker-agent'],
};
