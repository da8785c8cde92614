import { detectors } from '../../src/detection/detectors';
import type { Owner } from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import { keptNowhere } from '../helpers/kept-rows';
import { identifier, type Ran, timeline, type Timeline } from '../helpers/timeline';

/** Owner of the newest container of that name, after the story. */
const ownerOf = (
  name: string,
  story: (t: Timeline) => void,
): (Owner & { key: string | null }) | undefined => {
  const t = timeline({ detectors: [] });
  t.job('gitlab:101').runs('build-101', { part: 'build' });
  t.job('gitlab:102').runs('build-102', { part: 'build' });
  story(t);
  const rows = keptNowhere();
  const pipeline = createPipeline({
    memory: rows.load(),
    identifier,
    detectors,
    settings: { leftoverAfterMs: 1_800_000, disable: [], allow: [] },
  });
  const changes = pipeline.process(t.observations());
  const found = [...changes.containers].findLast((container) => container.name === name);
  if (!found) return undefined;
  const job = [...changes.jobs].find(({ id }) => id === found.owner.job);
  return { ...found.owner, key: job?.key ?? null };
};

const run: Ran = { verb: 'run', image: 'busybox:local', inside: 'build-101' };
const random = 'brave_curie';

test.each<[string, string, (t: Timeline) => void, Partial<Owner & { key: string | null }>]>([
  [
    'the run that chose its name',
    'db',
    (t) => t.command({ ...run, name: 'db' }, () => t.host.runs('db')),
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'of two runs at once, the one that was not over before it started',
    random,
    (t) => {
      t.command(run, () => {
        t.command({ ...run, inside: 'build-102' }, () => {
          t.host.creates(random).creates('calm_turing').starts('calm_turing');
        });
        t.host.starts(random);
      });
    },
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'and the other is the other’s',
    'calm_turing',
    (t) => {
      t.command(run, () => {
        t.command({ ...run, inside: 'build-102' }, () => {
          t.host.creates(random).creates('calm_turing').starts('calm_turing');
        });
        t.host.starts(random);
      });
    },
    { key: 'gitlab:102', confidence: 'certain', level: 1 },
  ],
  [
    'beside a run of another job that found the name taken',
    'db',
    (t) =>
      t.command({ ...run, name: 'db' }, () => {
        t.command({ ...run, name: 'db', inside: 'build-102', code: 125 }, () => t.host.runs('db'));
      }),
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'told of only afterwards',
    'db',
    (t) => t.command({ ...run, name: 'db', late: true }, () => t.host.runs('db')),
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'the only run without a name, of the same image',
    random,
    (t) => t.command(run, () => t.host.runs(random)),
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'a host job',
    random,
    (t) =>
      t.command({ verb: 'run', image: 'busybox:local', env: { BUILD_TAG: 'jenkins-a-1' } }, () =>
        t.host.runs(random),
      ),
    { key: 'jenkins:a-1', confidence: 'certain', level: 1 },
  ],
  [
    'its label says another job: kept as a reason',
    'db',
    (t) => t.command({ ...run, name: 'db' }, () => t.job('gitlab:102').runs('db')),
    {
      key: 'gitlab:101',
      level: 1,
      because: expect.arrayContaining([expect.stringMatching(/^contradicts: .*gitlab:102/)]) as string[],
    },
  ],
  [
    'what a container made of its own makes',
    'grandchild',
    (t) => {
      t.command({ ...run, name: 'child' }, () => t.host.runs('child'));
      t.command({ ...run, name: 'grandchild', inside: 'child' }, () => t.host.runs('grandchild'));
    },
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'compose up of that project',
    'shop-db-1',
    (t) =>
      t.command({ verb: 'compose up', project: 'shop', inside: 'build-101' }, () =>
        t.host.runs('shop-db-1', { labels: { 'com.docker.compose.project': 'shop' } }),
      ),
    { key: 'gitlab:101', confidence: 'certain', level: 1 },
  ],
  [
    'a step of the only build',
    random,
    (t) =>
      t.command({ verb: 'build', inside: 'build-101' }, () => t.host.runs(random, { image: 'sha256:0f' })),
    { key: 'gitlab:101', confidence: 'likely', level: 1 },
  ],
])('%s made it', (_name, name, story, expected) => {
  expect(ownerOf(name, story)).toMatchObject(expected);
});

test.each<[string, string, (t: Timeline) => void]>([
  ['another image', random, (t) => t.command(run, () => t.host.runs(random, { image: 'redis:7' }))],
  [
    'a run that made its one container already',
    'zen_hopper',
    (t) => t.command(run, () => t.host.runs(random).runs('zen_hopper')),
  ],
  [
    'a create that failed',
    'db',
    (t) => t.command({ ...run, verb: 'create', name: 'db', code: 1 }, () => t.host.runs('db')),
  ],
  [
    'a run that failed, while somebody unseen made one that runs',
    'db',
    (t) => t.command({ ...run, name: 'db', code: 125 }, () => t.host.runs('db')),
  ],
  [
    'a run that failed before somebody unseen started what he had made under that name',
    'db',
    (t) => {
      t.command({ ...run, name: 'db', code: 125 }, () => t.host.creates('db'));
      t.host.starts('db');
    },
  ],
  ['another name', 'db', (t) => t.command({ ...run, name: 'web' }, () => t.host.runs('db'))],
  ['a chosen name that no command names', 'db', (t) => t.command(run, () => t.host.runs('db'))],
  [
    'two jobs that both run one',
    random,
    (t) => {
      t.command({ ...run, code: null });
      t.command({ ...run, inside: 'build-102' }, () => t.host.runs(random));
    },
  ],
  [
    'a command of nobody known',
    'db',
    (t) => {
      t.host.runs('stranger');
      t.command({ ...run, name: 'db', inside: 'stranger' }, () => t.host.runs('db'));
    },
  ],
  [
    'a process of the host without a job',
    'db',
    (t) => t.command({ verb: 'run', name: 'db' }, () => t.host.runs('db')),
  ],
])('no command proves whose it is: %s', (_name, name, story) => {
  expect(ownerOf(name, story)!.level).not.toBe(1);
});

test('what a command proved outlives its memory', () => {
  const owner = ownerOf('db', (t) => {
    t.command({ ...run, name: 'db' }, () => t.host.runs('db'));
    for (let hour = 0; hour < 3; hour++) t.passes({ minutes: 60 });
    t.inspects('db');
  });
  expect(owner).toMatchObject({ key: 'gitlab:101', level: 1 });
});
