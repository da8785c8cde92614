import { createIdentifier } from '../../src/attribution/identify';
import { presets } from '../../src/attribution/presets';
import { jobOfEnvironment } from '../../src/cli/environment-job';

const identifier = createIdentifier(presets);

test.each<[string, Record<string, string>, string | undefined]>([
  ['GitLab', { GITLAB_CI: 'true', CI_JOB_ID: '101', CI_SERVER_URL: 'https://gitlab.example' }, 'gitlab:101'],
  [
    'GitHub',
    { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '7012', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'build' },
    'github:7012/1/build',
  ],
  ['Jenkins', { JENKINS_URL: 'http://j/', BUILD_TAG: 'jenkins-shop-main-512' }, 'jenkins:shop-main-512'],
  [
    'Buildkite',
    { BUILDKITE: 'true', BUILDKITE_JOB_ID: '0186d3c4-0000-4000-8000-000000000001' },
    'buildkite:0186d3c4-0000-4000-8000-000000000001',
  ],
  ['no CI', { HOME: '/root', PATH: '/bin' }, undefined],
  ['an id that is none', { GITLAB_CI: 'true', CI_JOB_ID: '1; rm -rf /' }, undefined],
])('%s', (_, env, key) => expect(jobOfEnvironment(identifier, env)).toBe(key));
