import type { Preset } from '../preset';

/**
 * Buildbot's Docker workers. Names a worker, not a build; before a start it force-removes a container of exactly its
 * name, so two masters with equal names fight over it.
 * Read in buildbot/buildbot@61f2f41: master/buildbot/worker/docker.py.
 */
export const buildbot: Preset = {
  id: 'buildbot',
  system: 'buildbot',
  role: 'runner',
  title: 'Buildbot DockerLatentWorker',
  priority: 90,
  status: 'verified',
  versions: '4.3',
  detect: {
    container: [{ name: /^buildbot-.{1,100}-[0-9a-f]{6}$/ }],
  },
  fields: {
    runner: [{ name: /^buildbot-(.{1,100})-[0-9a-f]{6}$/ }],
  },
  parts: [{ part: 'agent', when: [{ name: /^buildbot-.{1,100}-[0-9a-f]{6}$/ }] }],
  groups: [
    {
      // A fixed name per worker and master; one container lives for one or several builds.
      id: 'worker',
      on: ['container'],
      key: 'buildbot:worker:{w}',
      from: { w: { name: /^buildbot-(.{1,100}-[0-9a-f]{6})$/ } },
      scope: 'runner',
      merges: false,
      syntheticJob: 'buildbot:worker-{w}',
    },
  ],
  systemActors: [
    {
      // The build runs inside the worker container.
      id: 'worker',
      any: [{ name: /^buildbot-.{1,100}-[0-9a-f]{6}$/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: { ids: ['WORKERNAME'], presence: ['BUILDMASTER', 'WORKERPASS'] },
  generatedNames: [/^buildbot-.{1,100}-[0-9a-f]{6}$/],
  teardown: { signals: [15] },
};
