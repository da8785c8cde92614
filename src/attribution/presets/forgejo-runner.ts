import type { Preset } from '../preset';

/**
 * Forgejo runner. No labels: the name of the job container ties the task to the random name that network and volumes
 * share. Also sets GITEA_ACTIONS. The engine's socket stays out of jobs unless `container.docker_host` asks for it.
 * Read in project-mirrors/forgejo-runner@0988a0c: internal/app/run/runner.go, act/runner/run_context.go.
 */
export const forgejoRunner: Preset = {
  id: 'forgejo-runner',
  system: 'forgejo',
  role: 'runner',
  title: 'Forgejo runner',
  priority: 100,
  status: 'verified',
  versions: '12 (mirror, 2025-12)',
  detect: {
    container: [
      { name: /^FORGEJO-ACTIONS-TASK-\d{1,20}[-_]/ },
      { env: 'FORGEJO_ACTIONS' },
      { network: /^WORKFLOW-[0-9a-f]{32}$/ },
      { image: /(^|\/)forgejo\/runner([:@]|$)/ },
    ],
    network: [{ name: /^WORKFLOW-[0-9a-f]{32}$/ }],
  },
  job: [
    {
      id: 'name',
      on: ['container'],
      as: 'owner',
      key: 'forgejo:{task}',
      from: { task: { name: /^FORGEJO-ACTIONS-TASK-(\d{1,20})[-_]/ } },
      confidence: 0.9,
      evidence: 'name',
    },
  ],
  parts: [{ part: 'agent', when: [{ image: /(^|\/)forgejo\/runner([:@]|$)/ }] }],
  groups: [
    {
      // Random per job; the same hex names the two job volumes <hex> and <hex>-env, so a container ties
      // volume and network to the task id in its name.
      id: 'network',
      on: ['container', 'network'],
      key: 'forgejo:net:{n}',
      from: { n: { network: /^WORKFLOW-([0-9a-f]{32})$/ } },
      scope: 'job',
      merges: true,
      syntheticJob: 'forgejo:net-{n}',
    },
    {
      id: 'volume',
      on: ['container', 'volume'],
      key: 'forgejo:net:{n}',
      from: { n: { volume: /^([0-9a-f]{32})-env$/ } },
      scope: 'job',
      merges: true,
    },
  ],
  systemActors: [
    {
      // The runner itself in a container.
      id: 'runner',
      any: [{ image: /(^|\/)forgejo\/runner([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: {
    ids: ['GITHUB_RUN_ID', 'GITHUB_RUN_NUMBER', 'GITHUB_JOB', 'FORGEJO_RUN_ID'],
    presence: ['FORGEJO_ACTIONS', 'GITHUB_ACTIONS', 'CI'],
  },
  generatedNames: [/^FORGEJO-ACTIONS-TASK-\d/],
  teardown: { signals: [9] },
  agents: ['forgejo-runner'],
};
