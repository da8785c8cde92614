import type { Condition, Preset } from '../preset';

const agentImages: readonly Condition[] = [
  { image: /(^|\/)actions\/actions-runner([:@]|$)/ },
  { image: /(^|\/)(summerwind\/actions-runner|myoung34\/github-runner)(-dind)?([:@]|$)/ },
];

/**
 * GitHub Actions self-hosted runner. The only label marks the runner, not the job, and six hex digits prove nothing
 * alone; what ties a job together is its network. At the start of a container job it force-removes every container
 * with its label: runners cloned from one disk image share it and sweep each other. The engine's socket is mounted
 * into job containers and container actions, never into services.
 * Read in actions/runner@258d6c8: src/Runner.Worker/ContainerOperationProvider.cs,
 * src/Runner.Worker/Container/DockerCommandManager.cs, src/Runner.Worker/Handlers/ContainerActionHandler.cs; issue
 * 2647.
 */
export const githubActions: Preset = {
  id: 'github-actions',
  system: 'github',
  role: 'runner',
  title: 'GitHub Actions self-hosted runner',
  priority: 100,
  status: 'verified',
  versions: '2.336 (main, 2026-08)',
  detect: {
    container: [
      { network: /^github_network_[0-9a-f]{32}$/ },
      {
        env: 'GITHUB_ACTIONS',
        not: {
          any: [
            { env: 'GITEA_ACTIONS' },
            { env: 'FORGEJO_ACTIONS' },
            { env: 'ACT' },
            { name: /^(GITEA|FORGEJO)-ACTIONS-TASK-/ },
            { name: /^act-.*-[0-9a-f]{64}$/ },
          ],
        },
      },
      ...agentImages,
    ],
    network: [{ name: /^github_network_[0-9a-f]{32}$/ }],
    image: [{ name: /^[0-9a-f]{6}:[0-9a-f]{32}$/ }],
  },
  job: [
    {
      // Matrix legs share the same GITHUB_JOB; prefer the network group when both are known.
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'github:{run}/{attempt}/{job}',
      from: {
        run: { env: 'GITHUB_RUN_ID', pattern: /^(\d{1,20})$/ },
        attempt: { env: 'GITHUB_RUN_ATTEMPT', pattern: /^(\d{1,20})$/ },
        job: { env: 'GITHUB_JOB', pattern: /^([A-Za-z0-9_-]{1,100})$/ },
      },
      confidence: 0.8,
      evidence: 'env',
    },
    {
      id: 'env-run-only',
      on: ['container'],
      as: 'owner',
      key: 'github:{run}',
      from: { run: { env: 'GITHUB_RUN_ID', pattern: /^(\d{1,20})$/ } },
      confidence: 0.6,
      evidence: 'env',
    },
  ],
  fields: {
    pipeline: [{ env: 'GITHUB_RUN_ID', pattern: /^(\d{1,20})$/ }],
    project: [{ env: 'GITHUB_REPOSITORY_ID', pattern: /^(\d{1,20})$/ }],
    runner: [{ labelKey: /^([0-9a-f]{6})$/ }],
  },
  parts: [
    {
      part: 'agent',
      when: agentImages,
    },
    { part: 'step', when: [{ bind: /:\/github\/workspace(:|$)/ }] },
    { part: 'build', when: [{ bind: /:\/__w(:|$)/ }] },
    {
      part: 'service',
      when: [
        { all: [{ network: /^github_network_/ }, { not: { bind: /:\/(__w|github\/workspace)(:|$)/ } }] },
      ],
    },
  ],
  groups: [
    {
      // Exactly one per job; absent when the job uses neither container: nor services:.
      id: 'network',
      on: ['container', 'network'],
      key: 'github:net:{n}',
      from: { n: { network: /^github_network_([0-9a-f]{32})$/ } },
      scope: 'job',
      merges: true,
      syntheticJob: 'github:net-{n}',
    },
    {
      // First 6 hex of the sha256 of the .runner file; runners cloned from one file share it.
      id: 'runner-label',
      on: ['container', 'network'],
      key: 'github:runner:{l}',
      from: { l: { labelKey: /^([0-9a-f]{6})$/ } },
      scope: 'runner',
      merges: false,
    },
  ],
  systemActors: [
    {
      // The runner itself in a container.
      id: 'runner',
      any: agentImages,
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: {
    ids: ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_RUN_NUMBER', 'GITHUB_JOB', 'GITHUB_REPOSITORY_ID'],
    presence: ['GITHUB_ACTIONS', 'CI', 'RUNNER_NAME', 'ACTIONS_RUNTIME_TOKEN'],
  },
  hostDirectories: [
    {
      path: /\/_work(?:\/|$)/,
      examples: [
        '/srv/runner/_work',
        '/srv/runner/_work/shop/shop',
        '/srv/runner/_work/_tool/node',
        '/srv/runner/_work/_temp/_github_home',
      ],
    },
    { path: /^\/opt\/hostedtoolcache(?:\/|$)/, examples: ['/opt/hostedtoolcache/node/20'] },
  ],
  generatedNames: [/_(?=[a-f]{0,5}\d)[0-9a-f]{6}$/],
  teardown: { signals: [9] },
  agents: ['Runner.Worker', 'Runner.Listener'],
};
