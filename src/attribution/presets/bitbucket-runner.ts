import type { Preset } from '../preset';

/**
 * Bitbucket self-hosted runner. Closed source: only images and variables of the vendor's pages are used; how step
 * containers are named and labelled is not known.
 */
export const bitbucketRunner: Preset = {
  id: 'bitbucket-runner',
  system: 'bitbucket',
  role: 'runner',
  title: 'Bitbucket Pipelines self-hosted Linux Docker runner',
  priority: 90,
  status: 'docs',
  versions: 'docs of 2025',
  detect: {
    container: [
      { image: /(^|\/)atlassian\/bitbucket-pipelines-(runner|auth-proxy|dvcs-tools)([:@]|$)/ },
      { env: 'BITBUCKET_STEP_UUID' },
      { env: 'BITBUCKET_BUILD_NUMBER' },
    ],
  },
  job: [
    {
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'bitbucket:{s}',
      from: {
        s: { env: 'BITBUCKET_STEP_UUID', pattern: /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/ },
      },
      confidence: 0.8,
      evidence: 'env',
    },
  ],
  fields: {
    pipeline: [{ env: 'BITBUCKET_BUILD_NUMBER', pattern: /^(\d{1,20})$/ }],
  },
  parts: [
    { part: 'agent', when: [{ image: /(^|\/)atlassian\/bitbucket-pipelines-runner([:@]|$)/ }] },
    {
      part: 'helper',
      when: [{ image: /(^|\/)atlassian\/bitbucket-pipelines-(auth-proxy|dvcs-tools)([:@]|$)/ }],
    },
  ],
  systemActors: [
    {
      // The runner, started by hand with the socket and /tmp mounted.
      id: 'runner',
      any: [{ image: /(^|\/)atlassian\/bitbucket-pipelines-runner([:@]|$)/ }],
      actor: 'runner-agent',
      owner: 'host',
    },
    {
      // Auth proxy and clone container of a step.
      id: 'helper',
      any: [{ image: /(^|\/)atlassian\/bitbucket-pipelines-(auth-proxy|dvcs-tools)([:@]|$)/ }],
      actor: 'job-helper',
      owner: 'job',
    },
  ],
  env: {
    ids: ['BITBUCKET_STEP_UUID', 'BITBUCKET_PIPELINE_UUID', 'BITBUCKET_BUILD_NUMBER'],
    presence: ['BITBUCKET_WORKSPACE', 'CI'],
  },
  hostDirectories: [
    {
      path: /^\/tmp\/\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?(?:\/|$)/,
      examples: ['/tmp/8d9c0b1a-2f3e-4d5c-8b7a-69584736251f/build'],
    },
  ],
};
