import type { Preset } from '../preset';

/**
 * Azure Pipelines agent, container jobs: the ancestor of the GitHub runner's design. At the start of a job it
 * force-removes every container with its label, which hashes the path of the agent's root: two agents in containers
 * at the same path sweep each other. Jobs on the host network show no group at all. The engine's socket is mounted
 * on Linux unless `mapDockerSocket: false`.
 * Read in microsoft/azure-pipelines-agent@42bde98: src/Agent.Worker/Container/DockerCommandManager.cs,
 * src/Agent.Worker/ContainerOperationProvider.cs; issue 4251.
 */
export const azurePipelines: Preset = {
  id: 'azure-pipelines',
  system: 'azure',
  role: 'runner',
  title: 'Azure Pipelines agent, container jobs',
  priority: 100,
  status: 'verified',
  versions: '5.278',
  detect: {
    container: [{ network: /^vsts_network_[0-9a-f]{32}$/ }, { env: 'TF_BUILD' }],
    network: [{ name: /^vsts_network_[0-9a-f]{32}$/ }],
  },
  job: [
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'azure:{job}',
      from: { job: { env: 'SYSTEM_JOBID', pattern: /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/ } },
      confidence: 0.75,
      evidence: 'env',
    },
  ],
  fields: {
    pipeline: [{ env: 'BUILD_BUILDID', pattern: /^(\d{1,20})$/ }],
    runner: [{ labelKey: /^([0-9a-f]{6})$/ }],
  },
  parts: [{ part: 'build', when: [{ bind: /:\/__w(:|\/|$)/ }] }],
  groups: [
    {
      // One per job; absent when the network driver knob is set to host.
      id: 'network',
      on: ['container', 'network'],
      key: 'azure:net:{n}',
      from: { n: { network: /^vsts_network_([0-9a-f]{32})$/ } },
      scope: 'job',
      merges: true,
      syntheticJob: 'azure:net-{n}',
    },
    {
      // Hash of the path of the agent's root: containerised agents at the same path share it and sweep each
      // other.
      id: 'agent-label',
      on: ['container', 'network'],
      key: 'azure:agent:{l}',
      from: { l: { labelKey: /^([0-9a-f]{6})$/ } },
      scope: 'runner',
      merges: false,
    },
  ],
  env: { ids: ['SYSTEM_JOBID', 'BUILD_BUILDID', 'SYSTEM_PLANID', 'AGENT_ID'], presence: ['TF_BUILD'] },
  hostDirectories: [
    { path: /\/_work(?:\/|$)/, examples: ['/azp/_work/1', '/opt/agent/_work/12/b/out', '/azp/_work/_tasks'] },
  ],
  generatedNames: [/_(?=[a-f]{0,5}\d)[0-9a-f]{6}$/],
  teardown: { signals: [9] },
};
