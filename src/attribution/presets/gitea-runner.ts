import type { Preset } from '../preset';

/**
 * Gitea's act_runner. The task number stands at the front of every name; task numbers are per server. The engine's
 * socket is mounted into jobs unless `container.docker_host` is "-".
 * Read in chhe/act_runner@b235535: internal/app/run/runner.go, act/runner/run_context.go,
 * act/container/docker_network.go.
 */
export const giteaRunner: Preset = {
  id: 'gitea-runner',
  system: 'gitea',
  role: 'runner',
  title: 'Gitea Actions runner (act_runner)',
  priority: 100,
  status: 'verified',
  versions: '3.3 (mirror, 2026-08); runner uuid label since 3.0',
  detect: {
    container: [
      { name: /^GITEA-ACTIONS-TASK-\d{1,20}-/ },
      { network: /^GITEA-ACTIONS-TASK-\d{1,20}-/ },
      { env: 'GITEA_ACTIONS', not: { env: 'FORGEJO_ACTIONS' } },
      { image: /(^|\/)gitea\/(act_)?runner([:@]|$)/ },
    ],
    volume: [{ name: /^GITEA-ACTIONS-TASK-\d{1,20}-/ }, { name: /^act-toolcache$/ }],
    network: [{ name: /^GITEA-ACTIONS-TASK-\d{1,20}-/ }, { label: 'com.gitea.runner.uuid' }],
  },
  job: [
    {
      id: 'name',
      on: ['container', 'volume', 'network'],
      as: 'owner',
      key: 'gitea:{task}',
      from: { task: { name: /^GITEA-ACTIONS-TASK-(\d{1,20})-/ } },
      confidence: 0.9,
      evidence: 'name',
    },
    {
      id: 'network',
      on: ['container'],
      as: 'owner',
      key: 'gitea:{task}',
      from: { task: { network: /^GITEA-ACTIONS-TASK-(\d{1,20})-/ } },
      confidence: 0.85,
      evidence: 'network',
    },
    {
      id: 'volume',
      on: ['container'],
      as: 'owner',
      key: 'gitea:{task}',
      from: { task: { volume: /^GITEA-ACTIONS-TASK-(\d{1,20})-/ } },
      confidence: 0.85,
      evidence: 'volume',
    },
  ],
  fields: {
    runner: [{ label: 'com.gitea.runner.uuid' }],
  },
  parts: [{ part: 'agent', when: [{ image: /(^|\/)gitea\/(act_)?runner([:@]|$)/ }] }],
  groups: [
    {
      id: 'network',
      on: ['container', 'network'],
      key: 'gitea:net:{t}',
      from: { t: { network: /^GITEA-ACTIONS-TASK-(\d{1,20})-.*-network$/ } },
      scope: 'job',
      merges: true,
    },
    {
      id: 'runner-uuid',
      on: ['network'],
      key: 'gitea:runner:{u}',
      from: { u: { label: 'com.gitea.runner.uuid' } },
      scope: 'runner',
      merges: false,
    },
  ],
  systemActors: [
    {
      // The runner itself in a container.
      id: 'runner',
      any: [{ image: /(^|\/)gitea\/(act_)?runner([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  sharedByDesign: [
    {
      id: 'toolcache',
      on: 'volume',
      any: [{ volume: /^act-toolcache$/ }],
      sharing: 'concurrent',
      why: 'tool cache mounted by every job when tool_cache_mode is shared (default none); concurrent writers corrupt it, so shared is a fact and not a promise; nektos/act uses the same name',
    },
  ],
  env: {
    ids: ['GITHUB_RUN_ID', 'GITEA_RUN_ID', 'GITHUB_RUN_NUMBER', 'GITHUB_JOB'],
    presence: ['GITEA_ACTIONS', 'GITHUB_ACTIONS', 'CI'],
  },
  hostDirectories: [
    // Host mode.
    { path: /\/\.cache\/act(?:\/|$)/, examples: ['/root/.cache/act/0a1b2c3d4e5f6071/hostexecutor'] },
  ],
  generatedNames: [/^GITEA-ACTIONS-TASK-\d/],
  teardown: { signals: [9] },
  agents: ['act_runner', 'gitea-runner'],
};
