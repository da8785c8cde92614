import { sharedVolume } from '../../../src/detection/detectors/shared-volume';
import { detectorTest } from '../../helpers/detector-test';
import { timeline, type Timeline } from '../../helpers/timeline';

/** `docker run` of two jobs that overlap. */
const together =
  (first: string, second = first) =>
  (t: Timeline) => {
    t.job('gitlab:101').runs('one', { volumes: [first] });
    t.job('gitlab:102').runs('two', { volumes: [second] });
  };

const inTurn =
  (first: string, second = first) =>
  (t: Timeline) => {
    t.job('gitlab:101').runs('one', { volumes: [first], rm: true });
    t.ends('one');
    t.job('gitlab:102').runs('two', { volumes: [second] });
  };

const slotCache = 'runner-0123456789abcdef0123456789abcdef-cache-fedcba9876543210fedcba9876543210:/cache';
const both = { victims: ['gitlab:101', 'gitlab:102'], actors: [], severity: 'warning', confidence: 'likely' };
const later = { victims: ['gitlab:102'], actors: ['gitlab:101'], severity: 'info' };

detectorTest(sharedVolume, {
  quiet: {
    'both only read it': together('cache:/cache:ro'),
    'two containers of one job share it'(t) {
      t.job('gitlab:101')
        .runs('one', { volumes: ['cache:/cache'] })
        .runs('two', { volumes: ['cache:/cache'] });
    },
    'one of them belongs to nobody known'(t) {
      t.job('gitlab:101').runs('one', { volumes: ['cache:/cache'] });
      t.host.runs('backup', { volumes: ['cache:/cache:ro'] });
    },
    'each has a volume of its own': together('cache-101:/cache', 'cache-102:/cache'),
    'the second was created, and never ran'(t) {
      t.job('gitlab:101').runs('one', { volumes: ['cache:/cache'] });
      t.job('gitlab:102').creates('two', { volumes: ['cache:/cache'] });
    },
    "it is the cache of a runner's slot, used by one job after the other": inTurn(slotCache),
    'the volume was made anew between them'(t) {
      t.job('gitlab:101').runs('one', { volumes: ['data:/data'], rm: true });
      t.ends('one');
      t.job('gitlab:101').removesVolume('data');
      t.job('gitlab:102').runs('two', { volumes: ['data:/data'] });
    },
    'the earlier one could only read it': inTurn('cache:/cache:ro', 'cache:/cache'),
    'it is shared by every run of act on purpose': together('act-toolcache:/opt/hostedtoolcache'),
    "it is the engine's socket": together('/var/run/docker.sock:/var/run/docker.sock'),
    'it is the socket of another engine': together('/run/user/1000/podman/podman.sock:/var/run/docker.sock'),
    "it is the host's time zone": together('/etc/localtime:/etc/localtime'),
    'it lies below a harmless directory': together('/etc/ssl/certs:/etc/ssl/certs'),
    "it is a runner's own directory": together('/srv/runner/_work/_tool:/opt/tools'),
    'the host directories only begin alike': together('/srv/data:/data', '/srv/data-2:/data'),
    'one mounts the root of the host': together('/:/host', '/srv/data:/data'),
    "it is handed out by the runner's own container"(t) {
      const image = 'gitlab/gitlab-runner:v17';
      t.host.runs('runner', { image, volumes: ['m2:/cache', '/srv/cache:/cache2'] });
      t.job('gitlab:101').runs('one', { volumes: ['m2:/m2', '/srv/cache/maven:/root/.m2'] });
      t.job('gitlab:102').runs('two', { volumes: ['m2:/m2', '/srv/cache/maven:/root/.m2'] });
    },
    'the container is one that Testcontainers reuses'(t) {
      const labels = { 'org.testcontainers': 'true', 'org.testcontainers.hash': 'abc' };
      t.job('gitlab:101').runs('db', { labels, volumes: ['pg:/var/lib/postgresql'] });
      t.job('gitlab:102').runs('two', { volumes: ['pg:/var/lib/postgresql'] });
    },
    'only one container uses a socket (recorded)': '28.5.2/socket-bind',
    'a job lives and ends alone (recorded)': '20.10.24/job-life',
    // Events name no host path, and only one of the three was inspected.
    'host paths are shared unseen (recorded)': '28.5.2/shared-bind',
  },

  found: {
    'two jobs write to one volume at the same time': [
      together('cache:/cache'),
      {
        ...both,
        variant: 'volume',
        status: 'open',
        resource: 'cache',
        affected: ['cache', 'one', 'two'],
        count: 1,
      },
    ],
    'one reads what the other can write': [
      together('cache:/cache', 'cache:/cache:ro'),
      { ...both, variant: 'volume' },
    ],
    'many containers of two jobs are one finding': [
      (t) => {
        t.job('gitlab:101')
          .runs('a', { volumes: ['cache:/c'] })
          .runs('b', { volumes: ['cache:/c'] });
        t.job('gitlab:102')
          .runs('c', { volumes: ['cache:/c'] })
          .runs('d', { volumes: ['cache:/c'] });
      },
      { ...both, affected: ['cache', 'a', 'b', 'c', 'd'], count: 1 },
    ],
    'three jobs are three pairs': [
      (t) => {
        for (const id of [1, 2, 3]) t.job(`gitlab:${id}`).runs(`job-${id}`, { volumes: ['cache:/c'] });
      },
      { victims: ['gitlab:1', 'gitlab:2'] },
      { victims: ['gitlab:1', 'gitlab:3'] },
      { victims: ['gitlab:2', 'gitlab:3'] },
    ],
    'a job runs on the data that another left': [
      inTurn('kuma_mysql:/var/lib/mysql'),
      { ...later, variant: 'volume', confidence: 'certain', resource: 'kuma_mysql', status: 'open' },
    ],
    'of several earlier jobs only the last counts': [
      (t) => {
        for (const id of [99, 100, 101]) {
          t.job(`gitlab:${id}`).runs('db', { volumes: ['pg:/pg'], rm: true });
          t.ends('db');
          t.passes({ minutes: 15 });
        }
        t.job('gitlab:102').runs('db', { volumes: ['pg:/pg'] });
      },
      { victims: ['gitlab:100'], actors: ['gitlab:99'], status: 'resolved' },
      { victims: ['gitlab:101'], actors: ['gitlab:100'], status: 'resolved' },
      { victims: ['gitlab:102'], actors: ['gitlab:101'], status: 'open' },
    ],
    'two jobs hold the cache of one slot at the same time': [together(slotCache), both],
    'an anonymous volume is taken over': [
      (t) => {
        t.job('gitlab:101').runs('sim_old', { volumes: ['/logs'] });
        t.job('gitlab:102').runs('sim_new', { volumesFrom: ['sim_old'] });
      },
      { ...both, variant: 'anonymous' },
    ],
    'two jobs write below /tmp of the host': [
      together('/tmp/xt-shared:/tmp'),
      { ...both, variant: 'host-path', resource: '/tmp/xt-shared' },
    ],
    'one host directory lies in the other': [
      together('/srv/shared/:/w', '/srv/shared/sub:/w'),
      {
        ...both,
        variant: 'host-path',
        resource: '/srv/shared/sub',
        affected: ['/srv/shared/sub', '/srv/shared', 'one', 'two'],
      },
    ],
    'a host directory is used in turn': [inTurn('/var/lib/pg:/pg'), { ...later, variant: 'host-path' }],
    'two write and one reads (recorded)': [
      '28.5.2/shared-volume',
      { victims: ['gitlab:101', 'gitlab:102'], resource: 'cache', status: 'resolved' },
      { victims: ['gitlab:101', 'gitlab:103'], resource: 'cache', status: 'resolved' },
      { victims: ['gitlab:102', 'gitlab:103'], resource: 'cache', status: 'open' },
    ],
    'two write and one reads, on 20.10 (recorded)': [
      '20.10.24/shared-volume',
      { victims: ['gitlab:101', 'gitlab:102'], status: 'resolved' },
      { victims: ['gitlab:101', 'gitlab:103'], status: 'resolved' },
      { victims: ['gitlab:102', 'gitlab:103'], status: 'open' },
    ],
    'one after the other (recorded)': [
      '28.5.2/shared-volume-serial',
      { ...later, variant: 'volume', confidence: 'likely', status: 'resolved' },
    ],
    'one after the other, on 20.10 (recorded)': ['20.10.24/shared-volume-serial', later],
    'legs of a matrix bind one directory below /tmp (recorded)': [
      '20.10.24/shared-host-path',
      { ...both, variant: 'host-path', resource: '/tmp/xt-shared', status: 'resolved' },
      { victims: ['gitlab:102', 'gitlab:103'], resource: '/tmp/xt-shared', status: 'resolved' },
      { victims: ['gitlab:103'], actors: ['gitlab:101'], severity: 'info', status: 'resolved' },
    ],
    'an anonymous volume by --volumes-from (recorded)': [
      '28.5.2/volumes-from',
      { ...both, variant: 'anonymous', status: 'resolved' },
    ],
  },
});

