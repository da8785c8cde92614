import type { Image, NameUse } from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import { keptNowhere } from '../helpers/kept-rows';
import { identifier, type Ran, timeline, type Timeline } from '../helpers/timeline';

interface Known {
  /** `gitlab:101 app:1`, `nobody app:1, gone`: every use of a tag in the order they began. */
  readonly tags: readonly string[];
  /** Owners of the images, in the order in which they were met. */
  readonly images: readonly string[];
}

/** The image of the build containers. */
const ofBuilds = 'busybox:local';

const after = (story: (t: Timeline) => void): Known => {
  const t = timeline({ detectors: [] });
  t.watches();
  t.job('gitlab:101').runs('build-101', { part: 'build' });
  t.job('gitlab:102').runs('build-102', { part: 'build' });
  story(t);
  const rows = keptNowhere();
  const settings = { leftoverAfterMs: 1_800_000, disable: [], allow: [] };
  const pipeline = createPipeline({ memory: rows.load(), identifier, detectors: [], settings });
  const changes = pipeline.process(t.observations());
  const keyOf = (id: number | null): string =>
    [...changes.jobs].find((job) => job.id === id)?.key ?? 'nobody';
  const told = ({ job, name, to }: NameUse): string => `${keyOf(job)} ${name}${to === null ? '' : ', gone'}`;
  return {
    tags: [...changes.nameUses]
      .filter(({ type, name }) => type === 'tag' && name !== ofBuilds)
      .sort((a, b) => a.id - b.id)
      .map(told),
    images: [...changes.images]
      .filter(({ name }) => name !== ofBuilds)
      .sort((a, b) => a.id - b.id)
      .map(({ owner }: Image) => `${keyOf(owner.job)} ${owner.confidence}`),
  };
};

const build: Ran = { verb: 'build', tags: ['app:1'], inside: 'build-101' };
const tells =
  (t: Timeline, tag = 'app:1', content = 'one') =>
  (): unknown =>
    t.host.tags(tag, content);

test.each<[string, (t: Timeline) => void, Known]>([
  [
    'the build that names the tag makes tag and image',
    (t) => t.command(build, tells(t)),
    { tags: ['gitlab:101 app:1'], images: ['gitlab:101 certain'] },
  ],
  [
    'told of only afterwards',
    (t) => t.command({ ...build, late: true }, tells(t)),
    { tags: ['gitlab:101 app:1'], images: ['gitlab:101 certain'] },
  ],
  ['no command was seen', (t) => tells(t)(), { tags: ['nobody app:1'], images: ['nobody null'] }],
  [
    'a command that failed made nothing',
    (t) => t.command({ ...build, code: 1 }, tells(t)),
    { tags: ['nobody app:1'], images: ['nobody null'] },
  ],
  [
    'docker tag gives an image that exists another name: the image stays whose it was',
    (t) => {
      t.command(build, tells(t));
      t.command({ verb: 'tag', image: 'app:1', tags: ['app:2'], inside: 'build-102' }, tells(t, 'app:2'));
    },
    { tags: ['gitlab:101 app:1', 'gitlab:102 app:2'], images: ['gitlab:101 certain'] },
  ],
  [
    'a build from the cache of the other job takes over the tag, not the image',
    (t) => {
      t.command(build, tells(t));
      t.command({ ...build, tags: ['app:2'], inside: 'build-102' }, tells(t, 'app:2'));
    },
    { tags: ['gitlab:101 app:1', 'gitlab:102 app:2'], images: ['gitlab:101 certain'] },
  ],
  [
    'load makes tags without an event of them: this one is not of it',
    (t) => t.command({ verb: 'load', inside: 'build-101' }, tells(t)),
    { tags: ['nobody app:1'], images: ['nobody null'] },
  ],
  [
    'two jobs that build the tag at once',
    (t) => {
      t.command({ ...build, code: null });
      t.command({ ...build, inside: 'build-102' }, tells(t));
    },
    { tags: ['nobody app:1'], images: ['nobody null'] },
  ],
  [
    'of two builds that overlap each makes it once',
    (t) =>
      t.command({ ...build, inside: 'build-102' }, () => {
        t.command(build, tells(t));
        tells(t, 'app:1', 'two')();
      }),
    {
      tags: ['gitlab:101 app:1, gone', 'gitlab:102 app:1'],
      images: ['gitlab:101 certain', 'gitlab:102 certain'],
    },
  ],
  [
    'untag of the only tag',
    (t) => {
      tells(t)();
      t.host.untags('one', { last: false });
    },
    { tags: ['nobody app:1, gone'], images: ['nobody null'] },
  ],
  [
    'untag of one of two: the one that the command names',
    (t) => {
      tells(t)();
      tells(t, 'app:2')();
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-101' }, () =>
        t.host.untags('one', { last: false }),
      );
    },
    { tags: ['nobody app:1, gone', 'nobody app:2'], images: ['nobody null'] },
  ],
  [
    'which one is told of late',
    (t) => {
      tells(t)();
      tells(t, 'app:2')();
      t.command({ verb: 'rmi', targets: ['app:1'], inside: 'build-101', late: true }, () =>
        t.host.untags('one', { last: false }),
      );
    },
    { tags: ['nobody app:1, gone', 'nobody app:2'], images: ['nobody null'] },
  ],
])('%s', (_what, story, expected) => {
  expect(after(story)).toEqual(expected);
});
