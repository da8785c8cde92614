import type { Preset } from '../preset';
import { act } from './act';
import { azurePipelines } from './azure-pipelines';
import { bitbucketRunner } from './bitbucket-runner';
import { buildbot } from './buildbot';
import { buildkite } from './buildkite';
import { buildx } from './buildx';
import { circleci } from './circleci';
import { crosstalk } from './crosstalk';
import { dagger } from './dagger';
import { devcontainers } from './devcontainers';
import { dockerCompose } from './docker-compose';
import { dockerEngine } from './docker-engine';
import { drone } from './drone';
import { earthly } from './earthly';
import { forgejoRunner } from './forgejo-runner';
import { giteaRunner } from './gitea-runner';
import { githubActions } from './github-actions';
import { gitlabCiLocal } from './gitlab-ci-local';
import { gitlabRunner } from './gitlab-runner';
import { jenkinsDockerPlugin } from './jenkins-docker-plugin';
import { jenkinsDockerWorkflow } from './jenkins-docker-workflow';
import { kind } from './kind';
import { localstack } from './localstack';
import { nomad } from './nomad';
import { teamcity } from './teamcity';
import { testcontainers } from './testcontainers';
import { woodpecker } from './woodpecker';

/** Every CI system and tool that is known, in the order in which they are asked. */
export const presets: readonly Preset[] = [
  azurePipelines,
  buildkite,
  drone,
  forgejoRunner,
  giteaRunner,
  githubActions,
  gitlabRunner,
  woodpecker,
  jenkinsDockerWorkflow,
  act,
  bitbucketRunner,
  buildbot,
  circleci,
  jenkinsDockerPlugin,
  teamcity,
  nomad,
  gitlabCiLocal,
  crosstalk,
  buildx,
  dagger,
  devcontainers,
  earthly,
  kind,
  localstack,
  testcontainers,
  dockerCompose,
  dockerEngine,
];
