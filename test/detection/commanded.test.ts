import { MILLISECOND, SECOND } from '../../src/domain';
import { foreignKill } from '../../src/detection/detectors/foreign-kill';
import { type Ran, timeline, type Timeline, type Told } from '../helpers/timeline';

/** Two jobs, each with a build container that has the engine's socket; `web` is 101's, started by its script. */
const scene = (story: (t: Timeline) => void): readonly Told[] => {
  const t = timeline({ detectors: [foreignKill] });
  t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('web');
  t.job('gitlab:102').runs('build-102', { part: 'build' });
  story(t);
  return t.findings();
};

const rm: Ran = { verb: 'rm', targets: ['web'], force: true };
const removal = (ran: Partial<Ran>) => (t: Timeline) =>
  t.command({ ...rm, ...ran }, () => t.host.removes('web'));

/** Since the beginning of the story. */
const secondsOf = (t: Timeline): number => Number(t.now() - 1_795_465_800n * SECOND) / 1e9;

const by102 = {
  kind: 'foreign-kill',
  variant: 'remove',
  severity: 'critical',
  confidence: 'certain',
  victims: ['gitlab:101'],
  actors: ['gitlab:102'],
};

test.each<[string, (t: Timeline) => void, Partial<Told>]>([
  ['another job names it', removal({ inside: 'build-102' }), by102],
  ['by its full id', (t) => removal({ inside: 'build-102', targets: [t.idOf('web')] })(t), by102],
  [
    'by twelve digits of its id',
    (t) => removal({ inside: 'build-102', targets: [t.idOf('web').slice(0, 12)] })(t),
    by102,
  ],
  ['the command is told of late', removal({ inside: 'build-102', late: true }), by102],
  ['the command never ends', removal({ inside: 'build-102', code: null }), by102],
  [
    'a job of the host',
    removal({ env: { BUILD_TAG: 'jenkins-shop-7' } }),
    { ...by102, actors: ['jenkins:shop-7'] },
  ],
  [
    'an old process with the variables of a job',
    removal({ env: { BUILD_TAG: 'jenkins-shop-7' }, olderThanJob: true }),
    { ...by102, confidence: 'likely', actors: ['jenkins:shop-7'] },
  ],
  ['somebody on the host', removal({}), { ...by102, actors: ['host'] }],
  [
    'the engine it is meant for is not known for sure',
    removal({ inside: 'build-102', engine: 'unknown' }),
    { ...by102, confidence: 'likely' },
  ],
  ['the client was interrupted after it', removal({ inside: 'build-102', code: 130 }), by102],
  [
    'the client was interrupted before it',
    (t) => {
      t.command({ ...rm, inside: 'build-102', code: 130 });
      t.host.removes('web');
    },
    { ...by102, confidence: 'likely' },
  ],
  [
    'docker kill',
    (t) => t.command({ verb: 'kill', targets: ['web'], inside: 'build-102' }, () => t.host.kills('web')),
    { ...by102, variant: 'kill' },
  ],
  [
    'docker stop',
    (t) => t.command({ verb: 'stop', targets: ['web'], inside: 'build-102' }, () => t.host.stops('web')),
    { ...by102, variant: 'stop' },
  ],
  [
    'docker restart',
    (t) =>
      t.command({ verb: 'restart', targets: ['web'], inside: 'build-102' }, () => t.host.restarts('web')),
    { ...by102, variant: 'restart' },
  ],
  [
    'docker pause',
    (t) => t.command({ verb: 'pause', targets: ['web'], inside: 'build-102' }, () => t.host.pauses('web')),
    { ...by102, variant: 'pause', severity: 'warning' },
  ],
  [
    'docker rename',
    (t) =>
      t.command({ verb: 'rename', targets: ['web'], name: 'old', inside: 'build-102' }, () =>
        t.host.renames('web', 'old'),
      ),
    { ...by102, variant: 'rename', severity: 'warning' },
  ],
  [
    'a stopped container of a job that runs',
    (t) => {
      t.ends('web');
      t.command({ ...rm, force: false, inside: 'build-102' }, () => t.host.removes('web'));
    },
    by102,
  ],
  [
    'another job removes what somebody unseen had ended a while before',
    (t) => {
      t.host.kills('web');
      t.job('gitlab:101').runs('db', { at: secondsOf(t) + 4 });
      t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web'));
    },
    by102,
  ],
  [
    'a restart just after a detached run of its own job: a client that has ended passes no signal on',
    (t) => {
      const restart = { verb: 'restart', targets: ['db'], inside: 'build-102' };
      t.command(restart, () => {
        t.command({ verb: 'run', name: 'db', inside: 'build-101' }, () => t.job('gitlab:101').runs('db'));
        t.host.restarts('db', { at: secondsOf(t) + 0.002 });
      });
    },
    { ...by102, variant: 'restart' },
  ],
  [
    'a restart, and a kill right after its end that is not its own',
    (t) => {
      t.command({ verb: 'restart', targets: ['web'], inside: 'build-102' }, () => t.host.restarts('web'));
      t.host.kills('web', { at: secondsOf(t) + 0.012 });
    },
    { ...by102, variant: 'restart', count: 1 },
  ],
  [
    'a restart that failed after it had stopped it',
    (t) =>
      t.command({ verb: 'restart', targets: ['web'], inside: 'build-102', code: 1 }, () =>
        t.host.stops('web'),
      ),
    { ...by102, variant: 'restart' },
  ],
  [
    'rm failed for one of its targets, and the other is still there',
    removal({ inside: 'build-102', targets: ['web', 'db'], code: 1 }),
    { ...by102, confidence: 'likely' },
  ],
  [
    'rm failed for one of its targets, which a third job was removing too',
    (t) => {
      t.watches();
      t.job('gitlab:103').runs('db').runs('build-103', { part: 'build' });
      t.command({ ...rm, targets: ['web', 'db'], inside: 'build-102', code: 1 }, () => {
        t.host.removes('web', { at: secondsOf(t) + 0.1 });
        t.command({ ...rm, targets: ['db'], inside: 'build-103' }, () => t.host.removes('db'));
      });
    },
    { ...by102, confidence: 'likely' },
  ],
  [
    'another job removes what its own had just killed, whose client still lives',
    (t) =>
      t.command({ verb: 'kill', targets: ['web'], inside: 'build-101' }, () => {
        t.host.kills('web');
        t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web'));
      }),
    by102,
  ],
  [
    'its own job stops it while another removes it',
    (t) =>
      t.command({ verb: 'stop', targets: ['web'], inside: 'build-101' }, () =>
        t.command({ ...rm, inside: 'build-102' }, () => {
          t.host.stops('web').removes('web', { at: secondsOf(t) + 0.5 });
        }),
      ),
    by102,
  ],
  [
    'its own job kills it while another removes it: only rm removes',
    (t) =>
      t.command({ verb: 'kill', targets: ['web'], inside: 'build-101' }, () =>
        t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web')),
      ),
    by102,
  ],
  [
    'a sweep over both jobs: its own containers are its own doing',
    (t) =>
      t.command({ ...rm, targets: ['web', 'build-101', 'build-102'], inside: 'build-102' }, () =>
        t.host.removes('web').removes('build-101').removes('build-102'),
      ),
    { ...by102, affected: ['web', 'build-101'], count: 1 },
  ],
  [
    'a sweep whose client went with its own container: the engine goes on',
    (t) =>
      t.command({ ...rm, targets: ['build-102', 'web', 'build-101'], inside: 'build-102', code: 137 }, () => {
        t.host.removes('build-102');
        t.after(() => t.host.removes('web', { at: t.seconds() }).removes('build-101', { at: t.seconds() }));
      }),
    { ...by102, confidence: 'likely', affected: ['web', 'build-101'], count: 1 },
  ],
  [
    'compose down of the same project: it names nothing',
    (t) => {
      const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db' };
      t.job('gitlab:101').runs('shop-db-1', { labels });
      t.command({ verb: 'compose down', project: 'shop', inside: 'build-102' }, () =>
        t.host.removes('shop-db-1'),
      );
    },
    { ...by102, confidence: 'likely' },
  ],
])('told with its actor: %s', (_name, story, expected) => {
  const findings = scene(story);
  expect(findings).toMatchObject([expected]);
  expect(findings[0]!.finding.settled).toBe(true);
});

