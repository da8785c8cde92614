import * as fc from 'fast-check';
import { createIdentifier } from '../../src/attribution/identify';
import { presets } from '../../src/attribution/presets';
import { detectors } from '../../src/detection/detectors';
import type { Changes, EngineEvent, Observation } from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import { emptyMemory } from '../helpers/memory';

const identifier = createIdentifier(presets);
const settings = { leftoverAfterMs: 60_000, disable: [], allow: [] };
const errors: unknown[] = [];
const pipeline = () =>
  createPipeline({
    memory: emptyMemory(),
    identifier,
    detectors,
    settings,
    onDetectorError: (_kind, error) => errors.push(error),
  });

const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const jobs = ['101', '102', undefined];

const event: fc.Arbitrary<Omit<EngineEvent, 'time'>> = fc
  .record({
    type: fc.constantFrom('container', 'container', 'container', 'volume', 'network', 'image', 'future'),
    action: fc.constantFrom(
      'create',
      'start',
      'kill',
      'die',
      'stop',
      'destroy',
      'restart',
      'rename',
      'pause',
      'unpause',
      'oom',
      'commit',
      'connect',
      'disconnect',
      'mount',
      'unmount',
      'tag',
      'delete',
      'health_status: healthy',
      'new',
    ),
    id: fc.constantFrom(...ids, 'cache', '', 'sha256:1'),
    name: fc.constantFrom('web', 'db', 'bridge'),
    job: fc.constantFrom(...jobs),
    container: fc.constantFrom(...ids, undefined),
    signal: fc.constantFrom(9, 15, undefined),
    exitCode: fc.constantFrom(0, 137, undefined),
  })
  .map(({ type, action, id, name, job, container, signal, exitCode }) => ({
    type,
    action,
    id,
    name,
    image: 'busybox',
    labels:
      job === undefined || type !== 'container'
        ? ({} as Record<string, string>)
        : { 'com.gitlab.gitlab-runner.job.id': job, 'com.gitlab.gitlab-runner.type': 'build' },
    destination: '/data',
    readOnly: false,
    ...(container === undefined ? {} : { container }),
    ...(signal === undefined ? {} : { signal }),
    ...(exitCode === undefined ? {} : { exitCode }),
  }));

const start = 1_795_000_000_000_000_000n;
const observations: fc.Arbitrary<Observation[]> = fc
  .array(fc.tuple(event, fc.integer({ min: 1, max: 4000 })), { maxLength: 60 })
  .map((steps) => {
    let at = start;
    const list: Observation[] = steps.map(([each, ms]) => {
      at += BigInt(ms) * 1_000_000n;
      return { k: 'event', at, event: { ...each, time: at } };
    });
    return [...list, { k: 'tick', at: at + 3_600_000_000_000n }];
  });

/** The last state of every row, as text. */
const rows = (all: readonly Changes[]): string => {
  const last = new Map<string, unknown>();
  for (const changes of all) {
    for (const [table, list] of Object.entries(changes))
      if (list instanceof Set)
        for (const row of list as Set<{ id: number }>) last.set(`${table} ${row.id}`, row);
    for (const row of changes.events) last.set(`events ${row.id}`, row);
  }
  return JSON.stringify([...last], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
};

test('the same observations give the same rows however they are cut into batches', () => {
  fc.assert(
    fc.property(observations, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (list, sizes) => {
      const whole = pipeline();
      const inOne = rows([whole.process(list)]);
      const cut = pipeline();
      const parts: Changes[] = [];
      for (let from = 0, turn = 0; from < list.length; turn++) {
        const size = sizes[turn % sizes.length]!;
        parts.push(cut.process(list.slice(from, from + size)));
        from += size;
      }
      const sort = (text: string) =>
        (JSON.parse(text) as [string, unknown][]).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sort(rows(parts))).toEqual(sort(inOne));
    }),
    { numRuns: 150 },
  );
  expect(errors).toEqual([]);
});

test('what a resumed stream repeats is handled once', () => {
  const subject = pipeline();
  const create: Observation = {
    k: 'event',
    at: start,
    event: { time: start, type: 'container', action: 'create', id: ids[0]!, name: 'web', labels: {} },
  };
  expect(subject.process([create]).events).toHaveLength(1);
  expect(subject.process([create]).events).toHaveLength(0);
});

test('an event of a future kind is kept and counted', () => {
  const changes = pipeline().process([
    { k: 'event', at: start, event: { time: start, type: 'wormhole', action: 'open', id: 'x', labels: {} } },
    { k: 'malformed', at: start, text: 'garbage' },
  ]);
  expect(changes).toMatchObject({ unknownKinds: 1, malformed: 1 });
  expect(changes.events[0]!.event).toMatchObject({ type: 'wormhole', action: 'open' });
});
