import type { Preset } from '../preset';

/**
 * CircleCI. Machine jobs have a machine of their own; what reaches a shared engine is `circleci local execute`.
 * Names are not known, only the variables of the vendor's pages are used.
 */
export const circleci: Preset = {
  id: 'circleci',
  system: 'circleci',
  role: 'runner',
  title: 'CircleCI (local execute, machine runner)',
  priority: 90,
  status: 'docs',
  versions: 'docs',
  detect: {
    container: [
      { env: 'CIRCLE_WORKFLOW_JOB_ID' },
      { env: 'CIRCLECI' },
      { image: /(^|\/)circleci\/picard([:@]|$)/ },
    ],
  },
  job: [
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'circleci:{j}',
      from: {
        j: { env: 'CIRCLE_WORKFLOW_JOB_ID', pattern: /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/ },
      },
      confidence: 0.75,
      evidence: 'env',
    },
  ],
  fields: {
    pipeline: [{ env: 'CIRCLE_WORKFLOW_ID', pattern: /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/ }],
  },
  parts: [{ part: 'agent', when: [{ image: /(^|\/)circleci\/picard([:@]|$)/ }] }],
  systemActors: [
    {
      // Build agent of circleci local execute; drives the host socket.
      id: 'picard',
      any: [{ image: /(^|\/)circleci\/picard([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: {
    ids: ['CIRCLE_WORKFLOW_JOB_ID', 'CIRCLE_WORKFLOW_ID', 'CIRCLE_BUILD_NUM'],
    presence: ['CIRCLECI', 'CI'],
  },
  hostDirectories: [
    { path: /\/circleci-runner\/workdir(?:\/|$)/, examples: ['/var/lib/circleci-runner/workdir/7'] },
  ],
};
