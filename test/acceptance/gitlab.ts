const project = 11;

/** Options for `docker run` with the labels that a GitLab runner puts on a job's containers. */
export const gitlabLabels = (job: number, type = 'build'): string =>
  [
    `job.id=${job}`,
    `job.url=https://gitlab.example/g/p${project}/-/jobs/${job}`,
    'managed=true',
    `type=${type}`,
    'pipeline.id=9001',
    `project.id=${project}`,
  ]
    .map((label) => `--label com.gitlab.gitlab-runner.${label}`)
    .join(' ');

/** The name that the runner gives a container of a job: `part` is `build` or `postgres-0`. */
export const runnerName = (job: number, part: string): string =>
  `runner-xy7kq2ab-project-${project}-concurrent-0-${job.toString(16).padStart(16, '0')}-${part}`;

/** A build container, and with it a job that goes on until `end`. */
export const begin = (job: number, options = ''): string =>
  `docker run -d ${gitlabLabels(job)} ${options} --name ${runnerName(job, 'build')} busybox:local sleep 900`;

/** The runner's own teardown: off the network by force, then removed by force. */
export const end = (job: number, parts: readonly string[] = ['build'], network = 'bridge'): string =>
  parts
    .map((part) => runnerName(job, part))
    .map((name) => `docker network disconnect -f ${network} ${name} || true; docker rm -fv ${name}`)
    .join('\n');
