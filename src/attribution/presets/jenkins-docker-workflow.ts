import type { Preset } from '../preset';

/**
 * Jenkins docker-workflow: `docker.inside` and `agent { docker }`. Random names and no labels; BUILD_TAG names the
 * build and is unique per controller. The script runs on the agent and has its socket.
 * Read in jenkinsci/docker-workflow-plugin@3e04e4f: WithContainerStep.java, client/DockerClient.java, Docker.groovy.
 */
export const jenkinsDockerWorkflow: Preset = {
  id: 'jenkins-docker-workflow',
  system: 'jenkins',
  role: 'runner',
  title: 'Jenkins Docker Pipeline (docker.inside, withDockerContainer, agent { docker })',
  priority: 95,
  status: 'verified',
  versions: '634 (2026-03)',
  detect: {
    container: [{ env: 'BUILD_TAG', pattern: /^jenkins-/ }],
  },
  job: [
    {
      // BUILD_TAG is jenkins-<job path with dashes>-<number>; unique per controller.
      id: 'env',
      on: ['container'],
      as: 'owner',
      key: 'jenkins:{tag}',
      from: { tag: { env: 'BUILD_TAG', pattern: /^jenkins-(.{1,200}-\d{1,20})$/ } },
      confidence: 0.85,
      evidence: 'env',
    },
  ],
  parts: [{ part: 'build', when: [{ env: 'BUILD_TAG' }] }],
  env: {
    ids: ['BUILD_TAG', 'BUILD_NUMBER', 'BUILD_ID', 'EXECUTOR_NUMBER', 'NODE_NAME'],
    presence: ['JENKINS_URL', 'JENKINS_HOME', 'WORKSPACE'],
  },
  hostDirectories: [
    // Never at the root: /workspace and /github/workspace are paths inside containers of other systems.
    {
      path: /^\/(?!github\/)[^\/]+\/(?:.*\/)?workspace\/[^\/@]/,
      examples: [
        '/var/jenkins/workspace/shop-api',
        '/var/lib/jenkins/workspace/shop-api@2',
        '/var/jenkins/workspace/shop-api@2@tmp',
      ],
    },
  ],
  teardown: { signals: [15] },
};
