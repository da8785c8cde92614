import type { Preset } from '../preset';

/**
 * BuildKit in a container, made by `docker buildx create`. No labels: only the name tells. A builder with a chosen
 * name is shared by all jobs that use it, and `buildx rm` takes it and its cache from all of them.
 * Read in docker/buildx@461836b, docker/setup-buildx-action@37fe631.
 */
export const buildx: Preset = {
  id: 'buildx',
  system: 'buildkit',
  role: 'tool',
  title: 'buildx docker-container builders (BuildKit)',
  priority: 40,
  status: 'verified',
  versions: 'buildx 0.36, setup-buildx-action 4',
  detect: {
    container: [{ name: /^buildx_buildkit_/ }, { image: /(^|\/)moby\/buildkit([:@]|$)/ }],
    volume: [{ name: /^buildx_buildkit_.+_state$/ }],
  },
  fields: {
    builder: [{ name: /^buildx_buildkit_(.+?)\d{1,20}(?:_state)?$/ }],
  },
  parts: [
    { part: 'builder', when: [{ name: /^buildx_buildkit_/ }, { image: /(^|\/)moby\/buildkit([:@]|$)/ }] },
  ],
  groups: [
    {
      // What setup-buildx-action makes by default: one builder per job.
      id: 'builder-uuid',
      on: ['container', 'volume'],
      key: 'buildx:{b}',
      from: {
        b: {
          name: /^buildx_buildkit_(builder-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\d{1,20}(?:_state)?$/,
        },
      },
      scope: 'job',
      merges: true,
    },
    {
      // Named builder: often shared by many jobs.
      id: 'builder-fixed',
      on: ['container', 'volume'],
      key: 'buildx:{b}',
      from: {
        b: {
          name: /^buildx_buildkit_(?!builder-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(.+?)\d{1,20}(?:_state)?$/,
        },
      },
      scope: 'host',
      merges: false,
    },
  ],
  systemActors: [
    {
      // BuildKit daemon; no labels, privileged; started by whichever job used the builder first.
      id: 'buildkitd',
      any: [{ name: /^buildx_buildkit_/ }, { image: /(^|\/)moby\/buildkit([:@]|$)/ }],
      actor: 'builder',
      owner: 'group',
    },
  ],
  sharedByDesign: [
    {
      id: 'state',
      on: 'volume',
      any: [{ name: /^buildx_buildkit_(?!builder-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}).+_state$/ }],
      sharing: 'concurrent',
      why: 'build cache of a named builder',
    },
  ],
  teardown: { signals: [9] },
};
