import { detectors } from '../../src/detection/detectors';
import type { Owner } from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import type { Called } from '../helpers/called';
import { keptNowhere } from '../helpers/kept-rows';
import { identifier, timeline, type Timeline } from '../helpers/timeline';

type Owned = Owner & { readonly key: string | null };

/** Owner of the newest container, volume or network of that name, after the story. */
const ownerOf = (name: string, story: (t: Timeline) => void): Owned => {
  const t = timeline({ detectors: [] });
  t.audits();
  t.job('gitlab:101').runs('build-101', { part: 'build' });
  t.job('gitlab:102').runs('build-102', { part: 'build' });
  story(t);
  const pipeline = createPipeline({
    memory: keptNowhere().load(),
    identifier,
    detectors,
    settings: { leftoverAfterMs: 1_800_000, disable: [], allow: [] },
  });
  const { containers, volumes, networks, jobs } = pipeline.process(t.observations());
  const found = [...containers, ...volumes, ...networks].findLast((resource) => resource.name === name)!;
  const job = [...jobs].find(({ id }) => id === found.owner.job);
  return { ...found.owner, key: job?.key ?? null };
};

const create: Called = {
  asks: { verb: 'create', image: 'busybox:local' },
  path: '/containers/create',
  inside: 'build-101',
  status: 201,
};
const named = (name: string) => ({ verb: 'create', name, image: 'busybox:local' });
/** A millisecond from now: a call lasts only a few. */
const soon = (t: Timeline) => ({ at: t.seconds() + 0.001 });
const of101: Partial<Owned> = { key: 'gitlab:101', confidence: 'certain', level: 1 };

test.each<[string, string, (t: Timeline) => void, Partial<Owned>]>([
  [
    'its answer names what it made',
    'brave_curie',
    (t) => t.call({ ...create, created: ['brave_curie'] }, () => t.host.creates('brave_curie', soon(t))),
    of101,
  ],
  [
    'of two at once, each made what its answer names',
    'brave_curie',
    (t) =>
      t.call({ ...create, created: ['brave_curie'] }, () =>
        t.call(
          { ...create, inside: 'build-102', created: ['calm_turing'] },
          () => t.host.creates('brave_curie', soon(t)).creates('calm_turing', soon(t)),
          0n,
        ),
      ),
    of101,
  ],
  [
    'it is not answered yet: by the name that it asked for',
    'db',
    (t) => t.call({ ...create, asks: named('db'), status: null }, () => t.host.creates('db', soon(t))),
    of101,
  ],
  [
    'by an SDK, of which no command is seen',
    'tc-db',
    (t) =>
      t.call({ ...create, exe: '/usr/lib/jvm/bin/java', created: ['tc-db'] }, () =>
        t.host.creates('tc-db', soon(t)),
      ),
    of101,
  ],
  [
    'by a job of the host',
    'db',
    (t) => {
      const env = { BUILD_TAG: 'jenkins-a-1' };
      const called = { asks: named('db'), path: '/containers/create', status: 201, env, created: ['db'] };
      t.call(called, () => t.host.creates('db', soon(t)));
    },
    { key: 'jenkins:a-1', confidence: 'certain', level: 1 },
  ],
  [
    'a command that fits another job as well does not count where the answer tells',
    'db',
    (t) => {
      t.watches();
      t.command({ verb: 'run', name: 'db', image: 'busybox:local', inside: 'build-102', code: 0 }, () =>
        t.call({ ...create, asks: named('db'), created: ['db'] }, () => t.host.runs('db', soon(t)), 0n),
      );
    },
    of101,
  ],
  [
    'a volume',
    'data',
    (t) => {
      const asks = { verb: 'volume create', targets: ['data'] };
      t.call({ asks, path: '/volumes/create', inside: 'build-101', status: 201 }, () =>
        t.host.createsVolume('data', soon(t)),
      );
    },
    of101,
  ],
  [
    'a network',
    'net',
    (t) => {
      const asks = { verb: 'network create', targets: ['net'] };
      t.call({ asks, path: '/networks/create', inside: 'build-101', status: 201 }, () =>
        t.host.createsNetwork('net', soon(t)),
      );
    },
    of101,
  ],
])('who made it is certain: %s', (_name, name, story, expected) => {
  expect(ownerOf(name, story)).toMatchObject(expected);
});

test.each<[string, string, (t: Timeline) => void]>([
  [
    'it was refused',
    'db',
    (t) => t.call({ ...create, asks: named('db'), status: 409 }, () => t.host.creates('db', soon(t))),
  ],
  [
    'its answer names another',
    'db',
    (t) =>
      t.call({ ...create, asks: named('db'), created: ['other'] }, () =>
        t.host.creates('other', soon(t)).creates('db', soon(t)),
      ),
  ],
  [
    'nobody knows who called',
    'db',
    (t) =>
      t.call({ ...create, asks: named('db'), inside: undefined, gone: true, created: ['db'] }, () =>
        t.host.creates('db', soon(t)),
      ),
  ],
  [
    'the host called: an administrator, a runner',
    'db',
    (t) =>
      t.call({ ...create, asks: named('db'), inside: undefined, created: ['db'] }, () =>
        t.host.creates('db', soon(t)),
      ),
  ],
])('no call proves whose it is: %s', (_name, name, story) => {
  expect(ownerOf(name, story).level).not.toBe(1);
});

test('what a runner creates for a job is the job’s, by its label', () => {
  const owner = ownerOf('build-103', (t) => {
    const exe = '/usr/bin/gitlab-runner';
    t.call({ ...create, inside: undefined, exe, asks: named('build-103'), created: ['build-103'] }, () =>
      t.job('gitlab:103').creates('build-103', { part: 'build', ...soon(t) }),
    );
  });
  expect(owner).toMatchObject({ key: 'gitlab:103', confidence: 'certain', level: 2 });
});
