import type { Preset } from '../preset';

/**
 * Dagger's engine: one container for each version and host, used by all jobs. A command line of another version
 * removes it with `rm -fv` unless DAGGER_LEAVE_OLD_ENGINE is set.
 * Read in dagger/dagger@13d493e.
 */
export const dagger: Preset = {
  id: 'dagger',
  system: 'dagger',
  role: 'tool',
  title: 'Dagger engine',
  priority: 40,
  status: 'verified',
  versions: '1.0.0-beta.10',
  detect: {
    container: [{ name: /^dagger-engine-/ }],
  },
  fields: {
    version: [{ name: /^dagger-engine-(.+)$/ }],
  },
  parts: [{ part: 'builder', when: [{ name: /^dagger-engine-/ }] }],
  groups: [
    {
      // One engine per version and host, used by all jobs.
      id: 'engine',
      on: ['container'],
      key: 'dagger:{v}',
      from: { v: { name: /^dagger-engine-(.+)$/ } },
      scope: 'host',
      merges: false,
    },
  ],
  systemActors: [
    {
      // Privileged, restart=always; whoever needs another version removes it with rm -fv.
      id: 'engine',
      any: [{ name: /^dagger-engine-/ }],
      actor: 'builder',
      owner: 'host',
    },
  ],
  env: { presence: ['DAGGER_LEAVE_OLD_ENGINE'] },
  teardown: { signals: [9] },
};
