import { foreignAccess } from '../../../src/detection/detectors/foreign-access';
import { detectorTest } from '../../helpers/detector-test';
import type { Ran, Timeline } from '../../helpers/timeline';

const scene = (t: Timeline): void => {
  t.watches();
  t.job('gitlab:101').runs('build-101', { part: 'build' }).runs('db');
  t.job('gitlab:102').runs('build-102', { part: 'build' });
};
const touch =
  (ran: Partial<Ran>, action: string) =>
  (t: Timeline): void => {
    scene(t);
    t.command({ verb: 'exec', targets: ['db'], inside: 'build-102', ...ran }, () =>
      t.host.touches('db', action),
    );
  };
const by102 = {
  severity: 'warning',
  confidence: 'certain',
  victims: ['gitlab:101'],
  actors: ['gitlab:102'],
  resource: 'db',
};

detectorTest(foreignAccess, {
  quiet: {
    'a job enters and commits its own, beside a health check (recorded)': 'commands/own-access',
    'the job enters its own container': touch({ inside: 'build-101' }, 'exec_create: sh'),
    'nobody runs a command: a health check': (t) => {
      scene(t);
      t.host.touches('db', 'exec_create: pg_isready').touches('db', 'exec_start: pg_isready');
    },
    'the command was meant for another engine': touch({ engine: 'other' }, 'exec_create: sh'),
    'the command names another container': touch({ targets: ['build-102'] }, 'exec_create: sh'),
    'the engine tells of no exec: the container was not there': (t) => {
      scene(t);
      t.command({ verb: 'exec', targets: ['db'], inside: 'build-102', code: 1 });
    },
    'the host does it: an administrator': touch({ inside: undefined as never }, 'exec_create: sh'),
    'an exec of one job while another attaches': touch({ verb: 'attach' }, 'exec_create: sh'),
    'two jobs enter it at once: nobody knows which exec was whose': (t) => {
      scene(t);
      t.command({ verb: 'exec', targets: ['db'], inside: 'build-101', code: null });
      t.command({ verb: 'exec', targets: ['db'], inside: 'build-102' }, () =>
        t.host.touches('db', 'exec_create: sh'),
      );
    },
    'a container of nobody known': (t) => {
      scene(t);
      t.host.runs('shared-db');
      t.command({ verb: 'exec', targets: ['shared-db'], inside: 'build-102' }, () =>
        t.host.touches('shared-db', 'exec_create: sh'),
      );
    },
  },
  found: {
    'docker exec and docker cp (recorded)': [
      'commands/foreign-access',
      { variant: 'exec', ...by102, resource: 'wit-build' },
      { variant: 'copy-out', ...by102, resource: 'wit-build' },
    ],
    'docker exec': [touch({}, 'exec_create: sh -c env'), { variant: 'exec', ...by102 }],
    'docker exec whose own command failed': [
      touch({ code: 1 }, 'exec_create: false'),
      { variant: 'exec', ...by102 },
    ],
    'docker attach': [touch({ verb: 'attach' }, 'attach'), { variant: 'attach', ...by102 }],
    'docker cp into it': [touch({ verb: 'cp-in' }, 'extract-to-dir'), { variant: 'copy-in', ...by102 }],
    'docker cp out of it': [touch({ verb: 'cp-out' }, 'archive-path'), { variant: 'copy-out', ...by102 }],
    'docker commit': [touch({ verb: 'commit', tags: ['snap:1'] }, 'commit'), { variant: 'commit', ...by102 }],
    'the command is told of late': [touch({ late: true }, 'exec_create: sh'), { variant: 'exec', ...by102 }],
    'a host job': [
      (t) => {
        scene(t);
        t.command({ verb: 'exec', targets: ['db'], env: { BUILD_TAG: 'jenkins-a-1' } }, () =>
          t.host.touches('db', 'exec_create: sh'),
        );
      },
      { variant: 'exec', ...by102, actors: ['jenkins:a-1'] },
    ],
  },
});
