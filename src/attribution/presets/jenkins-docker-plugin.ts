import type { Preset } from '../preset';

/**
 * Jenkins docker-plugin: agents made on demand. Labels name the node, not the build; one build runs on a node at a
 * time. A watchdog removes, every five minutes, containers with its JenkinsId whose node is gone.
 * Read in jenkinsci/docker-plugin@2fbbdf9: DockerContainerLabelKeys.java, DockerContainerWatchdog.java,
 * DockerTemplate.java.
 */
export const jenkinsDockerPlugin: Preset = {
  id: 'jenkins-docker-plugin',
  system: 'jenkins',
  role: 'runner',
  title: 'Jenkins docker-plugin (container agents)',
  priority: 90,
  status: 'verified',
  versions: '1324 (2026-07)',
  detect: {
    container: [
      { label: 'com.nirima.jenkins.plugins.docker.JenkinsId' },
      { label: 'com.nirima.jenkins.plugins.docker.JenkinsNodeName' },
      { image: /(^|\/)jenkins\/(inbound-agent|agent|ssh-agent|jnlp-agent[a-z0-9-]*)([:@]|$)/ },
    ],
  },
  fields: {
    runner: [{ label: 'com.nirima.jenkins.plugins.docker.JenkinsNodeName' }],
    server: [
      {
        label: 'com.nirima.jenkins.plugins.docker.JenkinsServerUrl',
        pattern: /^https?:\/\/([^\s\/?#@]{1,255})/,
      },
    ],
    template: [{ label: 'com.nirima.jenkins.plugins.docker.JenkinsTemplateName' }],
  },
  parts: [
    {
      part: 'agent',
      when: [
        { label: 'com.nirima.jenkins.plugins.docker.JenkinsNodeName' },
        { image: /(^|\/)jenkins\/(inbound-agent|agent|ssh-agent)([:@]|$)/ },
      ],
    },
  ],
  groups: [
    {
      // One build at a time per node, usually one build per container.
      id: 'node',
      on: ['container'],
      key: 'jenkins:node:{n}',
      from: { n: { label: 'com.nirima.jenkins.plugins.docker.JenkinsNodeName' } },
      scope: 'runner',
      merges: false,
      syntheticJob: 'jenkins:node-{n}',
    },
  ],
  systemActors: [
    {
      // The build runs inside it; its death ends the build.
      id: 'agent',
      any: [
        { label: 'com.nirima.jenkins.plugins.docker.JenkinsNodeName' },
        { image: /(^|\/)jenkins\/(inbound-agent|agent|ssh-agent)([:@]|$)/ },
      ],
      actor: 'runner-agent',
      owner: 'host',
    },
  ],
  env: { presence: ['JENKINS_URL', 'JENKINS_AGENT_NAME'] },
  teardown: { signals: [15] },
};
