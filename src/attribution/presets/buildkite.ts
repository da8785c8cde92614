import type { Condition, Preset } from '../preset';

const jobId = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The compose plugin's project is `buildkite` and the job's UUID without dashes. */
const composeProject: Condition = { label: 'com.docker.compose.project', pattern: /^buildkite[0-9a-f]{32}$/ };

/**
 * Buildkite agent with the docker and docker-compose plugins. Steps are processes on the host, so their scripts have
 * the engine's socket; a container gets it only through `volumes:`.
 * Read in buildkite-plugins/docker-buildkite-plugin@689f39c: commands/run.sh;
 * buildkite-plugins/docker-compose-buildkite-plugin@69bd3fa: commands/run.sh, lib/shared.bash;
 * buildkite/agent@5c21980: internal/job/executor.go.
 */
export const buildkite: Preset = {
  id: 'buildkite',
  system: 'buildkite',
  role: 'runner',
  title: 'Buildkite agent with the docker and docker-compose plugins',
  priority: 100,
  status: 'verified',
  versions: 'docker plugin 5.13, docker-compose plugin 5.14, agent 4 beta',
  detect: {
    container: [
      { label: 'com.buildkite.job_id' },
      { label: 'com.buildkite.job-id' },
      composeProject,
      { env: 'BUILDKITE_JOB_ID', pattern: jobId },
      { image: /(^|\/)buildkite\/agent([:@]|$)/ },
    ],
    volume: [composeProject],
    network: [composeProject],
  },
  job: [
    {
      id: 'label',
      on: ['container'],
      as: 'owner',
      key: 'buildkite:{job}',
      from: {
        job: { label: 'com.buildkite.job_id', pattern: jobId },
      },
      confidence: 0.95,
      evidence: 'label',
    },
    {
      id: 'label-kebab',
      on: ['container'],
      as: 'owner',
      key: 'buildkite:{job}',
      from: {
        job: { label: 'com.buildkite.job-id', pattern: jobId },
      },
      confidence: 0.95,
      evidence: 'label',
    },
    {
      id: 'compose-project',
      on: ['container', 'volume', 'network'],
      as: 'owner',
      key: 'buildkite:{a}-{b}-{c}-{d}-{e}',
      from: {
        a: { label: 'com.docker.compose.project', pattern: /^buildkite([0-9a-f]{8})[0-9a-f]{24}$/ },
        b: {
          label: 'com.docker.compose.project',
          pattern: /^buildkite[0-9a-f]{8}([0-9a-f]{4})[0-9a-f]{20}$/,
        },
        c: {
          label: 'com.docker.compose.project',
          pattern: /^buildkite[0-9a-f]{12}([0-9a-f]{4})[0-9a-f]{16}$/,
        },
        d: {
          label: 'com.docker.compose.project',
          pattern: /^buildkite[0-9a-f]{16}([0-9a-f]{4})[0-9a-f]{12}$/,
        },
        e: { label: 'com.docker.compose.project', pattern: /^buildkite[0-9a-f]{20}([0-9a-f]{12})$/ },
      },
      confidence: 0.95,
      evidence: 'label',
    },
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'buildkite:{job}',
      from: { job: { env: 'BUILDKITE_JOB_ID', pattern: jobId } },
      confidence: 0.75,
      evidence: 'env',
    },
  ],
  fields: {
    project: [{ label: 'com.buildkite.pipeline_slug' }],
    pipeline: [{ label: 'com.buildkite.build_number' }],
    runner: [{ label: 'com.buildkite.agent_name' }],
    step: [{ label: 'com.buildkite.step_key' }],
    label: [{ label: 'com.buildkite.job_label' }],
  },
  parts: [
    {
      part: 'service',
      when: [
        {
          all: [
            { label: 'com.docker.compose.project', pattern: /^buildkite/ },
            { label: 'com.docker.compose.oneoff', equals: 'False' },
          ],
        },
      ],
    },
    { part: 'build', when: [{ label: 'com.buildkite.job_id' }] },
  ],
  groups: [
    {
      id: 'compose-project',
      on: ['container', 'volume', 'network'],
      key: 'compose:{p}',
      from: { p: { label: 'com.docker.compose.project', pattern: /^(buildkite[0-9a-f]{32})$/ } },
      scope: 'job',
      merges: true,
    },
  ],
  systemActors: [
    {
      // The agent itself in a container.
      id: 'agent',
      any: [{ image: /(^|\/)buildkite\/agent([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: {
    ids: [
      'BUILDKITE_JOB_ID',
      'BUILDKITE_BUILD_ID',
      'BUILDKITE_BUILD_NUMBER',
      'BUILDKITE_STEP_ID',
      'BUILDKITE_AGENT_ID',
    ],
    presence: ['BUILDKITE', 'CI'],
  },
  hostDirectories: [
    {
      path: /\/buildkite(-agent)?\/(builds|plugins|git-mirrors)(?:\/|$)/,
      examples: ['/var/lib/buildkite-agent/builds/ci-1/shop/api', '/buildkite/builds/ci-1/shop/api'],
    },
  ],
  teardown: { signals: [9, 15] },
  agents: ['buildkite-agent'],
};
