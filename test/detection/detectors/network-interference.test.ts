import { networkInterference } from '../../../src/detection/detectors/network-interference';
import { detectorTest } from '../../helpers/detector-test';
import type { Ran, Timeline } from '../../helpers/timeline';

/** `db` of 101 runs on net-101, which 101 made; 102 has a container of its own. */
const scene = (t: Timeline): void => {
  t.watches();
  t.job('gitlab:101').runs('build-101', { part: 'build' });
  t.command({ verb: 'network create', targets: ['net-101'], inside: 'build-101' }, () =>
    t.host.createsNetwork('net-101'),
  );
  t.job('gitlab:101').runs('db', { network: 'net-101' });
  t.job('gitlab:102').runs('build-102', { part: 'build' }).runs('web');
};
const after =
  (ran: Partial<Ran> & { verb: string }, act: (t: Timeline) => void) =>
  (t: Timeline): void => {
    scene(t);
    t.command({ inside: 'build-102', ...ran }, () => act(t));
  };
const disconnect: Partial<Ran> & { verb: string } = {
  verb: 'network disconnect',
  targets: ['net-101', 'db'],
};
const by102 = { confidence: 'certain', victims: ['gitlab:101'], actors: ['gitlab:102'], resource: 'net-101' };

detectorTest(networkInterference, {
  quiet: {
    'a job takes down its own network (recorded)': 'commands/own-network',
    'the job disconnects its own': after({ ...disconnect, inside: 'build-101' }, (t) =>
      t.host.disconnects('db'),
    ),
    'a runner detaches what it ends: no command': (t) => {
      scene(t);
      t.host.disconnects('db').kills('db');
    },
    'the host does it': after({ ...disconnect, inside: undefined as never }, (t) => t.host.disconnects('db')),
    'the command failed': after({ ...disconnect, code: 1 }, () => undefined),
    'the command names another container': after({ ...disconnect, targets: ['net-101', 'build-101'] }, (t) =>
      t.host.disconnects('db'),
    ),
    'a container ends, and leaves its network': (t) => {
      scene(t);
      t.ends('db');
    },
    'the job connects its own container to its own network': after(
      { verb: 'network connect', targets: ['net-101', 'build-101'], inside: 'build-101' },
      (t) => t.host.connects('build-101', 'net-101'),
    ),
    'the own container joins the default network': after(
      { verb: 'network connect', targets: ['bridge', 'web'] },
      (t) => t.host.connects('web', 'bridge'),
    ),
    'a network that nobody uses is removed: told as a prune': (t) => {
      scene(t);
      t.host.removes('db');
      t.command({ verb: 'network rm', targets: ['net-101'], inside: 'build-102' }, () =>
        t.host.removesNetwork('net-101'),
      );
    },
  },
  found: {
    'disconnected, then removed (recorded)': [
      'commands/network-interference',
      { variant: 'disconnect', severity: 'critical', ...by102, resource: 'goth_default' },
      { variant: 'remove', severity: 'critical', ...by102, resource: 'goth_default' },
    ],
    'another job disconnects a running container': [
      after(disconnect, (t) => t.host.disconnects('db')),
      { variant: 'disconnect', severity: 'critical', ...by102 },
    ],
    'by a prefix of its id': [
      (t) => {
        scene(t);
        t.command(
          { ...disconnect, targets: ['net-101', t.idOf('db').slice(0, 12)], inside: 'build-102' },
          () => t.host.disconnects('db'),
        );
      },
      { variant: 'disconnect', severity: 'critical', ...by102 },
    ],
    'and then removes the network': [
      (t) => {
        after(disconnect, () => t.host.disconnects('db'))(t);
        t.command({ verb: 'network rm', targets: ['net-101'], inside: 'build-102' }, () =>
          t.host.removesNetwork('net-101'),
        );
      },
      { variant: 'disconnect', severity: 'critical', ...by102 },
      { variant: 'remove', severity: 'critical', ...by102 },
    ],
    'another job joins a container to a network of its own': [
      (t) => {
        scene(t);
        t.host.createsNetwork('mynetwork');
        t.command({ verb: 'network connect', targets: ['mynetwork', 'db'], inside: 'build-102' }, () =>
          t.host.connects('db', 'mynetwork'),
        );
      },
      { variant: 'join', severity: 'warning', ...by102, resource: 'mynetwork' },
    ],
    'another job joins the network with a container of its own': [
      after({ verb: 'network connect', targets: ['net-101', 'web'] }, (t) =>
        t.host.connects('web', 'net-101'),
      ),
      { variant: 'join', severity: 'warning', ...by102 },
    ],
  },
});
