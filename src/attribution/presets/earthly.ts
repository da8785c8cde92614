import type { Preset } from '../preset';

/**
 * Earthly's BuildKit daemon: one for each installation and host. A command line with another image or other settings
 * stops and recreates it under all running builds.
 * Read in earthly/earthly@6e641c1.
 */
export const earthly: Preset = {
  id: 'earthly',
  system: 'earthly',
  role: 'tool',
  title: 'Earthly',
  priority: 40,
  status: 'verified',
  versions: '0.8.16',
  detect: {
    container: [{ label: 'dev.earthly.settingshash' }, { name: /^earthly[a-z0-9_-]{0,40}-buildkitd$/ }],
    volume: [{ name: /^earthly-cache$/ }],
    image: [{ label: 'dev.earthly.version' }],
  },
  parts: [
    {
      part: 'builder',
      when: [{ label: 'dev.earthly.settingshash' }, { name: /^earthly[a-z0-9_-]{0,40}-buildkitd$/ }],
    },
  ],
  groups: [
    {
      // One daemon per installation name and host.
      id: 'installation',
      on: ['container'],
      key: 'earthly:{i}',
      from: { i: { name: /^([a-z0-9_-]+)-buildkitd$/ } },
      scope: 'host',
      merges: false,
    },
  ],
  systemActors: [
    {
      // Restarted by any CLI whose image or settings hash differs.
      id: 'buildkitd',
      any: [{ label: 'dev.earthly.settingshash' }, { name: /^earthly[a-z0-9_-]{0,40}-buildkitd$/ }],
      actor: 'builder',
      owner: 'host',
    },
  ],
  sharedByDesign: [
    {
      id: 'cache',
      on: 'volume',
      any: [{ name: /^earthly-cache$/ }],
      sharing: 'concurrent',
      why: 'build cache of the daemon',
    },
  ],
  env: { presence: ['EARTHLY_INSTALLATION_NAME'] },
  teardown: { signals: [15] },
};
