import { MILLISECOND } from '../../src/domain';
import { detectors } from '../../src/detection/detectors';
import type { Called } from '../helpers/called';
import { timeline, type Timeline, type Told } from '../helpers/timeline';

/** Two jobs whose calls pass the audit socket; `web` is 101's, started by its script. */
const scene = (story: (t: Timeline) => void): readonly Told[] => {
  const t = timeline({ detectors });
  t.audits();
  t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('web');
  t.job('gitlab:102').runs('build-102', { part: 'build' });
  story(t);
  return t.findings();
};

const rm: Called = {
  asks: { verb: 'rm', targets: ['web'], force: true },
  method: 'DELETE',
  path: '/containers/web',
  query: 'force=1',
};
const removal = (called: Partial<Called>) => (t: Timeline) =>
  t.call({ ...rm, ...called }, () => t.host.removes('web', soon(t)));

/** A millisecond from now: a call lasts only a few. */
const soon = (t: Timeline): { at: number } => ({ at: t.seconds() + 0.001 });

const by102 = {
  kind: 'foreign-kill',
  variant: 'remove',
  severity: 'critical',
  confidence: 'certain',
  victims: ['gitlab:101'],
  actors: ['gitlab:102'],
};

test.each<[string, (t: Timeline) => void, Partial<Told>]>([
  ['another job removes it', removal({ inside: 'build-102' }), by102],
  [
    'by a prefix of its id',
    (t) =>
      removal({
        inside: 'build-102',
        asks: { verb: 'rm', targets: [t.idOf('web').slice(0, 12)], force: true },
      })(t),
    by102,
  ],
  [
    'a kill of which the answer comes late',
    (t) =>
      t.call({ asks: { verb: 'kill', targets: ['web'] }, inside: 'build-102', status: null }, () =>
        t.host.kills('web', soon(t)),
      ),
    { ...by102, variant: 'kill' },
  ],
  [
    'an SDK that stops it',
    (t) =>
      t.call({ asks: { verb: 'stop', targets: ['web'] }, inside: 'build-102', exe: '/usr/bin/node' }, () =>
        t.host.stops('web', soon(t)),
      ),
    { ...by102, variant: 'stop' },
  ],
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
    'a client that hung up before the answer: the engine goes on',
    (t) => {
      t.call({ ...rm, inside: 'build-102', status: null, aborted: 'client' });
      t.host.removes('web', { at: t.seconds() + 0.5 });
    },
    { ...by102, confidence: 'likely' },
  ],
  [
    'a command of another job fits as well: what was answered decides',
    (t) => {
      t.watches();
      t.command({ verb: 'kill', targets: ['web'], inside: 'build-101' }, () =>
        t.call(
          { asks: { verb: 'kill', targets: ['web'] }, inside: 'build-102' },
          () => t.host.kills('web', soon(t)),
          MILLISECOND,
        ),
      );
    },
    { ...by102, variant: 'kill' },
  ],
  [
    'a call of another job was refused',
    (t) =>
      t.call({ asks: { verb: 'kill', targets: ['web'] }, inside: 'build-101', status: 409 }, () =>
        t.call(
          { asks: { verb: 'kill', targets: ['web'] }, inside: 'build-102' },
          () => t.host.kills('web', soon(t)),
          0n,
        ),
      ),
    { ...by102, variant: 'kill' },
  ],
])('told with its caller: %s', (_name, story, expected) => {
  const findings = scene(story);
  expect(findings).toMatchObject([expected]);
  expect(findings[0]!.finding.settled).toBe(true);
});

const kill: Called = { asks: { verb: 'kill', targets: ['web'] } };
const killed = (called: Partial<Called>) => (t: Timeline) =>
  t.call({ ...kill, ...called }, () => t.host.kills('web', soon(t)));

test.each<[string, (t: Timeline) => void]>([
  ['its own job', removal({ inside: 'build-101' })],
  ['its runner, whose calls pass the socket too', killed({ exe: '/usr/local/bin/gitlab-runner' })],
  ['a caller that had gone before it could be read', killed({ gone: true })],
  [
    'a container of nobody known',
    (t) => {
      t.host.runs('tool');
      killed({ inside: 'tool' })(t);
    },
  ],
  ['a call that the engine refused', killed({ inside: 'build-102', status: 404 })],
  ['a call that changed nothing, for it had stopped already', killed({ inside: 'build-102', status: 304 })],
  ['a call that only reads', killed({ inside: 'build-102', asks: null, method: 'GET', status: 200 })],
  [
    'a call that was over before',
    (t) => {
      t.call({ ...kill, inside: 'build-102' });
      t.host.kills('web');
    },
  ],
  [
    'two jobs at once',
    (t) =>
      t.call({ ...kill, inside: 'build-101' }, () =>
        t.call({ ...kill, inside: 'build-102' }, () => t.host.kills('web', soon(t)), 0n),
      ),
  ],
])('nobody is accused: %s', (_name, story) => {
  expect(scene(story).filter(({ actors }) => actors.length > 0)).toEqual([]);
});