test.each<[string, (t: Timeline) => void]>([
  ['its own job', removal({ inside: 'build-101' })],
  ['a command that failed', removal({ inside: 'build-102', code: 1 })],
  ['a command for another engine', removal({ inside: 'build-102', engine: 'other' })],
  ['a command that names another container', removal({ inside: 'build-102', targets: ['webserver'] })],
  [
    'a prefix too short to be one',
    (t) => removal({ inside: 'build-102', targets: [t.idOf('web').slice(0, 3)] })(t),
  ],
  ['rm without force of what runs', removal({ inside: 'build-102', force: false })],
  [
    'two jobs at once',
    (t) => {
      const exec = { ...rm, inside: 'build-101', code: null };
      t.command(exec);
      t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web'));
    },
  ],
  [
    'a command of a container of nobody known',
    (t) => {
      t.host.runs('stranger');
      t.command({ ...rm, inside: 'stranger' }, () => t.host.removes('web'));
    },
  ],
  [
    'a command that ended before',
    (t) => {
      t.command({ ...rm, inside: 'build-102' });
      t.host.removes('web');
    },
  ],
  [
    'a job that works by commands took the name, but ran none that freed it',
    (t) => {
      t.watches();
      t.host.removes('web');
      t.command({ verb: 'run', name: 'web', inside: 'build-102' }, () =>
        t.job('gitlab:102').runs('web', { at: secondsOf(t) + 0.1 }),
      );
    },
  ],
  [
    'rm just after somebody unseen had killed it, as an rm -f does',
    (t) => {
      t.host.kills('web');
      const removes = () => void t.host.removes('web', { at: secondsOf(t) + 0.1 });
      t.command({ ...rm, inside: 'build-102' }, removes, 300n * MILLISECOND);
    },
  ],
  [
    'rm a second after somebody unseen had killed it, who may remove it himself',
    (t) => {
      t.watches();
      t.host.kills('web');
      t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web'));
    },
  ],
  [
    'rm failed for one of its targets, and all have gone',
    (t) => {
      t.watches();
      t.job('gitlab:101').runs('db');
      t.command({ ...rm, targets: ['web', 'db'], inside: 'build-102', code: 1 }, () =>
        t.host.removes('web').removes('db'),
      );
    },
  ],
  [
    'rm failed for one of its targets, which went only after it',
    (t) => {
      t.command({ ...rm, targets: ['web', 'db'], inside: 'build-102', code: 1 }, () => t.host.kills('web'));
      t.host.removes('web', { at: secondsOf(t) + 0.1 });
    },
  ],
  [
    'rm beside a prune of another job: -f says nothing of coming too late',
    (t) => {
      t.command({ verb: 'container prune', force: true, inside: 'build-101', code: null });
      t.ends('web');
      t.command({ ...rm, inside: 'build-102' }, () => t.host.removes('web'));
    },
  ],
  [
    'a container that somebody renamed took the name',
    (t) => {
      t.watches();
      t.job('gitlab:102').runs('web-2');
      t.host.removes('web');
      t.command({ verb: 'rename', targets: ['web-2'], name: 'web', inside: 'build-102' }, () =>
        t.host.renames('web-2', 'web', { at: secondsOf(t) + 0.1 }),
      );
    },
  ],
  [
    'a restart that failed before it did anything',
    (t) =>
      t.command({ verb: 'restart', targets: ['web'], inside: 'build-102', code: 1 }, () =>
        t.host.kills('web'),
      ),
  ],
  [
    'a harmless signal',
    (t) =>
      t.command({ verb: 'kill', targets: ['web'], inside: 'build-102' }, () =>
        t.host.kills('web', { signal: 1 }),
      ),
  ],
])('nobody is accused: %s', (_name, story) => {
  expect(scene(story).filter(({ actors }) => actors.length > 0)).toEqual([]);
});
