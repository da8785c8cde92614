import { nameConflict } from '../../../src/detection/detectors/name-conflict';
import { detectorTest } from '../../helpers/detector-test';
import type { Timeline } from '../../helpers/timeline';

/** Two jobs that use one name, with time between them. */
const inTurn =
  (name: string, seconds = 30, second = 'gitlab:102') =>
  (t: Timeline) => {
    t.job('gitlab:101').runs(name).removes(name);
    t.passes({ seconds });
    t.job(second).runs(name);
  };

detectorTest(nameConflict, {
  quiet: {
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
