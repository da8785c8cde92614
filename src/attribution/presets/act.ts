import type { Preset } from '../preset';

/**
 * nektos/act, which runs GitHub workflows on a developer's or a shared machine. The name hash covers workflow and
 * job name only, so equal runs of different people collide: act cleans up the equal name before it starts, whoever
 * it belongs to. The engine's socket is mounted into jobs unless told otherwise.
 * Read in nektos/act@bd86152: pkg/runner/run_context.go, pkg/container/docker_run.go.
 */
export const act: Preset = {
  id: 'act',
  system: 'act',
  role: 'runner',
  title: 'nektos/act',
  priority: 90,
  status: 'verified',
  versions: '0.2.87',
  detect: {
    container: [{ name: /^act-.{1,80}-[0-9a-f]{64}$/ }, { env: 'ACT' }],
    volume: [{ name: /^act-.{1,80}-[0-9a-f]{64}(-env)?$/ }, { name: /^act-toolcache$/ }],
    network: [{ name: /^act-.{1,80}-[0-9a-f]{64}-.{1,100}-network$/ }],
    image: [{ name: /^act-.+-dockeraction:latest$/ }],
  },
  parts: [{ part: 'build', when: [{ name: /^act-/ }] }],
  groups: [
    {
      // SHA-256 of the text act-<workflow>-<job>: the same for every run, repository and user; a service
      // container hashes its own name, so it never shares the hash with its job.
      id: 'name-hash',
      on: ['container', 'volume'],
      key: 'act:{h}',
      from: { h: { name: /^act-.{1,80}-([0-9a-f]{64})(?:-env)?$/ } },
      scope: 'project',
      merges: false,
      syntheticJob: 'act:{h}',
    },
  ],
  sharedByDesign: [
    {
      id: 'toolcache',
      on: 'volume',
      any: [{ volume: /^act-toolcache$/ }],
      sharing: 'concurrent',
      why: 'tool cache of every act run on the host',
    },
  ],
  env: { presence: ['ACT', 'GITHUB_ACTIONS', 'CI'] },
  teardown: { signals: [9] },
};
