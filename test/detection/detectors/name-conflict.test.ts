import { nameConflict } from '../../../src/detection/detectors/name-conflict';
import { SECOND } from '../../../src/domain';
import { detectorTest } from '../../helpers/detector-test';
import { type Ran, timeline, type Timeline } from '../../helpers/timeline';

/** Two jobs that use one name, with time between them. */
const inTurn =
  (name: string, seconds = 30, second = 'gitlab:102') =>
  (t: Timeline) => {
    t.job('gitlab:101').runs(name).removes(name);
    t.passes({ seconds });
    t.job(second).runs(name);
  };

/** Job 101 has `db` and network `ci`; a command of job 102 wants one of them and fails. */
const wants =
  (ran: Partial<Ran>, holder = 'gitlab:101') =>
  (t: Timeline) => {
    t.watches();
    if (holder === 'nobody') {
      t.job('gitlab:101').runs('build-101', { part: 'build' });
      t.host.runs('db');
    } else {
      t.job('gitlab:101').runs('build-101', { part: 'build' });
      t.job(holder).runs('db');
    }
    t.command({ verb: 'network create', targets: ['ci'], inside: 'build-101' }, () =>
      t.host.createsNetwork('ci'),
    );
    t.job('gitlab:102').runs('build-102', { part: 'build' }).runs('web');
    t.command({ verb: 'run', name: 'db', image: 'postgres', code: 125, inside: 'build-102', ...ran });
  };
const refused102 = {
  variant: 'refused',
  severity: 'warning',
  confidence: 'likely',
  victims: ['gitlab:102'],
  actors: ['gitlab:101'],
  resource: 'db',
};

