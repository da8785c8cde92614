import type { Preset } from '../preset';

/**
 * TeamCity's container wrapper. The label was seen in a third-party plugin only, not in TeamCity itself.
 */
export const teamcity: Preset = {
  id: 'teamcity',
  system: 'teamcity',
  role: 'runner',
  title: 'TeamCity container wrapper',
  priority: 90,
  status: 'unverified',
  versions: '2025.11 docs',
  detect: {
    container: [
      { label: 'jetbrains.teamcity.buildId' },
      { image: /(^|\/)jetbrains\/teamcity-(minimal-)?agent([:@]|$)/ },
    ],
  },
  job: [
    {
      id: 'label',
      on: ['container'],
      as: 'owner',
      key: 'teamcity:{b}',
      from: { b: { label: 'jetbrains.teamcity.buildId', pattern: /^(\d{1,20})$/ } },
      confidence: 0.85,
      evidence: 'label',
    },
  ],
  fields: {
    pipeline: [{ label: 'jetbrains.teamcity.buildId' }],
  },
  parts: [{ part: 'agent', when: [{ image: /(^|\/)jetbrains\/teamcity-(minimal-)?agent([:@]|$)/ }] }],
  systemActors: [
    {
      // The agent itself in a container.
      id: 'agent',
      any: [{ image: /(^|\/)jetbrains\/teamcity-(minimal-)?agent([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: { ids: ['BUILD_NUMBER'], presence: ['TEAMCITY_VERSION'] },
  hostDirectories: [
    { path: /\/buildagent\/work\/[0-9a-f]{16}(?:\/|$)/, examples: ['/opt/buildagent/work/0a1b2c3d4e5f6071'] },
  ],
};
