import { statSync } from 'node:fs';
import { DAY, HOUR, MILLISECOND, MINUTE, type Nanos, SECOND } from '../../src/domain';
import { createReader } from '../../src/store/reader';
import { createRecorder } from '../../src/store/recorder';
import { createRetention, type RetentionLimits } from '../../src/store/retention/retention';
import { type Opened, openTemporary } from './opened';
import {
  act,
  at,
  changes,
  container,
  death,
  engineId,
  event,
  exec,
  finding,
  gap,
  job,
  mountUse,
  owned,
  party,
  source,
  volume,
} from './rows';

let opened: Opened;
beforeEach(() => {
  opened = openTemporary();
});
afterEach(() => opened.remove());

const days = (number: number): number => Number((BigInt(number) * DAY) / MILLISECOND);
const limits: RetentionLimits = { eventsMs: days(14), findingsMs: days(180), maxSizeBytes: 2 ** 40 };
const ago = (number: number): Nanos => at(0) - BigInt(number) * DAY;
const ids = (table: string): number[] =>
  (opened.db.prepare(`SELECT DISTINCT id FROM ${table} ORDER BY id`).pluck().all() as bigint[]).map(Number);
const save = (some: Parameters<typeof changes>[0]): void => createRecorder(opened.db).save(changes(some));

/** Steps until nothing more goes, time passing in between so that no sweep rests. */
const retain = (some: Partial<RetentionLimits> = {}): number[] => {
  const retention = createRetention(opened.db);
  const deleted: number[] = [];
  for (let round = 0, idle = 0; idle < 3; round += 1) {
    deleted.push(retention.step({ ...limits, ...some }, at(0) + BigInt(round) * MINUTE));
    idle = deleted.at(-1) === 0 ? idle + 1 / 6 : 0;
  }
  return deleted.filter((count) => count > 0);
};

test('events go after their time, a chunk a step', () => {
  const old = Array.from({ length: 1200 }, (_, index) => event(index + 1, { time: ago(15) + BigInt(index) }));
  save({ events: [...old, event(2000, { time: ago(13) }), event(2001, { time: at(-1) })] });
  expect(retain()).toEqual([500, 500, 200]);
  expect(ids('events')).toEqual([2000, 2001]);
  expect(createReader(opened.db, 'h').event(5)).toEqual({ gone: true });
});

test('findings that are over go with their evidence and parties; those that stand stay, whatever their age', () => {
  const old = { firstSeenAt: ago(200), lastSeenAt: ago(181) };
  save({
    findings: [
      finding(1, { ...old, status: 'resolved' }),
      finding(2, { ...old, status: 'withdrawn' }),
      finding(3, { ...old, status: 'open' }),
      finding(4, { ...old, status: 'acknowledged' }),
      finding(5, { ...old, status: 'suppressed' }),
      finding(6, { ...old, lastSeenAt: ago(179), status: 'resolved' }),
    ],
  });
  retain();
  expect(ids('findings')).toEqual([3, 4, 5, 6]);
  const left = (table: string) =>
    opened.db.prepare(`SELECT DISTINCT finding FROM ${table} ORDER BY 1`).pluck().all();
  expect(left('evidence')).toEqual([3n, 4n, 5n, 6n]);
  expect(left('finding_parties')).toEqual([3n, 4n, 5n, 6n]);
});

test('commands go like events, with their targets', () => {
  const targets = ['web', 'db'];
  const old = Array.from({ length: 150 }, (_, index) =>
    exec(index + 1, { at: ago(15) + BigInt(index), endAt: ago(15) + HOUR, targets }),
  );
  save({ execs: [...old, exec(200, { at: ago(13), endAt: ago(13), targets })] });
  expect(retain()).toEqual([300, 150]);
  expect(ids('execs')).toEqual([200]);
  expect(opened.db.prepare('SELECT DISTINCT exec FROM exec_targets').pluck().all()).toEqual([200n]);
  expect(createReader(opened.db, 'h').exec(5)).toEqual({ gone: true });
});

test('of what a source was, the state at the time of the oldest report stays', () => {
  save({
    sources: [
      source(ago(300)),
      source(ago(299), { source: 'calls' }),
      source(ago(250), { state: 'off' }),
      source(ago(200)),
      source(ago(100), { state: 'off' }),
    ],
  });
  retain();
  expect(opened.db.prepare('SELECT source, since FROM sources ORDER BY since').raw().all()).toEqual([
    ['calls', ago(299)],
    ['execs', ago(200)],
    ['execs', ago(100)],
  ]);
});

