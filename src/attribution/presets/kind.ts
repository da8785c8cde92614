import type { Preset } from '../preset';

/**
 * kind, Kubernetes in containers. The default cluster name is the same for every job: creation fails while it
 * exists, and deletion takes anybody's. One network for all clusters of the host.
 * Read in kubernetes-sigs/kind@fed2688.
 */
export const kind: Preset = {
  id: 'kind',
  system: 'kind',
  role: 'tool',
  title: 'kind',
  priority: 40,
  status: 'verified',
  versions: '0.33 alpha',
  detect: {
    container: [{ label: 'io.x-k8s.kind.cluster' }],
    network: [{ name: /^kind$/ }],
  },
  fields: {
    cluster: [{ label: 'io.x-k8s.kind.cluster' }],
    nodeRole: [{ label: 'io.x-k8s.kind.role' }],
  },
  parts: [{ part: 'node', when: [{ label: 'io.x-k8s.kind.role' }] }],
  groups: [
    {
      // The default name, kind, is the same for every job: creation fails while it exists, deletion takes
      // anybody.
      id: 'cluster',
      on: ['container'],
      key: 'kind:{c}',
      from: { c: { label: 'io.x-k8s.kind.cluster', pattern: /^([a-z0-9.-]{1,63})$/ } },
      scope: 'project',
      merges: true,
    },
  ],
  systemActors: [
    {
      // Kubernetes node; long-lived, privileged.
      id: 'node',
      any: [{ label: 'io.x-k8s.kind.role' }],
      actor: 'cluster-node',
      owner: 'group',
    },
  ],
  sharedByDesign: [
    {
      id: 'network',
      on: 'network',
      any: [{ name: /^kind$/ }],
      sharing: 'concurrent',
      why: 'one bridge for all clusters of the host, never removed',
    },
  ],
  env: { presence: ['KIND_EXPERIMENTAL_DOCKER_NETWORK'] },
  teardown: { signals: [9] },
};
