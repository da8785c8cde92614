import type { Preset } from '../preset';

/**
 * What the engine itself makes, and known janitors that remove containers and images of anybody by age or policy.
 */
export const dockerEngine: Preset = {
  id: 'docker-engine',
  system: 'engine',
  role: 'tool',
  title: 'Docker engine and CLI by themselves',
  priority: 10,
  status: 'unverified',
  versions: '24 to 29',
  detect: {
    volume: [{ label: 'com.docker.volume.anonymous' }, { name: /^[0-9a-f]{64}$/ }],
    container: [
      {
        image:
          /(^|\/)(containrrr\/watchtower|spotify\/docker-gc|meltwater\/docker-cleanup|stephanmisc\/docuum|zzrot\/docuum|nickfedor\/watchtower)([:@]|$)/,
      },
    ],
  },
  systemActors: [
    {
      // Host maintenance: removes or restarts containers and images of anybody by age or policy.
      id: 'janitor',
      any: [
        {
          image:
            /(^|\/)(containrrr\/watchtower|spotify\/docker-gc|meltwater\/docker-cleanup|stephanmisc\/docuum|zzrot\/docuum|nickfedor\/watchtower)([:@]|$)/,
        },
      ],
      actor: 'janitor',
      owner: 'host',
    },
  ],
};