describe('a shared volume over time', () => {
  const story = () => timeline({ detectors: [sharedVolume] });

  test('short turns are one finding, which stays open while they follow one another', () => {
    const t = story();
    t.job('gitlab:101').runs('db', { volumes: ['pg:/pg'] });
    for (const _ of [1, 2, 3, 4]) {
      t.job('gitlab:102').runs('psql', { volumes: ['pg:/pg'], rm: true });
      t.ends('psql');
      t.passes({ seconds: 50 });
    }
    expect(t.findings()).toMatchObject([{ status: 'open', count: 1, victims: ['gitlab:101', 'gitlab:102'] }]);
  });

  test('it is over when one job has let go for ten minutes', () => {
    const t = story();
    t.job('gitlab:101').runs('one', { volumes: ['cache:/c'] });
    t.job('gitlab:102')
      .runs('build')
      .runs('two', { volumes: ['cache:/c'], rm: true });
    t.ends('two');
    t.passes({ minutes: 9 });
    expect(t.findings()).toMatchObject([{ status: 'open' }]);
    t.passes({ minutes: 3 });
    expect(t.findings()).toMatchObject([
      { status: 'resolved', finding: { note: 'gitlab:102 does not use it any more' } },
    ]);
  });

  test('it is over when a job has ended', () => {
    const t = story();
    t.job('gitlab:101').runs('one', { volumes: ['cache:/c'] });
    t.job('gitlab:102').runs('two', { volumes: ['cache:/c'] });
    t.job('gitlab:102').removes('two');
    t.passes({ minutes: 3 });
    expect(t.findings()).toMatchObject([{ status: 'resolved', finding: { note: 'gitlab:102 has ended' } }]);
  });

  test('it is withdrawn when the label turns out to come from the image', () => {
    const t = story();
    t.job('gitlab:101').runs('one', { volumes: ['cache:/c'], inspected: false });
    t.job('gitlab:102').runs('two', { volumes: ['cache:/c'], inspected: false, image: 'leaky' });
    expect(t.findings()).toMatchObject([{ status: 'open', confidence: 'likely' }]);
    t.learnsImage('leaky', { 'com.gitlab.gitlab-runner.job.id': '102' });
    expect(t.findings()).toMatchObject([{ status: 'withdrawn' }]);
  });

  test('what the user allows is not told', () => {
    const settings = { allow: [{ kind: 'shared-volume', name: 'cache*' }] };
    const t = timeline({ detectors: [sharedVolume], settings });
    together('cache-m2:/m2')(t);
    expect(t.findings()).toEqual([]);
  });
});
