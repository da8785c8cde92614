import { imageOverwrite } from '../../../src/detection/detectors/image-overwrite';
import { detectorTest } from '../../helpers/detector-test';
import type { Ran, Timeline } from '../../helpers/timeline';

const jobs = (t: Timeline): void => {
  t.watches();
  t.job('gitlab:101').runs('build-101', { part: 'build', image: 'ci' });
  t.job('gitlab:102').runs('build-102', { part: 'build', image: 'ci' });
};
const build = (inside: string, ran: Partial<Ran> = {}): Ran => ({
  verb: 'build',
  tags: ['app:1'],
  inside,
  ...ran,
});
/** Job 101 builds `app:1`, whose content is called like it. */
const made = (t: Timeline): void => {
  jobs(t);
  t.command(build('build-101'), () => t.host.tags('app:1', 'app:1'));
};
/** And then a command of job 102 gives the tag another content. */
const moved =
  (ran: Partial<Ran> = {}, content = 'other', between: (t: Timeline) => void = () => undefined) =>
  (t: Timeline): void => {
    made(t);
    between(t);
    t.command(build('build-102', ran), () => t.host.tags('app:1', content));
  };
const removed =
  (ran: Partial<Ran> = {}, between: (t: Timeline) => void = () => undefined) =>
  (t: Timeline): void => {
    made(t);
    between(t);
    t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-102', ...ran }, () => t.host.untags('app:1'));
  };
const uses = (t: Timeline): unknown => t.job('gitlab:101').runs('web', { image: 'app:1' });
const by102 = {
  variant: 'tag',
  severity: 'warning',
  confidence: 'certain',
  victims: ['gitlab:101'],
  actors: ['gitlab:102'],
  resource: 'app:1',
};

