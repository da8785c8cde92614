import type { Preset } from '../preset';

/**
 * Drone's Docker runner. A job is a stage; labels are on containers, volumes and the network. Failures of its
 * clean-up are only logged, so leftovers stay. The engine's socket reaches a job only through a host volume of a
 * trusted repository.
 * Read in drone/runner-go@d12a958: labels/labels.go; drone-runners/drone-runner-docker@9ea626a:
 * engine/compiler/compiler.go, engine/engine.go.
 */
export const drone: Preset = {
  id: 'drone',
  system: 'drone',
  role: 'runner',
  title: 'Drone runner-docker',
  priority: 100,
  status: 'verified',
  versions: 'runner 1.8.4, runner-go 1.12',
  detect: {
    container: [
      { label: 'io.drone', equals: 'true' },
      { image: /(^|\/)drone\/(gc|drone-runner-docker)([:@]|$)/ },
    ],
    volume: [{ label: 'io.drone', equals: 'true' }, { name: /^drone-[A-Za-z0-9]{20}$/ }],
    network: [{ label: 'io.drone', equals: 'true' }, { name: /^drone-[A-Za-z0-9]{20}$/ }],
  },
  job: [
    {
      id: 'label',
      on: ['container', 'volume', 'network'],
      as: 'owner',
      key: 'drone:{repo}/{build}/{stage}',
      from: {
        repo: { label: 'io.drone.repo.slug', pattern: /^([A-Za-z0-9._\/-]{1,200})$/ },
        build: { label: 'io.drone.build.number', pattern: /^(\d{1,20})$/ },
        stage: { label: 'io.drone.stage.number', pattern: /^(\d{1,20})$/ },
      },
      confidence: 0.95,
      evidence: 'label',
    },
  ],
  fields: {
    project: [{ label: 'io.drone.repo.slug' }],
    pipeline: [{ label: 'io.drone.build.number' }],
    stage: [{ label: 'io.drone.stage.name' }],
    step: [{ label: 'io.drone.step.name' }],
    server: [{ label: 'io.drone.system.host' }],
    expires: [{ label: 'io.drone.expires' }],
  },
  groups: [
    {
      id: 'network',
      on: ['container', 'network'],
      key: 'drone:net:{n}',
      from: { n: { network: /^drone-([A-Za-z0-9]{20})$/ } },
      scope: 'job',
      merges: true,
    },
  ],
  systemActors: [
    {
      // Optional garbage collector; removes by label and age.
      id: 'gc',
      any: [{ image: /(^|\/)drone\/gc([:@]|$)/ }],
      actor: 'janitor',
      owner: 'host',
    },
    {
      // The runner itself in a container.
      id: 'runner',
      any: [{ image: /(^|\/)drone\/drone-runner-docker([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: {
    ids: [
      'DRONE_BUILD_NUMBER',
      'DRONE_STAGE_NUMBER',
      'DRONE_STEP_NUMBER',
      'DRONE_REPO',
      'DRONE_DOCKER_NETWORK_ID',
      'DRONE_DOCKER_VOLUME_ID',
    ],
    presence: ['DRONE', 'CI'],
  },
  generatedNames: [/^drone-[A-Za-z0-9]{20}$/],
  teardown: { signals: [9] },
  agents: ['drone-runner-docker'],
};
