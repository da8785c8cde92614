import { auditBypass } from '../../../src/detection/detectors/audit-bypass';
import { isSameSocket } from '../../../src/detection/host-paths';
import { detectorTest } from '../../helpers/detector-test';
import { timeline } from '../../helpers/timeline';

/** The engine of the recordings has it there. */
const socket = '/tmp/ct-commands/docker.sock';
const own = [`${socket}:/var/run/docker.sock`];
const bypass = {
  variant: null,
  severity: 'info',
  confidence: 'certain',
  victims: [],
  actors: ['gitlab:101'],
  resource: 'build-101',
};

detectorTest(auditBypass, {
  settings: { bypassedSocket: socket },
  quiet: {
    'it has the audit socket': (t) =>
      t.job('gitlab:101').runs('build-101', {
        part: 'build',
        volumes: ['/run/crosstalk/docker.sock:/var/run/docker.sock'],
      }),
    'it is nobody known': (t) => t.host.runs('portainer', { volumes: own }),
    'it is the runner itself': (t) =>
      t.host.runs('runner', { image: 'gitlab/gitlab-runner:v17.1.0', volumes: own }),
    'it has the directory, with much else': (t) =>
      t.job('gitlab:101').runs('build-101', { part: 'build', volumes: ['/tmp/ct-commands:/host'] }),
    'it has a socket of another engine': (t) =>
      t.job('gitlab:101').runs('build-101', {
        part: 'build',
        volumes: ['/run/other/docker.sock:/var/run/docker.sock'],
      }),
    'it is the reaper of its tests': (t) =>
      t.job('gitlab:101').runs('ryuk', {
        image: 'testcontainers/ryuk:0.11.0',
        labels: { 'org.testcontainers.ryuk': 'true', 'org.testcontainers': 'true' },
        volumes: own,
      }),
    'mounts of other paths (recorded)': '28.5.2/shared-bind',
    'volumes (recorded)': '28.5.2/shared-volume',
  },

  found: {
    'the build container has it': [
      (t) => t.job('gitlab:101').runs('build-101', { part: 'build', volumes: own }),
      bypass,
    ],
    'a job mounted it (recorded)': ['commands/own-socket', bypass],
    'until it has ended': [
      (t) => {
        t.job('gitlab:101').runs('build-101', { part: 'build', volumes: own });
        t.ends('build-101');
        t.passes({ minutes: 2 });
      },
      { ...bypass, status: 'resolved' },
    ],
    'a container that the job started': [
      (t) => {
        t.job('gitlab:101').runs('build-101', { part: 'build' });
        t.job('gitlab:101').runs('tool', { volumes: own });
      },
      { ...bypass, resource: 'tool' },
    ],
  },
});

test.each([
  ['/var/run/docker.sock', '/run/docker.sock', true],
  ['/run//docker.sock', '/var/run/docker.sock', true],
  ['/run/docker.sock', '/run/crosstalk/docker.sock', false],
])('%s and %s: %s', (one, other, same) => expect(isSameSocket(one, other)).toBe(same));

test('on a host without an audit socket there is nothing to go past', () => {
  const t = timeline({ detectors: [auditBypass] });
  t.job('gitlab:101').runs('build-101', { part: 'build', volumes: own });
  expect(t.findings()).toEqual([]);
});
