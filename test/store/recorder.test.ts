import { HOUR } from '../../src/domain';
import { openReadOnly } from '../../src/store/database';
import { createReader } from '../../src/store/reader';
import { createRecorder } from '../../src/store/recorder';
import { noChanges } from '../../src/world/changes';
import { type Opened, openTemporary } from './opened';
import {
  act,
  at,
  changes,
  container,
  death,
  event,
  exec,
  finding,
  gap,
  job,
  mountUse,
  owned,
  party,
  source,
} from './rows';

let opened: Opened;
beforeEach(() => {
  opened = openTemporary();
});
afterEach(() => opened.remove());

const commit = (): number => createReader(opened.db, 'h').commit();

test('a batch that fails in its middle leaves nothing, and the next one is stored', () => {
  const recorder = createRecorder(opened.db);
  recorder.save(changes({ jobs: [job(1)], events: [event(1)] }));
  const before = recorder.load();
  // The death of a container that nobody knows breaks a foreign key after events and jobs were written.
  const broken = changes({ jobs: [job(2)], events: [event(2, { action: 'new' })], deaths: [death(1, 99)] });
  expect(() => recorder.save(broken)).toThrow(/FOREIGN KEY/);
  expect(recorder.load()).toEqual(before);
  recorder.save(changes({ events: [event(2, { action: 'new' }), event(3, { action: 'new' })] }));
  expect(recorder.load().recentEvents.filter((each) => each.includes(' new '))).toHaveLength(2);
});

test('another connection sees a commit, and nothing of a batch before it', () => {
  const recorder = createRecorder(opened.db);
  const db = openReadOnly(opened.file);
  const reader = createReader(db, 'h');
  expect(reader.findings({ limit: 5 }).items).toEqual([]);
  opened.db.exec('BEGIN IMMEDIATE');
  opened.db.exec(
    "INSERT INTO jobs SELECT 5, 'k', 's', null, null, null, null, null, null, null, 'running', 1, null, 1, 1, null, null, null, 1",
  );
  expect(reader.job('k')).toBeUndefined();
  opened.db.exec('ROLLBACK');
  recorder.save(changes({ jobs: [job(1)], findings: [finding(1)] }));
  expect(reader.findings({ limit: 5 }).items).toMatchObject([{ id: 1, victims: [{ job: 'gitlab:1' }] }]);
  expect(reader.commit()).toBe(1);
  db.close();
});