detectorTest(imageOverwrite, {
  quiet: {
    'a job builds and removes its own (recorded)': 'commands/own-image',
    'the job builds its own tag anew': moved({ inside: 'build-101' }),
    'the build gave the same image: all of it was cached': moved({}, 'app:1'),
    'another tag': (t) => {
      made(t);
      t.command(build('build-102', { tags: ['app:2'] }), () => t.host.tags('app:2', 'other'));
    },
    'another repository of the same name': (t) => {
      made(t);
      t.command(build('build-102', { tags: ['local/app:1'] }), () => t.host.tags('local/app:1', 'other'));
    },
    'the host does it': moved({ inside: undefined as never }),
    'it was meant for another engine': moved({ engine: 'other' }),
    'the command failed: somebody else moved it': moved({ code: 1 }),
    'the command names another tag: somebody else moved it': moved({ tags: ['app:2'] }),
    'nobody made or uses the tag': (t) => {
      jobs(t);
      t.host.tags('app:1', 'app:1');
      t.command(build('build-102'), () => t.host.tags('app:1', 'other'));
    },
    'its maker had ended: the next job builds it again': moved({}, 'other', (t) => {
      t.ends('build-101');
      t.passes({ seconds: 5 });
    }),
    'a container from it had ended, and so had the job': moved({}, 'other', (t) => {
      uses(t);
      t.ends('web');
      t.ends('build-101');
      t.passes({ seconds: 5 });
    }),
    'a container that was made from the image the tag had before': (t) => {
      jobs(t);
      t.job('gitlab:101').runs('old', { image: 'app:1' });
      t.host.tags('app:1', 'newer');
      t.command(build('build-102'), () => t.host.tags('app:1', 'other'));
    },
    'the tag was gone when it was made anew': (t) => {
      made(t);
      t.host.untags('app:1');
      t.command(build('build-102'), () => t.host.tags('app:1', 'other'));
    },
    'another tag of the same image is removed': (t) => {
      made(t);
      t.command({ verb: 'tag', image: 'app:1', tags: ['mine:1'], inside: 'build-102' }, () =>
        t.host.tags('mine:1', 'app:1'),
      );
      t.command({ verb: 'rmi', targets: ['mine:1'], inside: 'build-102' }, () =>
        t.host.untags('app:1', { last: false }),
      );
      // The world knows which of the two went: this is not one that job 101 made.
      t.command(build('build-102', { tags: ['mine:1'] }), () => t.host.tags('mine:1', 'other'));
    },
    'somebody moves it while the job loads an archive': moved({ verb: 'load', tags: [] }),
    'the job removes its own tag': removed({ inside: 'build-101' }),
    'the removal was refused': (t) => {
      made(t);
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-102', code: 1 });
    },
    'two jobs remove it at once: nobody knows who did': (t) => {
      made(t);
      t.job('gitlab:103').runs('build-103', { part: 'build', image: 'ci' });
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-103', code: null });
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-102' }, () => t.host.untags('app:1'));
    },
    'nobody knows who made it: two commands fit': (t) => {
      jobs(t);
      t.job('gitlab:103').runs('build-103', { part: 'build', image: 'ci' });
      t.command(build('build-103', { code: null }));
      t.command(build('build-101'), () => t.host.tags('app:1', 'app:1'));
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-102' }, () => t.host.untags('app:1'));
    },
  },
  found: {
    'a tag in use is built over (recorded)': [
      'commands/image-overwrite',
      { ...by102, severity: 'critical', resource: 'app:abc123' },
    ],
    'docker build of a tag that another job made': [moved(), by102],
    'docker tag': [moved({ verb: 'tag', image: 'other' }), by102],
    'docker import': [moved({ verb: 'import' }), by102],
    'a tag without its registry and version': [
      (t) => {
        jobs(t);
        t.command(build('build-101', { tags: ['app'] }), () => t.host.tags('app:latest', 'app'));
        t.command(build('build-102', { tags: ['docker.io/library/app'] }), () =>
          t.host.tags('app:latest', 'other'),
        );
      },
      { ...by102, resource: 'app:latest' },
    ],
    'both commands are told of late': [
      (t) => {
        jobs(t);
        t.command(build('build-101', { late: true }), () => t.host.tags('app:1', 'app:1'));
        t.command(build('build-102', { late: true }), () => t.host.tags('app:1', 'other'));
      },
      by102,
    ],
    'two builds of one tag overlap: the last one has it': [
      (t) => {
        jobs(t);
        t.command(build('build-102'), () => {
          t.command(build('build-101'), () => t.host.tags('app:1', 'app:1'));
          t.host.tags('app:1', 'other');
        });
      },
      by102,
    ],
    'the other job runs a container from it': [
      moved({}, 'other', uses),
      { ...by102, severity: 'critical', affected: ['app:1', 'web'] },
    ],
    'the other job only uses it': [
      (t) => {
        jobs(t);
        t.host.tags('app:1', 'app:1');
        uses(t);
        t.command(build('build-102'), () => t.host.tags('app:1', 'other'));
      },
      { ...by102, severity: 'critical', affected: ['app:1', 'web'] },
    ],
    'maker and user are two jobs': [
      moved({}, 'other', (t) => {
        t.job('gitlab:103').runs('test-103', { image: 'app:1' });
      }),
      by102,
      { ...by102, severity: 'critical', victims: ['gitlab:103'], affected: ['app:1', 'test-103'] },
    ],
    'docker commit of a container over it': [
      moved({ verb: 'commit', targets: ['build-102'] }),
      { ...by102, variant: 'commit' },
    ],
    'docker rmi': [removed(), { ...by102, variant: 'remove' }],
    'docker rmi is told of late': [removed({ late: true }), { ...by102, variant: 'remove' }],
    'docker rmi -f of a tag that is in use': [
      (t) => {
        made(t);
        uses(t);
        t.command({ verb: 'rmi', targets: ['app:1'], force: true, inside: 'build-102' }, () =>
          t.host.untags('app:1', { last: false }),
        );
      },
      { ...by102, variant: 'remove', severity: 'critical', affected: ['app:1', 'web'] },
    ],
    'a host job': [
      (t) => {
        made(t);
        t.command({ verb: 'build', tags: ['app:1'], env: { BUILD_TAG: 'jenkins-a-1' } }, () =>
          t.host.tags('app:1', 'other'),
        );
      },
      { ...by102, actors: ['jenkins:a-1'] },
    ],
  },
});