describe('what must never go', () => {
  const gone = { createdAt: ago(300), removedAt: ago(299) };
  const over = { state: 'ended' as const, startedAt: ago(300), endedAt: ago(299), lastAliveAt: ago(299) };
  const byAge = {};
  const bySize = { maxSizeBytes: 1, eventsMs: days(9999), findingsMs: days(9999) };

  test.each([
    ['by age', byAge],
    ['by size', bySize],
  ])('%s: what exists, runs, stands or waits, and what these refer to', (_how, some) => {
    save({
      jobs: [
        job(1, { startedAt: ago(300), lastAliveAt: ago(300) }), // runs
        job(2, over), // stands in an open finding
        job(3, over), // owns a container that exists
        job(4, over), // made a volume that exists
        job(5, over), // nobody refers to it
        job(6, { ...over, aliasOf: 1 }), // nor to this name of a running job
        job(7, over), // its events are young
        job(8, over), // a command of it stays
      ],
      containers: [
        container(10, { createdAt: ago(300), owner: owned(3) }), // exists
        container(11, { ...gone, owner: owned(1) }), // of a running job
        container(12, { ...gone, owner: owned(2) }), // of a job in an open finding
        container(13, gone), // an unsettled act
        container(14, gone), // what an open finding is about
        container(15, gone), // an open finding's act
        container(16, { ...gone, owner: owned(5) }), // nothing
        container(17, { ...gone, removedAt: at(-3600) }), // the core may still speak of it
        container(18, gone), // a young event speaks of it
        container(19, gone), // a command that stays ran in it
      ],
      volumes: [
        volume(30, 'kept', { createdAt: ago(300), creator: 4 }),
        volume(31, 'gone', gone),
        volume(32, 'of-finding', gone),
      ],
      mountUses: [
        mountUse(1, 16, 'gone', { from: ago(300), to: ago(299) }),
        mountUse(2, 10, 'kept', { from: ago(300) }),
      ],
      acts: [
        act(1, 13, { at: ago(300), lastAt: ago(300), dueAt: at(9), events: [1] }),
        act(2, 15, { at: ago(300), lastAt: ago(300) }),
        act(3, 16, { at: ago(300), lastAt: ago(300) }),
      ],
      deaths: [death(1, 16, { at: ago(300) }), death(2, 10, { at: ago(300), finding: 1 })],
      findings: [
        finding(1, {
          victims: [party(2)],
          act: 2,
          resource: { type: 'container', id: engineId(14), name: 'x' },
          evidence: [
            { at: ago(300), source: 'event', text: '', ref: 'event:2' },
            { at: ago(300), source: 'exec', text: '', ref: 'exec:1' },
          ],
          lastSeenAt: ago(300),
        }),
        finding(2, { victims: [], resource: { type: 'volume', id: 'of-finding', name: 'of-finding' } }),
        finding(3, {
          status: 'resolved',
          victims: [],
          evidence: [
            { at: ago(300), source: 'event', text: '', ref: 'event:3' },
            { at: ago(300), source: 'exec', text: '', ref: 'exec:2' },
          ],
          lastSeenAt: ago(300),
        }),
      ],
      gaps: [gap(1, { to: ago(300) })],
      execs: [
        exec(1, { at: ago(302), endAt: ago(302), containerId: engineId(19) }), // evidence of an open finding
        exec(2, { at: ago(302), endAt: ago(302) }), // evidence of a resolved one
        exec(3, { at: ago(299), job: 1 }), // a running job runs it
        exec(4, { at: ago(299), job: 8 }), // its end was never told
        exec(5, { at: ago(300) - SECOND, endAt: ago(300) - 1n, job: 8 }), // while the unsettled act was done
        exec(6, { at: ago(301), endAt: ago(300) - 2n * SECOND }), // before that
        exec(7, { at: ago(300) + 1n, endAt: ago(299) }), // after it
        exec(8, { at: ago(300) + 1n, endAt: at(99_999) }), // it ended just now
        exec(9, { at: at(99_999) }), // newer than all steps
      ],
      events: [
        event(1, { time: ago(300) }), // of the unsettled act
        event(2, { time: ago(300) }), // evidence of an open finding
        event(3, { time: ago(300) }), // evidence of a resolved one
        event(4, { time: at(99_999) }, { other: 18, job: 7 }), // newer than all steps
      ],
    });
    retain(some);
    expect(ids('events')).toEqual([1, 2, 4]);
    expect(ids('execs')).toEqual([1, 3, 5, 8, 9]);
    expect(ids('jobs')).toEqual([1, 2, 3, 4, 7, 8]);
    expect(ids('containers')).toEqual([10, 11, 12, 13, 14, 15, 17, 18, 19]);
    expect(ids('volumes')).toEqual([30, 32]);
    expect(ids('resources')).toEqual([10, 11, 12, 13, 14, 15, 17, 18, 19, 30, 32]);
    expect(ids('acts')).toEqual([1, 2]);
    expect(ids('deaths')).toEqual([2]);
    expect(ids('findings')).toEqual([1, 2]);
    expect(ids('mount_uses')).toEqual([2]);
    expect(opened.db.pragma('foreign_key_check')).toEqual([]);
    // What is left is a memory that the core can start from.
    expect(
      createRecorder(opened.db)
        .load()
        .findings.map(({ id }) => id),
    ).toEqual([1, 2]);
  });
});

