import type { Preset } from '../preset';

/**
 * Docker Compose. The default project is the base name of the directory, so every checkout of `api` is project
 * `api`; the project together with the working directory tells two checkouts apart.
 * Read in docker/compose@f729794: pkg/api/labels.go, pkg/compose/down.go.
 */
export const dockerCompose: Preset = {
  id: 'docker-compose',
  system: 'compose',
  role: 'tool',
  title: 'Docker Compose v2 and later',
  priority: 30,
  status: 'verified',
  versions: '5.5',
  detect: {
    container: [{ label: 'com.docker.compose.project' }],
    volume: [{ label: 'com.docker.compose.project' }],
    network: [{ label: 'com.docker.compose.project' }],
    image: [{ label: 'com.docker.compose.project' }],
  },
  fields: {
    composeProject: [{ label: 'com.docker.compose.project' }],
    service: [{ label: 'com.docker.compose.service' }],
    dir: [{ label: 'com.docker.compose.project.working_dir' }],
  },
  groups: [
    {
      // Two jobs that use the same project name share it by accident: the working directory tells them
      // apart when checkouts differ.
      id: 'project',
      on: ['container', 'volume', 'network', 'image'],
      key: 'compose:{p}',
      from: { p: { label: 'com.docker.compose.project', pattern: /^([a-z0-9][a-z0-9_-]*)$/ } },
      scope: 'project',
      merges: false,
    },
    {
      // Project plus directory: safe to merge while the directory belongs to one job.
      id: 'working-dir',
      on: ['container'],
      key: 'compose-dir:{p}@{d}',
      from: {
        p: { label: 'com.docker.compose.project' },
        d: { label: 'com.docker.compose.project.working_dir' },
      },
      scope: 'project',
      merges: true,
    },
  ],
  teardown: { signals: [15] },
};
