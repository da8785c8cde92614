import type { Condition, Preset } from '../preset';

const jobId = 'com.gitlab.gitlab-runner.job.id';
const jobUrl = 'com.gitlab.gitlab-runner.job.url';
const type = 'com.gitlab.gitlab-runner.type';

/** Jobs of gitlab-ci-local set CI_JOB_ID as well. */
const ofGitlabCiLocal: Condition = {
  any: [{ volume: /^gcl-/ }, { network: /^gitlab-ci-local-/ }, { name: /^gcl-/ }],
};

/** Volumes of one job alone; before 19.1 only the 16 hex in the name tell. */
const temporaryVolume: Condition = {
  any: [
    { label: 'com.gitlab.gitlab-runner.reusable', equals: 'false' },
    { volume: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d{1,20}-[0-9a-f]{16}-cache-[0-9a-f]{32}/ },
  ],
};

const helperTypes: Condition = { label: type, pattern: /^(predefined|wait|cache-init)$/ };

/**
 * GitLab Runner, docker executor. Labels are on containers, on the network per build and on cache volumes; reusable
 * cache volumes keep the labels of the job that made them. Scripts often copy nothing but the job id to what they
 * start themselves, so that label alone is enough. Build containers start and stop several times in one job,
 * services end with 137. The engine's socket is in jobs only where config.toml mounts it.
 * Read in gitlabhq/gitlab-runner@d79f3e7: executors/docker/internal/labels/labels.go, common/build.go,
 * executors/docker/internal/volumes/manager.go, executors/docker/docker.go.
 */
