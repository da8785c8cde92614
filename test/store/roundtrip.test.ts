import fc from 'fast-check';
import { type Changes, eventIdentity, type Memory } from '../../src/domain';
import { createRecorder } from '../../src/store/recorder';
import { noChanges } from '../../src/world/changes';
import { changes as arbitraryChanges, clock } from './arbitrary';
import { openTemporary } from './opened';

const asMemory = (changes: Changes): Memory => ({
  clock: changes.clock,
  lastEventTime: changes.lastEventTime,
  recentEvents: changes.events.map(({ event }) => eventIdentity(event)),
  lastIds: {
    event: 8,
    resource: 903,
    job: 7,
    nameUse: 1,
    mountUse: 2,
    act: 3,
    death: 4,
    finding: 5,
    gap: 6,
    exec: 9,
    call: 10,
  },
  engine: changes.engine,
  jobs: [...changes.jobs],
  containers: [...changes.containers],
  volumes: [...changes.volumes],
  networks: [...changes.networks],
  images: [...changes.images],
  nameUses: [...changes.nameUses],
  mountUses: [...changes.mountUses],
  acts: [...changes.acts],
  deaths: [...changes.deaths],
  findings: [...changes.findings],
  suppressions: [],
  gaps: changes.gaps,
  execs: [...changes.execs],
  calls: [...changes.calls],
  effects: [],
  sources: [...changes.sources],
});

test('what is saved comes back exactly, whatever the texts', () => {
  fc.assert(
    fc.property(arbitraryChanges, (changes) => {
      const { db, remove } = openTemporary();
      try {
        createRecorder(db).save(changes);
        expect(createRecorder(db).load()).toEqual(asMemory(changes));
      } finally {
        remove();
      }
    }),
    { numRuns: 40 },
  );
});

test('rows saved again are replaced whole, commands in what can change of them', () => {
  fc.assert(
    fc.property(arbitraryChanges, arbitraryChanges, (first, second) => {
      const { db, remove } = openTemporary();
      try {
        const recorder = createRecorder(db);
        // An id and an engine id are one resource for good.
        const engineIds = [first.containers, first.volumes, first.networks, first.images].map(
          (set) => [...set][0]!.engineId,
        );
        const again = (set: Iterable<{ engineId: string }>, index: number): void => {
          for (const each of set) Object.assign(each, { engineId: engineIds[index]! });
        };
        [second.containers, second.volumes, second.networks, second.images].forEach(again);
        const [begun] = first.execs;
        const { endAt, code, signal, job } = [...second.execs][0]!;
        second.execs = new Set([{ ...begun!, endAt, code, signal, job }]);
        const [called] = first.calls;
        const { call, ...answered } = [...second.calls][0]!;
        const { status, created, message, bytesIn, bytesOut, aborted } = call;
        const answer = { status, created, message, bytesIn, bytesOut, aborted };
        second.calls = new Set([
          {
            ...called!,
            endAt: answered.endAt,
            code: answered.code,
            job: answered.job,
            made: answered.made,
            call: { ...called!.call, ...answer },
          },
        ]);
        second.gaps = [];
        second.events = [];
        recorder.save(first);
        recorder.save(second);
        expect(recorder.load()).toEqual({
          ...asMemory(second),
          engine: second.engine ?? first.engine,
          gaps: first.gaps,
          sources: [[...first.sources][0]!, [...second.sources][0]!].filter(({ since }, index, both) =>
            index === 0 ? since > both[1]!.since : since >= both[0]!.since,
          ),
          recentEvents: first.events.map(({ event }) => eventIdentity(event)),
        });
      } finally {
        remove();
      }
    }),
    { numRuns: 30 },
  );
});

test('half a surrogate pair becomes U+FFFD, in columns as often as the runtime likes', () => {
  const { db, remove } = openTemporary();
  const recorder = createRecorder(db);
  const changes = noChanges(clock, clock);
  const broken = 'a\ud83db\\ud800';
  const mended = 'a\ufffdb\\ud800';
  const mendedBytes: unknown = expect.stringMatching(/^a\ufffd+b\\ud800$/);
  changes.networks.add({
    id: 1,
    engineId: broken,
    name: broken,
    labels: { [broken]: broken },
    owner: { job: null, system: null, confidence: null, because: [broken], level: 0 },
    createdAt: clock,
    removedAt: null,
    driver: broken,
  });
  recorder.save(changes);
  expect(recorder.load().networks).toMatchObject([
    { engineId: mendedBytes, name: mendedBytes, labels: { [mended]: mended }, owner: { because: [mended] } },
  ]);
  remove();
});

test('an empty database gives an empty memory', () => {
  const { db, remove } = openTemporary();
  expect(createRecorder(db).load()).toMatchObject({
    clock: 0n,
    lastEventTime: 0n,
    recentEvents: [],
    engine: null,
    jobs: [],
    lastIds: { event: 0, finding: 0 },
  });
  remove();
});