describe('commit numbers', () => {
  test('rise when anything changed, not for a tick', () => {
    const recorder = createRecorder(opened.db);
    recorder.save(noChanges(at(1), 0n));
    expect(commit()).toBe(0);
    recorder.save(changes({ events: [event(1)] }));
    expect(commit()).toBe(1);
    recorder.save(noChanges(at(2), 0n));
    expect(commit()).toBe(1);
    expect(recorder.load()).toMatchObject({ clock: at(2), lastEventTime: at(1) });
  });

  test('a job that merely lives on is no news', () => {
    const recorder = createRecorder(opened.db);
    const reader = createReader(opened.db, 'h');
    const alive = job(1);
    recorder.save(changes({ jobs: [alive], gaps: [gap(1)] }));
    expect(reader.changesAfter(0, 10)).toMatchObject([
      { commit: 1, event: 'job', data: { key: 'gitlab:1' } },
      { commit: 1, event: 'coverage', data: { id: 1 } },
    ]);
    alive.lastAliveAt = at(30);
    recorder.save(changes({ jobs: [alive] }));
    expect(reader.changesAfter(1, 10)).toEqual([]);
    alive.state = 'ended';
    alive.endedAt = at(30);
    recorder.save(changes({ jobs: [alive], findings: [finding(1)] }));
    expect(reader.changesAfter(1, 10)).toMatchObject([
      { commit: 3, event: 'finding' },
      { commit: 3, event: 'job', data: { state: 'ended' } },
    ]);
  });

  test('changes are never cut within a commit', () => {
    const recorder = createRecorder(opened.db);
    const reader = createReader(opened.db, 'h');
    recorder.save(changes({ findings: [finding(1), finding(2)] }));
    recorder.save(changes({ findings: [finding(3), finding(4), finding(5)] }));
    recorder.save(changes({ findings: [finding(6)] }));
    const ids = (commit: number, limit: number): number[] =>
      reader.changesAfter(commit, limit).map((change) => (change.data as { id: number }).id);
    expect(ids(0, 4)).toEqual([1, 2]);
    expect(ids(1, 2)).toEqual([3, 4, 5]);
    expect(ids(2, 2)).toEqual([6]);
    expect(ids(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test('evidence is replaced by what the finding has now', () => {
  const recorder = createRecorder(opened.db);
  const evidence = (texts: string[]) =>
    texts.map((text) => ({ at: at(1), source: 'event' as const, text, ref: null }));
  recorder.save(changes({ findings: [finding(1, { evidence: evidence(['a', 'b', 'c']) })] }));
  recorder.save(changes({ findings: [finding(1, { evidence: evidence(['a', 'x']), actors: [party(3)] })] }));
  expect(recorder.load().findings[0]!.evidence.map(({ text }) => text)).toEqual(['a', 'x']);
  expect(opened.db.prepare('SELECT role, job FROM finding_parties ORDER BY role').all()).toEqual([
    { role: 'actor', job: 3n },
    { role: 'victim', job: 1n },
  ]);
});

test('events follow their owner when it becomes known later', () => {
  const recorder = createRecorder(opened.db);
  const reader = createReader(opened.db, 'h');
  const web = container(10);
  recorder.save(
    changes({
      jobs: [job(1)],
      containers: [web],
      events: [
        event(1, {}, { resource: 10 }),
        event(2, { type: 'network', action: 'connect' }, { other: 10 }),
      ],
    }),
  );
  expect(reader.events({ limit: 9, job: 'gitlab:1' }).items).toEqual([]);
  web.owner = owned(1);
  recorder.save(changes({ containers: [web] }));
  expect(reader.events({ limit: 9, job: 'gitlab:1' }).items.map(({ id }) => id)).toEqual([2, 1]);
});

describe('commands', () => {
  const inOf = (id: number) => ({ containerId: container(id).engineId });
  const list = (query: object = {}): [number, string | null][] =>
    createReader(opened.db, 'h')
      .execs({ limit: 9, ...query })
      .items.map(({ id, job: key }) => [id, key]);

  test('get their end', () => {
    const recorder = createRecorder(opened.db);
    recorder.save(changes({ execs: [exec(1, { targets: ['web'] })] }));
    recorder.save(changes({ execs: [exec(1, { targets: ['web'], endAt: at(2), code: 1 })] }));
    expect(recorder.load().execs).toEqual([exec(1, { targets: ['web'], endAt: at(2), code: 1 })]);
    expect(list({ target: 'web' })).toEqual([[1, null]]);
  });

  test('follow the owner of their container when it becomes known later, to people, not to the core', () => {
    const recorder = createRecorder(opened.db);
    const web = container(10);
    recorder.save(
      changes({ jobs: [job(1)], containers: [web], execs: [exec(1, inOf(10)), exec(2, inOf(11)), exec(3)] }),
    );
    web.owner = owned(1);
    recorder.save(changes({ containers: [web] }));
    expect(list({ job: 'gitlab:1' })).toEqual([[1, 'gitlab:1']]);
    recorder.save(changes({ execs: [exec(1, { ...inOf(10), endAt: at(2), code: 0 })] }));
    expect(list()).toEqual([
      [3, null],
      [2, null],
      [1, 'gitlab:1'],
    ]);
    expect(recorder.load().execs.map(({ job: known }) => known)).toEqual([null, null, null]);
  });

  test('told twice under one key are one, and stop nothing', () => {
    const recorder = createRecorder(opened.db);
    recorder.save(changes({ execs: [exec(1, { targets: ['web'] })] }));
    recorder.save(
      changes({ jobs: [job(1)], execs: [exec(2, { key: 'boot:1', targets: ['web'] }), exec(3)] }),
    );
    expect(list()).toEqual([
      [3, null],
      [1, null],
    ]);
    expect(list({ target: 'web' })).toEqual([[1, null]]);
    expect(recorder.load().lastIds).toMatchObject({ exec: 3, job: 1 });
  });

  test('are found by the first 500 of their targets, named once or often', () => {
    const recorder = createRecorder(opened.db);
    const targets = Array.from({ length: 501 }, (_, index) => `c${index}`);
    recorder.save(changes({ execs: [exec(1, { targets }), exec(2, { targets: ['a', 'a', ''] })] }));
    expect(list({ target: 'c499' })).toEqual([[1, null]]);
    expect(list({ target: 'c500' })).toEqual([]);
    expect(list({ target: 'a' })).toEqual([[2, null]]);
    expect(recorder.load().execs[0]!.targets).toEqual(targets);
  });

  test('are remembered until an hour after their end', () => {
    const recorder = createRecorder(opened.db);
    const ago = (hours: number) => at(0) - BigInt(hours) * HOUR;
    recorder.save(
      changes({
        jobs: [job(1, { state: 'ended', startedAt: ago(99), endedAt: ago(98) })],
        execs: [
          exec(1, { at: ago(99), job: 1 }),
          exec(2, { at: ago(99), endAt: at(-3601) }),
          exec(3, { at: ago(99), endAt: at(-3600) }),
        ],
      }),
    );
    const memory = recorder.load();
    expect(memory.execs.map(({ id }) => id)).toEqual([1, 3]);
    expect(memory.jobs.map(({ id }) => id)).toEqual([1]);
    expect(memory.lastIds.exec).toBe(3);
  });
});

test('each source of sight is remembered as it is now', () => {
  const recorder = createRecorder(opened.db);
  const calls = source(at(1), { source: 'calls', state: 'off', reason: 'not configured' });
  recorder.save(changes({ sources: [source(at(1)), calls] }));
  expect(commit()).toBe(1);
  recorder.save(changes({ sources: [source(at(5), { state: 'off', reason: 'no witness' })] }));
  recorder.save(changes({ sources: [source(at(5), { state: 'off', reason: 'no rights', lost: 2 })] }));
  expect(recorder.load().sources).toEqual([
    calls,
    source(at(5), { state: 'off', reason: 'no rights', lost: 2 }),
  ]);
});

test('ids are never given twice, also when their rows are gone', () => {
  const recorder = createRecorder(opened.db);
  recorder.save(changes({ findings: [finding(41)], events: [event(12)], containers: [container(7)] }));
  opened.db.exec('DELETE FROM findings; DELETE FROM events');
  expect(recorder.load().lastIds).toMatchObject({ finding: 41, event: 12, resource: 7, job: 0 });
});

test('memory holds what exists, what runs or is referred to, and a day of the past', () => {
  const recorder = createRecorder(opened.db);
  const long = (hours: number) => at(0) - BigInt(hours) * HOUR;
  const ended = (hours: number) => ({
    state: 'ended' as const,
    startedAt: long(hours),
    endedAt: long(hours),
  });
  recorder.save(
    changes({
      jobs: [
        job(1, { startedAt: long(99) }),
        job(2, ended(25)),
        job(3, ended(23)),
        job(4, ended(99)), // owns a container that exists
        job(5, ended(99)), // stands in an open finding
        job(6, { ...ended(99), aliasOf: 5 }), // the old name of that
        job(7, ended(99)),
      ],
      containers: [
        container(11, { createdAt: long(99), owner: owned(4) }),
        container(12, { removedAt: long(25), owner: owned(7) }),
        container(13, { removedAt: long(23) }),
      ],
      mountUses: [
        mountUse(1, 11, 'a', { from: long(99) }),
        mountUse(2, 12, 'a', { from: long(99), to: long(25) }),
        mountUse(3, 13, 'a', { from: long(99), to: long(23) }),
      ],
      acts: [
        act(1, 12, { lastAt: long(25) }),
        act(2, 13, { lastAt: long(23) }),
        act(3, 11, { lastAt: long(99), dueAt: at(2) }),
      ],
      deaths: [death(1, 12, { at: long(25) }), death(2, 13, { at: long(23) })],
      findings: [
        finding(1, { victims: [party(5)], lastSeenAt: long(99) }),
        finding(2, { status: 'resolved' }),
        finding(3, { status: 'withdrawn' }),
        finding(4, { status: 'suppressed' }),
      ],
      gaps: [gap(1, { to: long(25) }), gap(2, { from: null, to: long(23) })],
    }),
  );
  const memory = recorder.load();
  const ids = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);
  expect(ids(memory.jobs)).toEqual([1, 3, 4, 5, 6]);
  expect(ids(memory.containers)).toEqual([11, 13]);
  expect(ids(memory.mountUses)).toEqual([1, 3]);
  expect(ids(memory.acts)).toEqual([2, 3]);
  expect(ids(memory.deaths)).toEqual([2]);
  expect(ids(memory.findings)).toEqual([1, 4]);
  expect(ids(memory.gaps)).toEqual([2]);
});

test('identities of the last two seconds come back, of known and unknown resources', () => {
  const recorder = createRecorder(opened.db);
  recorder.save(
    changes({
      containers: [container(10)],
      events: [
        event(1, { time: at(0) }),
        event(2, { time: at(9), id: container(10).engineId }, { resource: 10 }),
        event(3, { time: at(10), type: 'builder', action: 'prune', id: '' }),
        event(4, { time: at(8), type: 'image', action: 'pull', id: 'busybox:1' }),
      ],
    }),
  );
  expect(recorder.load().recentEvents).toEqual([
    `${at(8)} image pull busybox:1`,
    `${at(9)} container start ${container(10).engineId}`,
    `${at(10)} builder prune `,
  ]);
});