export const gitlabRunner: Preset = {
  id: 'gitlab-runner',
  system: 'gitlab',
  role: 'runner',
  title: 'GitLab Runner, docker executor',
  priority: 100,
  status: 'verified',
  versions:
    '19.4; random names since 12.10, hashed cache names and runner.system_id since 18.4, reusable label since 19.1',
  detect: {
    container: [
      { label: 'com.gitlab.gitlab-runner.managed', equals: 'true' },
      { label: jobId },
      { name: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d{1,20}-[0-9a-f]{16}-/ },
      { name: /^runner-[0-9a-f]{32}-cache-[0-9a-f]{32}(-protected)?-set-permission-[0-9a-f]{16}$/ },
      { network: /^runner-[a-z0-9-]{0,9}-\d{1,20}-\d{1,20}-\d{1,20}$/ },
      {
        env: 'CI_JOB_ID',
        pattern: /^\d{1,20}$/,
        not: ofGitlabCiLocal,
      },
      { image: /(^|\/)gitlab-runner-helper[:@]/ },
      { image: /(^|\/)gitlab\/gitlab-runner([:@]|$)/ },
    ],
    volume: [
      { label: 'com.gitlab.gitlab-runner.managed', equals: 'true' },
      { label: jobId },
      { name: /^runner-[0-9a-f]{32}-cache-[0-9a-f]{32}(-protected)?$/ },
      {
        name: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d{1,20}(-[0-9a-f]{16})?-cache-[0-9a-f]{32}(-protected)?$/,
      },
    ],
    network: [
      { label: 'com.gitlab.gitlab-runner.managed', equals: 'true' },
      { label: jobId },
      { name: /^runner-[a-z0-9-]{0,9}-\d{1,20}-\d{1,20}-\d{1,20}$/ },
    ],
    image: [{ name: /(^|\/)gitlab-runner-helper[:@]/ }],
  },
  job: [
    {
      id: 'cache-volume-creator',
      on: ['volume'],
      as: 'creator',
      key: 'gitlab:{job}',
      from: { job: { label: jobId, pattern: /^(\d{1,20})$/ } },
      when: { label: type, equals: 'cache' },
      unless: temporaryVolume,
      confidence: 0.9,
      evidence: 'label',
    },
    {
      id: 'label',
      on: ['container', 'volume', 'network'],
      as: 'owner',
      key: 'gitlab:{job}',
      from: { job: { label: jobId, pattern: /^(\d{1,20})$/ } },
      unless: {
        label: type,
        equals: 'cache',
        not: temporaryVolume,
      },
      confidence: 0.95,
      evidence: 'label',
    },
    {
      id: 'network-name',
      on: ['container', 'network'],
      as: 'owner',
      key: 'gitlab:{job}',
      from: { job: { network: /^runner-[a-z0-9-]{0,9}-\d{1,20}-\d{1,20}-(\d{1,20})$/ } },
      confidence: 0.85,
      evidence: 'network',
    },
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'gitlab:{job}',
      from: { job: { env: 'CI_JOB_ID', pattern: /^(\d{1,20})$/ } },
      unless: ofGitlabCiLocal,
      confidence: 0.7,
      evidence: 'env',
    },
  ],
  fields: {
    url: [{ label: jobUrl, pattern: /^(https?:\/\/[^\s@"'<>]{1,1000})$/ }],
    server: [{ label: jobUrl, pattern: /^https?:\/\/([^\s\/?#@]{1,255})/ }],
    sha: [{ label: 'com.gitlab.gitlab-runner.job.sha' }],
    ref: [{ label: 'com.gitlab.gitlab-runner.job.ref' }],
    project: [
      { label: 'com.gitlab.gitlab-runner.project.id' },
      { name: /^runner-[a-z0-9-]{0,9}-project-(\d{1,20})-concurrent-/ },
    ],
    pipeline: [{ label: 'com.gitlab.gitlab-runner.pipeline.id' }],
    runner: [
      { label: 'com.gitlab.gitlab-runner.runner.id' },
      { name: /^runner-([a-z0-9-]{0,9})-project-\d{1,20}-concurrent-/ },
    ],
    slot: [
      { label: 'com.gitlab.gitlab-runner.project.runner_id' },
      { name: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-(\d{1,20})-/ },
    ],
    service: [{ label: 'com.gitlab.gitlab-runner.service' }],
  },
  parts: [
    { part: 'build', when: [{ label: type, equals: 'build' }] },
    { part: 'service', when: [{ label: type, equals: 'service' }] },
    {
      part: 'helper',
      when: [helperTypes],
    },
    { part: 'cache', when: [{ label: type, equals: 'cache' }] },
    { part: 'agent', when: [{ image: /(^|\/)gitlab\/gitlab-runner([:@]|$)/ }] },
  ],
  groups: [
    {
      // Random 16 hex per executor start; a retry of the same job id gets a new one.
      id: 'build-attempt',
      on: ['container', 'volume'],
      key: 'gitlab:attempt:{p}-{s}-{u}',
      from: {
        p: { name: /^runner-[a-z0-9-]{0,9}-project-(\d{1,20})-concurrent-\d{1,20}-[0-9a-f]{16}-/ },
        s: { name: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-(\d{1,20})-[0-9a-f]{16}-/ },
        u: { name: /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d{1,20}-([0-9a-f]{16})-/ },
      },
      scope: 'job',
      merges: true,
    },
    {
      // Hash of runner token, system id, project id and slot: one user at a time, many jobs over time.
      id: 'slot',
      on: ['volume'],
      key: 'gitlab:slot:{u}',
      from: { u: { volume: /^runner-([0-9a-f]{32})-cache-[0-9a-f]{32}/ } },
      scope: 'runner',
      merges: false,
    },
  ],
  systemActors: [
    {
      // Runner helper: clones, moves cache and artifacts, probes service ports, sets volume permissions.
      id: 'helper',
      any: [helperTypes, { image: /(^|\/)gitlab-runner-helper[:@]/ }],
      actor: 'job-helper',
      owner: 'job',
    },
    {
      // GitLab Runner itself in a container; creates and force-removes job containers.
      id: 'runner',
      any: [{ image: /(^|\/)gitlab\/gitlab-runner([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  sharedByDesign: [
    {
      id: 'reusable-cache',
      on: 'volume',
      any: [
        { volume: /^runner-[0-9a-f]{32}-cache-[0-9a-f]{32}(-protected)?$/ },
        {
          volume:
            /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d{1,20}-cache-[0-9a-f]{32}(-protected)?$/,
        },
      ],
      sharing: 'sequential',
      why: 'cache and build directory volume, reused by every later job of the same runner, project and slot; labels stay those of the first job',
    },
  ],
  env: {
    ids: [
      'CI_JOB_ID',
      'CI_PIPELINE_ID',
      'CI_PROJECT_ID',
      'CI_RUNNER_ID',
      'CI_CONCURRENT_ID',
      'CI_CONCURRENT_PROJECT_ID',
      'CI_BUILD_NETWORK_NAME',
    ],
    presence: ['GITLAB_CI', 'CI'],
  },
  hostDirectories: [
    // `builds_dir` as a host mount: <root>/<short token>/<slot>/<group>/<project>.
    {
      path: /\/(?=[^\/]*[0-9A-Z])[A-Za-z0-9_-]{8,9}\/\d{1,6}\/[^\/]+\/./,
      examples: ['/srv/builds/Xy7_kQ2aB/0/shop/api', '/srv/builds/Xy7_kQ2aB/3/shop/api.tmp'],
    },
    // `cache_dir`.
    {
      path: /\/runner-[0-9a-f]{32}\/[0-9a-f]{32}(?:\/|$)/,
      examples: ['/srv/cache/runner-0f1e2d3c4b5a69788796a5b4c3d2e1f0/3c3f060a0374fc8bc39395164f415a70'],
    },
  ],
  generatedNames: [
    /^runner-[a-z0-9-]{0,9}-project-\d{1,20}-concurrent-\d/,
    /^runner-[a-z0-9-]{0,9}-\d{1,20}-\d{1,20}-\d{1,20}$/,
  ],
  teardown: { detachesFirst: true, signals: [9] },
  agents: ['gitlab-runner'],
};
