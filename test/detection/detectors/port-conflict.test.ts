import { portConflict } from '../../../src/detection/detectors/port-conflict';
import { refusedPort } from '../../../src/detection/refused-port';
import { detectorTest } from '../../helpers/detector-test';
import type { Timeline } from '../../helpers/timeline';

const inUse = (where: string): string =>
  `driver failed programming external connectivity on endpoint web-102 (3c13): Bind for ${where} failed: port is already allocated`;
const byProcess = (where: string): string =>
  `driver failed programming external connectivity on endpoint web-102 (3c13): Error starting userland proxy: listen tcp4 ${where}: bind: address already in use`;

/** A container that holds a port, and one that is refused. */
const refused =
  (held: string, wanted: string, error: string, holder = 'gitlab:101') =>
  (t: Timeline) => {
    t.job(holder).runs('web-101', { ports: [held] });
    t.job('gitlab:102').failsToStart('web-102', error, { ports: [wanted] });
  };

const found = {
  victims: ['gitlab:102'],
  actors: ['gitlab:101'],
  severity: 'warning',
  variant: null,
  status: 'open',
};

detectorTest(portConflict, {
  quiet: {
    'the holder is of the same job': refused('18080:80', '18080:80', inUse('0.0.0.0:18080'), 'gitlab:102'),
    'the start failed for another reason': refused(
      '18080:80',
      '18080:80',
      'OCI runtime create failed: no such file',
    ),
    'a process of the host has the port': refused('8080:80', '5000:80', byProcess('0.0.0.0:5000')),
    'the other listens on another address': refused(
      '127.0.0.1:5000:80',
      '127.0.0.2:5000:80',
      byProcess('127.0.0.2:5000'),
    ),
    'the other holds the port of another protocol': refused(
      '5000:53/udp',
      '5000:80',
      byProcess('0.0.0.0:5000'),
    ),
    'the holder is gone before'(t) {
      t.job('gitlab:101')
        .runs('web-101', { ports: ['18080:80'] })
        .removes('web-101');
      t.job('gitlab:102').failsToStart('web-102', byProcess('0.0.0.0:18080'), { ports: ['18080:80'] });
    },
    'the port was taken only after the refusal'(t) {
      t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:18080'), { ports: ['18080:80'] });
      t.job('gitlab:101').runs('web-101', { ports: ['18080:80'] });
      t.inspects('web-102');
    },
    'the holder belongs to nobody known'(t) {
      t.host.runs('registry', { ports: ['5000:5000'] });
      t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:5000'), { ports: ['5000:80'] });
    },
    'two that were never inspected may hold it'(t) {
      t.job('gitlab:101').runs('web-101', { inspected: false });
      t.job('gitlab:103').runs('web-103', { inspected: false });
      t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:5000'), { ports: ['5000:80'] });
    },
    'all ports are known to be others'(t) {
      t.job('gitlab:101').runs('web-101', { ports: ['80:80'] });
      t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:5000'), { ports: ['5000:80'] });
    },
    'nothing is refused (recorded)': '28.5.2/shared-bind',
    'a program ends by itself (recorded)': '20.10.24/job-run-rm',
  },

  found: {
    "another job's container holds it": [
      refused('18080:80', '18080:80', inUse('0.0.0.0:18080')),
      {
        ...found,
        confidence: 'certain',
        resource: '18080/tcp',
        affected: ['18080/tcp', 'web-102', 'web-101'],
      },
    ],
    'the words are those of the proxy process': [
      refused('5000:80', '5000:80', byProcess('0.0.0.0:5000')),
      { ...found, confidence: 'certain', resource: '5000/tcp' },
    ],
    'one of them wants every address': [
      refused('127.0.0.1:5000:80', '5000:80', inUse('0.0.0.0:5000')),
      { ...found, resource: '5000/tcp' },
    ],
    'the protocol comes from what it asked for': [
      refused('5353:53/udp', '5353:53/udp', inUse('0.0.0.0:5353')),
      { ...found, resource: '5353/udp' },
    ],
    'the holder has ended meanwhile': [
      (t) => {
        refused('18080:80', '18080:80', inUse('0.0.0.0:18080'))(t);
        t.job('gitlab:101').removes('web-101');
        t.inspects('web-102');
      },
      found,
    ],
    'the error is read late, when another job holds the port': [
      (t) => {
        t.job('gitlab:101').runs('web-101', { ports: ['5000:80'] });
        const late = { ports: ['5000:80'], inspected: false };
        t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:5000'), late);
        t.job('gitlab:101').removes('web-101');
        t.job('gitlab:103').runs('web-103', { ports: ['5000:80'] });
        t.inspects('web-102');
      },
      found,
    ],
    'only one container is left that can hold it': [
      (t) => {
        t.job('gitlab:101').runs('web-101', { inspected: false });
        t.job('gitlab:103').runs('web-103', { ports: ['80:80'] });
        t.job('gitlab:102').failsToStart('web-102', inUse('0.0.0.0:5000'), { ports: ['5000:80'] });
      },
      { ...found, confidence: 'likely', resource: '5000/tcp' },
    ],
    'the holder was never inspected (recorded)': [
      '28.5.2/port-conflict',
      { ...found, confidence: 'likely', resource: '18080/tcp' },
    ],
    'the same on 20.10 (recorded)': ['20.10.24/port-conflict', { ...found, confidence: 'likely' }],
  },
});

describe('the refused port', () => {
  test.each([
    [inUse('0.0.0.0:18080'), { hostIp: '0.0.0.0', hostPort: 18080, protocol: undefined, byContainer: true }],
    [inUse(':::18080'), { hostIp: '::', hostPort: 18080, byContainer: true }],
    [inUse('[::]:18080'), { hostIp: '::', hostPort: 18080 }],
    [byProcess('127.0.0.1:80'), { hostIp: '127.0.0.1', hostPort: 80, protocol: 'tcp', byContainer: false }],
    [
      'failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use',
      { hostIp: '0.0.0.0', hostPort: 8080, protocol: 'tcp', byContainer: false },
    ],
    [
      'failed to bind host port 0.0.0.0:53/udp: address already in use',
      { hostIp: '0.0.0.0', hostPort: 53, protocol: 'udp', byContainer: false },
    ],
  ])('%s', (error, port) => expect(refusedPort(error)).toMatchObject(port));

  test.each(['', 'no such file', 'Bind for web failed: port is already allocated'])(
    'is none in %j',
    (error) => expect(refusedPort(error)).toBeUndefined(),
  );
});
