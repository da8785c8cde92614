import type { Preset } from '../preset';

/**
 * Dev Containers. `up` reuses any container with the same folder label: two jobs at the same path share it in turn.
 * Read in devcontainers/cli@f683c29.
 */
export const devcontainers: Preset = {
  id: 'devcontainers',
  system: 'devcontainers',
  role: 'tool',
  title: 'Dev Containers CLI (also devcontainers/ci)',
  priority: 40,
  status: 'verified',
  versions: '0.88',
  detect: {
    container: [{ label: 'devcontainer.local_folder' }],
    image: [{ name: /^vsc-.+-[0-9a-f]{64}/ }, { label: 'devcontainer.metadata' }],
  },
  fields: {
    dir: [{ label: 'devcontainer.local_folder' }],
  },
  parts: [{ part: 'build', when: [{ label: 'devcontainer.local_folder' }] }],
  groups: [
    {
      // A second up in the same folder path reuses the container of the first.
      id: 'folder',
      on: ['container'],
      key: 'devcontainer:{d}',
      from: { d: { label: 'devcontainer.local_folder' } },
      scope: 'project',
      merges: false,
    },
  ],
  env: { presence: ['REMOTE_CONTAINERS'] },
};