test('what a command and its calls did is told once, by the calls', () => {
  const findings = scene((t) => {
    t.watches();
    // The helper numbers processes: the command is 4001, and so is the client that calls for it.
    t.command({ verb: 'rm', targets: ['web'], force: true, inside: 'build-102' }, () =>
      t.call({ ...rm, inside: 'build-102', pid: 4001 }, () => t.host.removes('web', soon(t)), MILLISECOND),
    );
  });
  expect(findings).toMatchObject([by102]);
  const sources = findings[0]!.finding.evidence.map(({ source, ref }) => [source, ref]);
  expect(sources).toContainEqual(['call', 'call:1']);
  expect(sources.map(([source]) => source)).not.toContain('exec');
});

test('a client that calls for one container after the other is one act for each victim', () => {
  const findings = scene((t) => {
    t.job('gitlab:101').runs('db');
    t.job('gitlab:103').runs('build-103', { part: 'build' }).runs('cache');
    for (const name of ['web', 'db', 'cache'])
      t.call(
        {
          asks: { verb: 'rm', targets: [name], force: true },
          method: 'DELETE',
          path: `/containers/${name}`,
          inside: 'build-102',
          pid: 4711,
        },
        () => t.host.removes(name, soon(t)),
        20n * MILLISECOND,
      );
    t.passes({ seconds: 30 });
  });
  expect(
    findings.map(({ kind, victims, actors, affected, count }) => ({
      kind,
      victims,
      actors,
      affected,
      count,
    })),
  ).toEqual([
    {
      kind: 'foreign-kill',
      victims: ['gitlab:101'],
      actors: ['gitlab:102'],
      affected: ['web', 'db'],
      count: 1,
    },
    { kind: 'foreign-kill', victims: ['gitlab:103'], actors: ['gitlab:102'], affected: ['cache'], count: 1 },
  ]);
  expect(new Set(findings.map(({ finding }) => finding.act)).size).toBe(1);
});

test('a name that another job holds: the refusal itself is the evidence', () => {
  const findings = scene((t) => {
    t.job('gitlab:101').runs('db');
    t.call({
      asks: { verb: 'create', name: 'db', image: 'busybox:local' },
      path: '/containers/create',
      query: 'name=db',
      inside: 'build-102',
      status: 409,
      message: `Conflict. The container name "/db" is already in use by container "${t.idOf('db')}". You have to remove (or rename) that container to be able to reuse that name.`,
    });
  });
  expect(findings).toMatchObject([
    {
      kind: 'name-conflict',
      variant: 'refused',
      confidence: 'certain',
      victims: ['gitlab:102'],
      actors: ['gitlab:101'],
      resource: 'db',
    },
  ]);
});

test('a 409 for another reason is no conflict of names', () => {
  expect(
    scene((t) => {
      t.job('gitlab:101').runs('db');
      t.call({ ...rm, inside: 'build-102', status: 409, message: 'You cannot remove a running container' });
    }),
  ).toEqual([]);
});

/** What job 102 does by one call, to what is 101's. */
const by = (asks: Called['asks'], act: (t: Timeline) => void, called: Partial<Called> = {}) => {
  const findings = (t: Timeline) => t.call({ asks, inside: 'build-102', ...called }, () => act(t));
  return findings;
};
const create: Called = { asks: { verb: 'create', image: 'busybox:local' }, status: 201, inside: 'build-101' };

test.each<[string, (t: Timeline) => void, Partial<Told>]>([
  [
    'an exec in its container',
    by({ verb: 'exec', targets: ['web'] }, (t) => t.host.touches('web', 'exec_create: sh', soon(t)), {
      status: 201,
    }),
    { kind: 'foreign-access', variant: 'exec', resource: 'web' },
  ],
  [
    'a file out of it',
    by({ verb: 'cp-out', targets: ['web'] }, (t) => t.host.touches('web', 'archive-path', soon(t)), {
      status: 200,
    }),
    { kind: 'foreign-access', variant: 'copy-out', resource: 'web' },
  ],
  [
    'a prune of what it has created and not started',
    (t) => {
      t.call({ ...create, created: ['scraper'] }, () => t.host.creates('scraper', soon(t)));
      by({ verb: 'container prune' }, () => t.host.removes('scraper', soon(t)).prunes('container', soon(t)), {
        path: '/containers/prune',
        status: 200,
      })(t);
    },
    { kind: 'prune', variant: 'containers', resource: 'scraper' },
  ],
  [
    'its tag moved to another image',
    (t) => {
      const build = { verb: 'build', tags: ['app:1'] };
      const path = '/build';
      t.call({ asks: build, path, inside: 'build-101', status: 200 }, () =>
        t.host.tags('app:1', 'one', soon(t)),
      );
      t.call({ asks: build, path, inside: 'build-102', status: 200 }, () =>
        t.host.tags('app:1', 'two', soon(t)),
      );
    },
    { kind: 'image-overwrite', variant: 'tag', resource: 'app:1' },
  ],
  [
    'its container cut from its network',
    (t) => {
      t.call({ asks: { verb: 'network create', targets: ['net'] }, inside: 'build-101', status: 201 }, () =>
        t.host.createsNetwork('net', soon(t)),
      );
      t.job('gitlab:101').runs('db', { network: 'net' });
      by({ verb: 'network disconnect', targets: ['net', 'db'] }, () => t.host.disconnects('db', soon(t)), {
        status: 200,
      })(t);
    },
    { kind: 'network-interference', variant: 'disconnect', resource: 'net' },
  ],
])('certain by the call: %s', (_name, story, expected) => {
  expect(scene(story)).toMatchObject([
    { confidence: 'certain', victims: ['gitlab:101'], actors: ['gitlab:102'], ...expected },
  ]);
});