test('over its size: events first, then commands, then jobs without findings, then findings that are over', () => {
  const over = { state: 'ended' as const, startedAt: ago(3), endedAt: ago(2), lastAliveAt: ago(2) };
  const pages = (): number => Number(opened.db.pragma('page_count', { simple: true }));
  const empty = pages();
  save({
    jobs: [job(1, over), job(2, over)],
    findings: [finding(1, { status: 'resolved', victims: [party(2)], lastSeenAt: ago(2) })],
    execs: [exec(1, { at: ago(2), endAt: ago(2), job: 1 })],
    events: Array.from({ length: 20_000 }, (_, index) =>
      event(index + 1, { time: at(-100_000) + BigInt(index), name: 'x'.repeat(100) }),
    ),
  });
  const full = pages();
  const bytes = 4096 * Math.round((empty + full) / 2);
  const retention = createRetention(opened.db);
  const now = at(0);
  while (retention.step({ ...limits, maxSizeBytes: bytes }, now) > 0);
  expect(ids('events')[0]).toBeGreaterThan(5_000);
  expect(ids('events').at(-1)).toBe(20_000);
  expect(ids('jobs')).toEqual([1, 2]);
  const gone: string[] = [];
  while (retention.step({ ...limits, maxSizeBytes: 1 }, now) > 0)
    for (const table of ['events', 'execs', 'jobs', 'findings'])
      if (!gone.includes(table) && !ids(table).includes(1)) gone.push(table);
  expect(gone).toEqual(['events', 'execs', 'jobs', 'findings']);
  // The job that a finding named goes with the next round.
  expect(ids('jobs')).toEqual([2]);
  while (retention.step({ ...limits, maxSizeBytes: 1 }, now + HOUR) > 0);
  expect(ids('jobs')).toEqual([]);
});

test('the file shrinks, and to about the size that is allowed', () => {
  const row = (index: number) => event(index + 1, { time: ago(15) + BigInt(index), name: 'x'.repeat(200) });
  save({ events: Array.from({ length: 30_000 }, (_, index) => row(index)) });
  opened.db.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(opened.file).size;
  const retention = createRetention(opened.db);
  let steps = 0;
  while (retention.step({ ...limits, maxSizeBytes: 1_000_000 }, at(0)) > 0) steps += 1;
  expect(steps).toBe(60);
  for (let more = 0; more < 20; more += 1) retention.step({ ...limits, maxSizeBytes: 1_000_000 }, at(0));
  opened.db.pragma('wal_checkpoint(TRUNCATE)');
  expect(before).toBeGreaterThan(6_000_000);
  expect(statSync(opened.file).size).toBeLessThan(1_000_000);
  expect(opened.db.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('a step that finds only what must stay is bounded, and the next goes on behind it', () => {
  const kept = Array.from({ length: 1500 }, (_, index) => index + 1);
  save({
    events: [...kept, 1501].map((id) => event(id, { time: ago(15) + BigInt(id) })),
    findings: kept.map((id) => finding(id)),
  });
  const retention = createRetention(opened.db);
  expect(retention.step(limits, at(0))).toBe(0);
  expect(retention.step(limits, at(0))).toBe(1);
  expect(ids('events')).toHaveLength(1500);
});
