import { begin, end, gitlabLabels, runnerName } from './gitlab';

/** What jobs, runners and tools do every day: nobody hurts anybody. */
export interface CleanScenario {
  /** A shell script; `$IMG` is the image, `$OUT` a directory of its own. */
  readonly script: string;
  /** Their reports must be clean. */
  readonly jobs: readonly number[];
  /** The cause of death that a job's report gives for a container. */
  readonly deaths?: Readonly<Record<string, string>>;
}

const run = (job: number, name: string, options = '', command = 'sleep 900'): string =>
  `docker run ${gitlabLabels(job, 'step')} --name ${name} ${options} $IMG ${command}`;

const cache = 'runner-0f1e2d3c4b5a69788796a5b4c3d2e1f0-cache-3c3f060a0374fc8bc39395164f415a70';

/** A session of Testcontainers for Java: the reaper, a container that the test labelled, one that it did not. */
const session = (job: number, id: string): string => {
  const labels = `--label org.testcontainers=true --label org.testcontainers.lang=java --label org.testcontainers.sessionId=${id}`;
  return [
    `docker run -d ${labels} --label org.testcontainers.ryuk=true --name testcontainers-ryuk-${id} $IMG sleep 900`,
    run(job, `pg-${job}`, `-d ${labels}`),
    `docker run -d ${labels} --name kafka-${job} $IMG sleep 900`,
  ].join('\n');
};
const reap = (id: string): string =>
  `docker rm -fv $(docker ps -aq --filter label=org.testcontainers.sessionId=${id} | grep -v $(docker ps -aq --filter name=testcontainers-ryuk-${id})); docker rm -fv testcontainers-ryuk-${id}`;
const sessions = { 606: '6f2f5b5e-6a61-4a0f-8a63-0d8ad0f6c606', 607: '6f2f5b5e-6a61-4a0f-8a63-0d8ad0f6c607' };

const services = ['build', 'postgres-0', 'redis-1'];
const service = (job: number, part: string, options = ''): string =>
  `docker run -d ${gitlabLabels(job, 'service')} ${options} --name ${runnerName(job, part)} $IMG sleep 900`;

export const cleanScenarios: Readonly<Record<string, CleanScenario>> = {
  'a runner takes down a job with its services': {
    script: `${service(601, 'postgres-0')}; ${service(601, 'redis-1')}; ${begin(601)}
      sleep 1; ${end(601, services)}`,
    jobs: [601],
    deaths: {
      [runnerName(601, 'postgres-0')]: 'runner-teardown',
      [runnerName(601, 'redis-1')]: 'runner-teardown',
      [runnerName(601, 'build')]: 'runner-teardown',
    },
  },
  'two jobs with a network of their own each end in the same second': {
    script: [602, 603]
      .map((job) => {
        const network = `runner-xy7kq2ab-11-0-${job}`;
        return `docker network create ${gitlabLabels(job, 'network')} ${network}
          ${service(job, 'postgres-0', `--network ${network}`)}; ${begin(job, `--network ${network}`)}
          (sleep 1; ${end(job, services.slice(0, 2), network)}; docker network rm ${network}) &`;
      })
      .concat('wait')
      .join('\n'),
    jobs: [602, 603],
    deaths: {
      [runnerName(602, 'postgres-0')]: 'runner-teardown',
      [runnerName(603, 'build')]: 'runner-teardown',
    },
  },
  // The engine refuses to take a container off `host` or `none`; the runner goes on.
  'a runner takes down jobs that are on the network of the host, and on none': {
    script: `${begin(617, '--network host')}; ${begin(618, '--network none')}
      sleep 1
      ${end(617, ['build'], 'host')}
      ${end(618, ['build'], 'none')}`,
    jobs: [617, 618],
  },
  'two jobs use the cache volume of their runner, one after the other': {
    script: [604, 605].map((job) => `${begin(job, `-v ${cache}:/cache`)}\nsleep 1\n${end(job)}`).join('\n'),
    jobs: [604, 605],
  },
  'two Testcontainers sessions are reaped in the same second': {
    script: `${begin(606)}; ${begin(607)}
      ${session(606, sessions[606])}; ${session(607, sessions[607])}
      sleep 1
      (${reap(sessions[606])}) & (${reap(sessions[607])}) & wait`,
    jobs: [606, 607],
    deaths: { 'pg-606': 'reaper', 'kafka-606': 'reaper', 'pg-607': 'reaper', 'kafka-607': 'reaper' },
  },
  'a restart policy starts a flaky service again': {
    script: `${begin(608)}; ${run(608, 'flaky-608', '-d --restart on-failure:2', "sh -c 'sleep 0.3; exit 1'")}
      sleep 4; docker rm -f flaky-608`,
    jobs: [608],
    deaths: { 'flaky-608': 'exited' },
  },
  'memory runs out': {
    script: `${begin(609)}; ! ${run(609, 'webpack-609', '-m 24m --memory-swap 24m', 'tail /dev/zero')}`,
    jobs: [609],
    deaths: { 'webpack-609': 'oom' },
  },
  'a health check fails and recovers': {
    script: `${begin(610)}
      ${run(610, 'web-610', "-d --health-cmd 'test -e /ok' --health-interval 500ms --health-retries 1")}
      sleep 2; docker exec web-610 touch /ok; sleep 2; docker rm -f web-610`,
    jobs: [610],
  },
  'two jobs remove their own containers in the same second, and start them again': {
    script: `${begin(611)}; ${begin(612)}
      ${run(611, 'db-611', '-d')}; ${run(612, 'db-612', '-d')}
      (docker rm -f db-611; ${run(611, 'db-611', '-d')}) & (docker rm -f db-612; ${run(612, 'db-612', '-d')}) & wait`,
    jobs: [611, 612],
    deaths: { 'db-611': 'own-kill', 'db-612': 'own-kill' },
  },
  'a job commits its container, and the next runs the image': {
    script: `${begin(613)}; ${run(613, 'base-613', '-d')}
      docker commit base-613 shop:613; docker rm -f base-613; ${end(613)}
      ${begin(614)}; docker run -d ${gitlabLabels(614, 'step')} --name app-614 shop:613 sleep 900; docker rm -f app-614`,
    jobs: [613, 614],
  },
  'a program says 137 itself': {
    script: `${begin(615)}; ! ${run(615, 'tests-615', '', "sh -c 'exit 137'")}`,
    jobs: [615],
    deaths: { 'tests-615': 'unexplained' },
  },
  'a job stops what it started, with and without being heard': {
    script: `${begin(616)}
      ${run(616, 'polite-616', '-d', `sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'`)}
      ${run(616, 'deaf-616', '-d')}
      docker stop polite-616; docker stop -t 1 deaf-616; docker restart -t 0 deaf-616; docker rm -f polite-616 deaf-616`,
    jobs: [616],
  },
};