detectorTest(nameConflict, {
  quiet: {
    'the job holds the name itself: its own mistake': wants({ inside: 'build-101' }),
    'it failed for another reason: the name was free': wants({ name: 'mine' }),
    'the run ended well': wants({ code: 0 }),
    'the program of the run failed': wants({ code: 1 }),
    'the client was killed': wants({ code: 137 }),
    'it was meant for another engine': wants({ engine: 'other' }),
    'nobody knows which engine it was meant for': wants({ engine: 'unknown' }),
    'it chose no name': wants({ name: null }),
    'it still runs': wants({ code: null }),
    'a process of the host without a job wants it': wants({ inside: undefined as never }),
    'a container of nobody known holds it': wants({}, 'nobody'),
    'what was to be renamed did not exist': wants({ verb: 'rename', targets: ['gone'], code: 1 }),
    'the other job only used the name before, and the run made its container': (t) => {
      t.watches();
      t.job('gitlab:101').runs('db').removes('db');
      t.job('gitlab:102').runs('build-102', { part: 'build' });
      t.passes({ seconds: 1 });
      t.command({ verb: 'run', name: 'db', image: 'alpine', code: 125, inside: 'build-102' }, () =>
        t.host.creates('db', { labels: { 'com.docker.compose.project': 'app' } }),
      );
    },
    'the name became free before the command': (t) => {
      t.watches();
      t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('db').removes('db');
      t.job('gitlab:102').runs('build-102', { part: 'build' });
      t.command({ verb: 'run', name: 'db', image: 'no-such', code: 125, inside: 'build-102' });
    },
    'each job has a name of its own'(t) {
      t.job('gitlab:101').runs('db-101').removes('db-101');
      t.job('gitlab:102').runs('db-102');
    },
    'one job uses its name again': inTurn('db', 30, 'gitlab:101'),
    'the runner made the name up': inTurn('runner-abc-project-1-concurrent-0-0123456789abcdef-build'),
    'Docker made the name up': inTurn('nostalgic_hopper'),
    'the name carries the id of a job': inTurn('db-102'),
    'Compose made the name from its project'(t) {
      const labels = { 'com.docker.compose.project': 'app', 'com.docker.compose.service': 'web' };
      t.job('gitlab:101').runs('app-web-1', { labels }).removes('app-web-1');
      t.passes({ seconds: 30 });
      t.job('gitlab:102').runs('app-web-1', { labels });
    },
    'the second belongs to nobody known'(t) {
      t.job('gitlab:101').runs('db').removes('db');
      t.passes({ seconds: 30 });
      t.job('gitlab:103').runs('other');
      t.host.runs('db');
    },
    'a refused create leaves no event (recorded)': '28.5.2/name-conflict',
    'a job lives alone (recorded)': '20.10.24/job-life',
  },

  found: {
    'a create that was refused (recorded)': [
      'commands/refused-name',
      {
        variant: 'refused',
        confidence: 'likely',
        victims: ['gitlab:102'],
        actors: ['gitlab:101'],
        resource: 'spartan',
      },
    ],
    'docker run of a name that another job holds': [wants({}), refused102],
    'docker create': [wants({ verb: 'create', code: 1 }), refused102],
    'docker rename': [wants({ verb: 'rename', targets: ['web'], code: 1 }), refused102],
    'the command is told of late': [wants({ late: true }), refused102],
    'docker network create': [
      wants({ verb: 'network create', name: null, targets: ['ci'], code: 1 }),
      { ...refused102, resource: 'ci' },
    ],
    'a host job wants it': [
      wants({ inside: undefined as never, env: { BUILD_TAG: 'jenkins-a-1' } }),
      { ...refused102, victims: ['jenkins:a-1'] },
    ],
    'events come after the end of the command: it was not refused after all': [
      (t) => {
        t.watches();
        t.job('gitlab:101').runs('db');
        t.ends('db');
        t.job('gitlab:102').runs('build-102', { part: 'build' });
        t.command({ verb: 'run', name: 'db', image: 'alpine', code: 125, inside: 'build-102' }, () => {
          const end = { key: 'boot:1', at: t.now() + 3n * SECOND, code: 125, signal: null };
          t.push({ k: 'exec.end', at: t.now(), end });
          t.host.removes('db').creates('db');
        });
      },
      { ...refused102, status: 'withdrawn' },
    ],
    'the holder is what an ended job left behind': [
      (t) => {
        t.watches();
        t.job('gitlab:101')
          .runs('build-101', { part: 'build' })
          .runs('db', { volumes: ['data:/d'] });
        t.ends('build-101');
        t.passes({ minutes: 5 });
        t.job('gitlab:102').runs('build-102', { part: 'build' });
        t.command({ verb: 'run', name: 'db', image: 'postgres', code: 125, inside: 'build-102' });
      },
      refused102,
    ],
    'a name is taken as soon as it is lost': [
      (t) => {
        t.job('gitlab:101').runs('db');
        t.job('gitlab:102').removes('db').runs('db');
      },
      {
        variant: 'takeover',
        severity: 'warning',
        confidence: 'likely',
        victims: ['gitlab:101'],
        actors: ['gitlab:102'],
        resource: 'db',
      },
    ],
    'two jobs use one fixed name at different times': [
      inTurn('db'),
      {
        variant: 'collision-course',
        severity: 'info',
        victims: ['gitlab:101', 'gitlab:102'],
        actors: [],
        resource: 'db',
      },
    ],
    'a rename makes room for the other (recorded)': [
      '20.10.24/rename',
      { variant: 'takeover', victims: ['gitlab:101'], actors: ['gitlab:102'], resource: 'web' },
    ],
  },
});

test('says that the holder is a leftover only when its job had ended', () => {
  const titles = (after: (t: Timeline) => void): readonly string[] => {
    const t = timeline({ detectors: [nameConflict] });
    t.watches();
    t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('db');
    after(t);
    t.job('gitlab:102').runs('build-102', { part: 'build' });
    t.command({ verb: 'run', name: 'db', image: 'postgres', code: 125, inside: 'build-102' });
    return t.findings().map(({ finding }) => finding.title);
  };
  expect(titles(() => undefined)).toEqual(['gitlab:102 was refused the name db, which gitlab:101 holds']);
  const ends = (t: Timeline): void => {
    t.ends('build-101');
    t.passes({ minutes: 30 });
  };
  expect(titles(ends)).toEqual(['gitlab:102 was refused the name db, which a leftover of gitlab:101 holds']);
});
