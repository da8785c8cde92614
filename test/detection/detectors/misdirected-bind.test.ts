import { misdirectedBind } from '../../../src/detection/detectors/misdirected-bind';
import { detectorTest } from '../../helpers/detector-test';
import { timeline, type Timeline } from '../../helpers/timeline';

/** A job whose build container has one mount, from where it starts a container with another. */
const fromBuild = (build: string, bind: string) => (t: Timeline) => {
  t.job('gitlab:101')
    .runs('runner-x-project-1-concurrent-0-build', { part: 'build', volumes: [build] })
    .runs('lint', { volumes: [bind] });
};

/** The same where nothing says which container the steps run in. */
const unmarked = (first: string, second: string) => (t: Timeline) => {
  t.job('gitlab:101')
    .runs('a-build', { volumes: [first] })
    .runs('lint', { volumes: [second] });
};

const own = {
  variant: null,
  severity: 'warning',
  confidence: 'likely',
  victims: ['gitlab:101'],
  actors: ['gitlab:101'],
  count: 1,
};

detectorTest(misdirectedBind, {
  quiet: {
    'the host has the build directory at the same path': fromBuild('/builds:/builds', '/builds/p:/src'),
    'the deeper of two mounts is the same path'(t) {
      t.job('gitlab:101')
        .runs('build', { part: 'build', volumes: ['cache:/builds', '/builds/p:/builds/p'] })
        .runs('lint', { volumes: ['/builds/p/src:/src'] });
    },
    "the path is in the build container's own layer": fromBuild('cache:/cache', '/builds/p:/src'),
    'the paths only begin alike': fromBuild('builds:/builds', '/builds-2/p:/src'),
    "it is the engine's socket": fromBuild(
      '/run/user/1000/docker.sock:/var/run/docker.sock',
      '/var/run/docker.sock:/var/run/docker.sock',
    ),
    "it is the host's time zone": fromBuild('etc:/etc', '/etc/localtime:/etc/localtime'),
    'the runner itself mounted it'(t) {
      t.job('gitlab:101')
        .runs('build', { part: 'build', volumes: ['builds:/builds'] })
        .runs('runner-x-project-1-concurrent-0-0123456789abcdef-redis-0', {
          part: 'service',
          volumes: ['/builds/shared:/data'],
        });
    },
    'the build container had ended before'(t) {
      t.job('gitlab:101').runs('build', { part: 'build', volumes: ['builds:/builds'], rm: true });
      t.ends('build');
      t.job('gitlab:101').runs('lint', { volumes: ['/builds/p:/src'] });
    },
    'the build container had ended before, and is still there'(t) {
      t.job('gitlab:101').runs('build', { part: 'build', volumes: ['builds:/builds'] });
      t.ends('build');
      t.job('gitlab:101').runs('lint', { volumes: ['/builds/p:/src'] });
    },
    'the build container is of another job'(t) {
      t.job('gitlab:102').runs('build', { part: 'build', volumes: ['builds:/builds'] });
      t.job('gitlab:101').runs('lint', { volumes: ['/builds/p:/src'] });
    },
    'it is a volume that is mounted': fromBuild('builds:/builds', 'builds:/src'),
    'nobody knows whose container it is'(t) {
      t.job('gitlab:101').runs('build', { part: 'build', volumes: ['builds:/builds'] });
      t.job('gitlab:102').runs('other');
      t.host.runs('lint', { volumes: ['/builds/p:/src'] });
    },
    'a job on the host means the directories of the host'(t) {
      t.job('gitlab:101')
        .runs('db', { volumes: ['m2:/root/.m2', 'pg:/var/lib/postgresql', 'scratch:/tmp'] })
        .runs('mvn', { volumes: ['/root/.m2/settings.xml:/s.xml', '/tmp/report:/report'] });
    },
    'no host path is known (recorded)': '28.5.2/shared-volume',
    'a bind without a build container (recorded)': '20.10.24/shared-bind',
  },

  found: {
    'the build directory is a volume': [
      fromBuild('a-builds:/builds', '/builds/g/p/shared:/mnt'),
      {
        ...own,
        resource: '/builds/g/p/shared',
        affected: ['/builds/g/p/shared', 'lint', 'runner-x-project-1-concurrent-0-build'],
      },
    ],
    'the build directory lies elsewhere on the host': [
      fromBuild('/home/runner/_work:/__w', '/__w/shop/shop:/src'),
      { ...own, resource: '/__w/shop/shop' },
    ],
    'the bind names the whole mount': [fromBuild('builds:/builds/', '/builds:/src'), own],
    "the job copied the runner's labels to what it starts": [
      (t) => {
        t.job('gitlab:101')
          .runs('build', { part: 'build', volumes: ['builds:/builds'] })
          .runs('lint', { part: 'build', volumes: ['/builds/src:/src'] });
      },
      { ...own, affected: ['/builds/src', 'lint', 'build'] },
    ],
    'only labels of the job, none of its parts': [
      unmarked('a-builds:/tmp/xt-builds', '/tmp/xt-builds/p/shared:/mnt'),
      { ...own, resource: '/tmp/xt-builds/p/shared' },
    ],
    'two binds of one container are one finding': [
      (t) => {
        t.job('gitlab:101')
          .runs('build', { part: 'build', volumes: ['builds:/builds'] })
          .runs('lint', { volumes: ['/builds/src:/src', '/builds/out:/out'] });
      },
      { ...own, affected: ['/builds/out', '/builds/src', 'lint', 'build'] },
    ],
    'the engine made the directory on its host (recorded)': [
      '20.10.24/misdirected-bind',
      { ...own, resource: '/tmp/xt-builds/p/shared' },
    ],
    'the engine made the directory on its host (recorded on 28)': [
      '28.5.2/misdirected-bind',
      { ...own, resource: '/tmp/xt-builds/p/shared' },
    ],
  },
});

test('what a job does again and again is counted', () => {
  const t = timeline({ detectors: [misdirectedBind] });
  t.job('gitlab:101').runs('build', { part: 'build', volumes: ['builds:/builds'] });
  for (const _ of [1, 2, 3]) {
    t.job('gitlab:101').runs('lint', { volumes: ['/builds/p:/src'], rm: true });
    t.ends('lint');
  }
  expect(t.findings()).toMatchObject([{ count: 3 }]);
});
