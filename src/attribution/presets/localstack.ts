import type { Preset } from '../preset';

/**
 * LocalStack. A fixed default name and port; it mounts the engine's socket and starts a container per function.
 * Read in localstack/localstack@8b9a79f.
 */
export const localstack: Preset = {
  id: 'localstack',
  system: 'localstack',
  role: 'tool',
  title: 'LocalStack',
  priority: 40,
  status: 'verified',
  versions: '4.14',
  detect: {
    container: [
      { name: /^localstack[-_]main$/ },
      { name: /^localstack[-_]main-lambda-/ },
      { image: /(^|\/)localstack\/localstack(-pro|-full)?([:@]|$)/ },
    ],
  },
  parts: [
    { part: 'main', when: [{ name: /^localstack[-_]main$/ }] },
    { part: 'lambda', when: [{ name: /^localstack[-_]main-lambda-/ }] },
  ],
  groups: [
    {
      // Fixed default name.
      id: 'main',
      on: ['container'],
      key: 'localstack:{m}',
      from: { m: { name: /^(localstack[-_]main)(?:-lambda-.*)?$/ } },
      scope: 'project',
      merges: false,
    },
  ],
  systemActors: [
    {
      // Function container started by LocalStack itself through the mounted socket.
      id: 'lambda',
      any: [{ name: /^localstack[-_]main-lambda-/ }],
      actor: 'job-helper',
      owner: 'group',
    },
  ],
  env: { presence: ['MAIN_CONTAINER_NAME'] },
  generatedNames: [/^localstack[-_]main-lambda-/],
  teardown: { signals: [15] },
};
