import { leftover } from '../../../src/detection/detectors/leftover';
import { detectorTest } from '../../helpers/detector-test';
import { timeline, type Timeline } from '../../helpers/timeline';

/** The runner removes the build container; whatever the job started stays. */
const ended =
  (start: (t: Timeline) => void, { minutes = 40 } = {}) =>
  (t: Timeline) => {
    t.job('gitlab:101').runs('build-101', { part: 'build' });
    start(t);
    t.job('gitlab:101').removes('build-101');
    t.passes({ minutes });
  };

const left = { victims: [], actors: ['gitlab:101'], severity: 'info', variant: null, status: 'open' };

detectorTest(leftover, {
  quiet: {
    'the job removed all': ended((t) => t.job('gitlab:101').runs('db').removes('db')),
    'it is removed in time'(t) {
      ended((story) => story.job('gitlab:101').runs('db'), { minutes: 20 })(t);
      t.job('gitlab:101').removes('db');
      t.passes({ minutes: 20 });
    },
    'the time has not come': ended((t) => t.job('gitlab:101').runs('db'), { minutes: 20 }),
    'the job still runs'(t) {
      t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('db');
      t.passes({ minutes: 90 });
    },
    'what stays is the cache of a slot': ended((t) =>
      t
        .job('gitlab:101')
        .runs('cache-101', {
          part: 'predefined',
          rm: true,
          volumes: ['runner-0123456789abcdef0123456789abcdef-cache-fedcba9876543210fedcba9876543210:/cache'],
        })
        .removes('cache-101'),
    ),
    'what stays holds the cache of a slot': ended((t) =>
      t.job('gitlab:101').runs('cache-101', { part: 'cache', env: ['CI_JOB_ID=101'] }),
    ),
    'what stays is a container that Testcontainers reuses': ended((t) =>
      t
        .job('gitlab:101')
        .runs('pg', { labels: { 'org.testcontainers': 'true', 'org.testcontainers.hash': 'abc' } }),
    ),
    'what stays belongs to nobody known'(t) {
      t.job('gitlab:102').runs('build-102', { part: 'build' });
      ended((story) => story.host.runs('registry'))(t);
    },
    'the job is only the guess of the one job alive': ended((t) => t.host.runs('httptester')),
    'the job lives and removes its container (recorded)': '28.5.2/job-life',
    'a container with --rm (recorded)': '20.10.24/job-run-rm',
  },

  found: {
    'a container still runs': [
      ended((t) => t.job('gitlab:101').runs('httptester')),
      { ...left, confidence: 'certain', resource: 'httptester', affected: ['httptester'] },
    ],
    'containers, running and ended': [
      ended((t) => {
        t.job('gitlab:101').runs('db').runs('migrate');
        t.ends('migrate', { exitCode: 0 });
      }),
      { ...left, affected: ['db', 'migrate'] },
    ],
    'it is found again when a job came to life again and ended': [
      (t) => {
        ended((story) => story.job('gitlab:101').runs('db'))(t);
        t.job('gitlab:101').runs('build-again', { part: 'build' });
        t.passes({ minutes: 3 });
        t.job('gitlab:101').removes('build-again');
        t.passes({ minutes: 40 });
      },
      { ...left, status: 'resolved' },
      left,
    ],
    'a killed container was never removed (recorded)': [
      '28.5.2/foreign-kill',
      { ...left, confidence: 'likely' },
    ],
  },
});

describe('leftovers over time', () => {
  const story = () => {
    const t = timeline({ detectors: [leftover] });
    ended((each) => each.job('gitlab:101').runs('db').runs('web'))(t);
    return t;
  };

  test('they are over when all of them are gone', () => {
    const t = story();
    t.job('gitlab:101').removes('db');
    t.passes({ minutes: 2 });
    expect(t.findings()).toMatchObject([{ status: 'open' }]);
    t.job('gitlab:101').removes('web');
    t.passes({ minutes: 2 });
    expect(t.findings()).toMatchObject([{ status: 'resolved', finding: { note: 'everything is gone' } }]);
  });

  test('the time after which they count is a setting', () => {
    const t = timeline({ detectors: [leftover], settings: { leftoverAfterMs: 5 * 60_000 } });
    ended((each) => each.job('gitlab:101').runs('db'), { minutes: 8 })(t);
    expect(t.findings()).toMatchObject([{ resource: 'db' }]);
  });
});
