import {
  type Exec,
  type ExecQuery,
  type FindingQuery,
  type GapRow,
  InvalidCursor,
  type Page,
  type PageQuery,
  type Reader,
  type SourceState,
  toRfc3339,
} from '../../src/domain';
import { createReader } from '../../src/store/reader';
import { createRecorder } from '../../src/store/recorder';
import { type Opened, openTemporary } from './opened';
import { at, changes, container, engineId, exec, finding, gap, job, party, source } from './rows';
import { story } from './story';

let opened: Opened;
let reader: Reader;
beforeAll(() => {
  opened = openTemporary();
  createRecorder(opened.db).save(story());
  reader = createReader(opened.db, 'host-1');
});
afterAll(() => opened.remove());

const time = (seconds: number): string => toRfc3339(at(seconds));
const ids = ({ items }: Page<{ id: number | string }>) => items.map(({ id }) => id);
/** Everything, a row a page. */
const byOnes = <T, Q extends PageQuery>(list: (query: Q) => Page<T>, query: Omit<Q, 'limit'>): T[] => {
  const all: T[] = [];
  for (let cursor: string | undefined; ;) {
    const page: Page<T> = list({ ...query, limit: 1, cursor } as Q);
    all.push(...page.items);
    if (page.next === null) return all;
    cursor = page.next;
  }
};

describe('findings', () => {
  test.each<[Omit<FindingQuery, 'limit'>, number[]]>([
    [{}, [1, 4, 3, 2]],
    [{ kind: 'foreign-kill' }, [1, 4]],
    [{ severity: 'info' }, [3]],
    [{ confidence: 'certain' }, [2]],
    [{ status: 'open' }, [1, 2]],
    [{ status: 'open', kind: 'name-conflict', severity: 'warning', confidence: 'certain' }, [2]],
    [{ job: 'gitlab:1' }, [1, 4, 3, 2]],
    [{ job: 'gitlab:2' }, [3, 2]],
    [{ job: 'gitlab:2', severity: 'info' }, [3]],
    [{ job: 'gitlab:9' }, []],
    [{ host: 'host-1', status: 'acknowledged' }, [3]],
    [{ host: 'other' }, []],
    [{ q: 'REFUSED db' }, [2]],
    [{ q: '100%' }, [2]],
    [{ q: '%' }, [2]],
    [{ q: '_' }, []],
    [{ q: "'" }, []],
    [{ since: at(36) }, [1, 4, 3]],
    [{ until: at(36) }, [2]],
    [{ since: at(36), until: at(37) }, [3]],
  ])('%j', (query, expected) => {
    expect(ids(reader.findings({ limit: 50, ...query }))).toEqual(expected);
    expect(byOnes(reader.findings, query).map(({ id }) => id)).toEqual(expected);
  });

  test('one with its parties, evidence and what it hurt', () => {
    expect(reader.finding(2)).toEqual({
      found: expect.objectContaining({
        id: 2,
        host: 'host-1',
        victims: [expect.objectContaining({ job: 'gitlab:1', system: null })],
        actors: [expect.objectContaining({ job: 'gitlab:2' })],
        firstSeenAt: time(35),
        evidence: [{ at: time(2), source: 'event', text: 'kill', ref: 'event:2' }],
        affected: [],
      }),
    });
  });

  test('one that never was, and one that retention removed', () => {
    expect(reader.finding(5)).toBeUndefined();
    expect(reader.finding(0)).toBeUndefined();
    opened.db.exec('BEGIN; DELETE FROM findings WHERE id = 2; DELETE FROM events WHERE id = 7');
    expect(reader.finding(2)).toEqual({ gone: true });
    expect(reader.event(7)).toEqual({ gone: true });
    opened.db.exec('ROLLBACK');
  });

  test.each(['', '!', 'MQ', 'eCB5', Buffer.from('99999999999999999999 1').toString('base64url')])(
    'a cursor that no page gave is refused: %j',
    (cursor) => expect(() => reader.findings({ limit: 1, cursor })).toThrow(InvalidCursor),
  );
});

describe('jobs', () => {
  const keys = (query: object): string[] => reader.jobs({ limit: 9, ...query }).items.map(({ key }) => key);
  test('newest first, stand-ins left out, filtered', () => {
    expect(keys({})).toEqual(['github:7012/1/build', 'gitlab:2', 'gitlab:1']);
    expect(byOnes(reader.jobs, {}).map(({ key }) => key)).toEqual(keys({}));
    expect(keys({ system: 'gitlab', state: 'ended' })).toEqual(['gitlab:2']);
    expect(keys({ project: 'shop' })).toEqual(['github:7012/1/build', 'gitlab:1']);
    expect(keys({ q: 'BLOG' })).toEqual(['gitlab:2']);
    expect(keys({ since: at(10), until: at(20) })).toEqual(['gitlab:2']);
  });
  test('by key, with stand-ins leading to the job itself', () => {
    expect(reader.job('gitlab:2')).toMatchObject({ found: { startedAt: time(10), endedAt: time(50) } });
    expect(reader.job('github:net-ab')).toEqual({ movedTo: 'github:7012/1/build' });
    expect(reader.job('gitlab:9')).toBeUndefined();
    expect(reader.containers({ limit: 9, job: 'github:7012/1/build' }).items).toMatchObject([
      { name: 'c13', owner: { job: 'github:7012/1/build' } },
    ]);
  });
  test('everything that a report needs', () => {
    const facts = reader.jobFacts('gitlab:1')!;
    expect(facts.asVictim.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(facts.asActor).toEqual([]);
    expect(reader.jobFacts('gitlab:2')!.asActor).toMatchObject([{ id: 2, evidence: [{ ref: 'event:2' }] }]);
    expect(facts.deaths).toMatchObject([
      { container: { name: 'c10' }, at: time(30), exitCode: 137, finding: 1 },
    ]);
    expect(facts.containers.map(({ name }) => name)).toEqual(['c10', 'db']);
    expect(facts.volumes.map(({ name }) => name).sort()).toEqual(['cache', 'own']);
    expect(facts.networks).toMatchObject([{ name: 'ci', owner: { job: 'gitlab:1' } }]);
    expect(facts.gaps).toMatchObject([{ id: 2, jobs: ['github:7012/1/build', 'gitlab:2', 'gitlab:1'] }]);
    expect(reader.jobFacts('gitlab:9')).toBeUndefined();
  });
  test('its timeline is in order, whatever the size of the pages', () => {
    const whole = reader.jobTimeline('gitlab:1', { limit: 50 })!;
    expect(whole.next).toBeNull();
    expect(
      whole.items.map((entry) => `${entry.at.slice(17, 19)} ${entry.kind} ${entry.ref ?? entry.text}`),
    ).toEqual([
      '00 job job gitlab:1 started',
      '10 event event:1',
      '11 event event:2',
      '25 gap gap:2',
      '29 exec exec:1',
      '30 event event:3',
      `30 act container:${engineId(10)}`,
      `30 death container:${engineId(10)}`,
      '30 finding finding:1',
      '30 event event:4',
      '31 event event:5',
      '35 finding finding:2',
      '36 finding finding:3',
      '40 event event:6',
    ]);
    const texts = whole.items.map(({ text }) => text);
    expect(texts).toContain('container c10: die (exit code 137)');
    expect(texts).toContain('ran docker rm --force db c10');
    const list = (query: PageQuery) => reader.jobTimeline('gitlab:1', query)!;
    expect(byOnes(list, {})).toEqual(whole.items);
    expect(byOnes(list, { since: at(30), until: at(31) })).toEqual(whole.items.slice(5, 10));
    expect(reader.jobTimeline('gitlab:9', { limit: 1 })).toBeUndefined();
  });
});

describe('containers', () => {
  const names = (query: object): string[] =>
    reader.containers({ limit: 9, ...query }).items.map(({ name }) => name);
  test('newest first, filtered', () => {
    expect(names({})).toEqual(['c13', 'db', 'db', 'c10']);
    expect(byOnes(reader.containers, {}).map(({ name }) => name)).toEqual(names({}));
    expect(names({ state: 'running' })).toEqual(['c13', 'c10']);
    expect(names({ state: 'removed' })).toEqual(['db']);
    expect(names({ job: 'gitlab:1', name: 'db' })).toEqual(['db']);
    expect(names({ job: 'gitlab:9' })).toEqual([]);
  });
  test.each([
    ['full id', engineId(10), 10],
    ['unique prefix', engineId(12).slice(0, 9), 12],
    ['current name, not that of a removed one', 'db', 11],
  ])('by %s', (_how, reference, id) =>
    expect(reader.container(reference)).toMatchObject({ found: { id: engineId(id) } }),
  );
  test.each([['0000000'], ['none'], [''], ['%'], [engineId(99)]])('none by %j', (reference) =>
    expect(reader.container(reference)).toBeUndefined(),
  );
  test('with mounts and deaths', () => {
    expect(reader.container('c10')).toMatchObject({
      found: {
        mounts: [{ name: 'cache', destination: '/data' }],
        deaths: [{ cause: 'foreign-kill', text: 'web was killed from outside' }],
        owner: { job: 'gitlab:1', because: ['label'] },
      },
    });
  });
});

describe('volumes, networks, images', () => {
  const names = (page: Page<{ name: string }>): string[] => page.items.map(({ name }) => name);
  test('with their users', () => {
    expect(reader.volume('cache')).toMatchObject({
      found: {
        users: [
          { job: 'gitlab:2', container: engineId(12), readOnly: true, from: time(13), to: time(50) },
          { job: 'gitlab:1', container: engineId(10), readOnly: false, from: time(12), to: null },
        ],
      },
    });
    expect(reader.network('n'.repeat(64))).toMatchObject({
      found: {
        name: 'ci',
        users: [{ job: 'gitlab:1', container: engineId(10), from: time(11), to: time(31) }],
      },
    });
    expect(reader.image('sha256:aa')).toMatchObject({ found: { users: [{}, {}, {}] } });
    expect([reader.volume('x'), reader.network('x'), reader.image('x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
  test('filtered', () => {
    expect(names(reader.volumes({ limit: 9 }))).toEqual(['own', 'cache']);
    expect(names(reader.volumes({ limit: 9, shared: true }))).toEqual(['cache']);
    expect(names(reader.volumes({ limit: 9, job: 'gitlab:2' }))).toEqual(['cache']);
    expect(names(reader.volumes({ limit: 9, job: 'gitlab:1' }))).toEqual(['own', 'cache']);
    expect(names(reader.networks({ limit: 9, job: 'gitlab:1' }))).toEqual(['ci']);
    expect(names(reader.images({ limit: 9, job: 'gitlab:2' }))).toEqual(['busybox:1']);
    expect(names(reader.images({ limit: 9, job: 'github:7012/1/build' }))).toEqual([]);
  });
});

describe('events', () => {
  test.each<[object, number[]]>([
    [{}, [8, 7, 6, 5, 4, 3, 2, 1]],
    [{ type: 'network' }, [5, 2]],
    [{ action: 'start' }, [8, 1]],
    [{ type: 'container', action: 'die' }, [4]],
    [{ type: 'none' }, []],
    [{ job: 'gitlab:2' }, [8]],
    [{ container: engineId(10) }, [6, 5, 4, 3, 2, 1]],
    [{ container: engineId(10), type: 'network', job: 'gitlab:1' }, [5, 2]],
    [{ container: engineId(10), job: 'gitlab:2' }, []],
    [{ since: at(30), until: at(40) }, [5, 4, 3]],
  ])('%j', (query, expected) => {
    expect(ids(reader.events({ limit: 50, ...query }))).toEqual(expected);
    expect(byOnes(reader.events, query).map(({ id }) => id)).toEqual(expected);
  });
  test('say what is kept of them', () => {
    expect(reader.event(4)).toMatchObject({
      found: {
        at: toRfc3339(at(30) + 5n),
        resource: { id: engineId(10), name: 'c10' },
        job: 'gitlab:1',
        image: 'busybox',
        exitCode: 137,
      },
    });
    expect(reader.event(2)).toMatchObject({ found: { resource: { name: 'ci' }, container: engineId(10) } });
    expect(reader.event(6)).toMatchObject({
      found: { resource: { name: 'new' }, detail: { oldName: 'old' } },
    });
    expect(reader.event(7)).toMatchObject({
      found: {
        type: 'gadget',
        resource: { id: 'unknown', name: null },
        job: null,
        detail: { 'label a': 'b' },
      },
    });
    expect(reader.event(99)).toBeUndefined();
  });
});

describe('execs', () => {
  test.each<[Omit<ExecQuery, 'limit'>, number[]]>([
    [{}, [4, 3, 2, 1]],
    [{ verb: 'rm' }, [4, 1]],
    [{ target: 'db' }, [4, 2, 1]],
    [{ target: 'c10' }, [1]],
    [{ target: 'd' }, []],
    [{ target: 'DB' }, []],
    [{ target: 'db', verb: 'kill' }, [2]],
    [{ job: 'gitlab:1' }, [1]],
    [{ job: 'gitlab:2', target: 'db' }, [2]],
    [{ job: 'gitlab:2', verb: 'rm' }, []],
    [{ job: 'github:7012/1/build', verb: 'rm', target: 'db' }, [4]],
    [{ job: 'gitlab:9' }, []],
    [{ since: at(33), until: at(38) }, [3, 2]],
    [{ target: 'db', since: at(33), until: at(38) }, [2]],
  ])('%j', (query, expected) => {
    expect(ids(reader.execs({ limit: 50, ...query }))).toEqual(expected);
    expect(byOnes(reader.execs, query).map(({ id }) => id)).toEqual(expected);
  });

  test('say what was run, where and by whom', () => {
    expect(reader.exec(1)).toEqual({
      found: {
        id: 1,
        at: time(29),
        endedAt: time(31),
        code: 0,
        signal: null,
        verb: 'rm',
        targets: ['db', 'c10'],
        truncated: false,
        name: null,
        image: null,
        tags: [],
        project: null,
        filters: [],
        force: true,
        engine: 'this',
        process: { pid: 101, uid: 0, exe: '/usr/bin/docker' },
        container: { id: engineId(10), name: 'c10' },
        job: 'gitlab:1',
      },
    });
    expect(reader.exec(3)).toMatchObject({ found: { endedAt: null, container: null, job: null } });
    expect(reader.exec(4)).toMatchObject({
      found: { container: { id: 'f'.repeat(64), name: null }, job: 'github:7012/1/build' },
    });
  });

  test('one that never was, and one that retention removed', () => {
    expect(reader.exec(5)).toBeUndefined();
    opened.db.exec('BEGIN; DELETE FROM exec_targets WHERE exec = 2; DELETE FROM execs WHERE id = 2');
    expect(reader.exec(2)).toEqual({ gone: true });
    opened.db.exec('ROLLBACK');
  });

  test.each<[Partial<Exec>, string]>([
    [{ verb: 'run', name: 'web', targets: [] }, 'ran docker run --name web'],
    [{ verb: 'signal', targets: ['1'], code: 0 }, 'ran kill 1'],
    [{ verb: 'compose up', code: 17 }, 'ran docker compose up (exit code 17)'],
    [{ verb: 'stop', targets: ['a'], code: null, signal: 9 }, 'ran docker stop a (signal 9)'],
    [{ targets: Array.from('abcdefghij'), force: true }, 'ran docker rm --force a b c d e f g h and 2 more'],
  ])('a timeline tells of %j', (some, text) => {
    const { db, remove } = openTemporary();
    createRecorder(db).save(changes({ jobs: [job(1)], execs: [exec(7, { ...some, job: 1 })] }));
    expect(createReader(db, 'h').jobTimeline('gitlab:1', { limit: 9 })!.items).toMatchObject([
      { kind: 'job' },
      { kind: 'exec', text, ref: 'exec:7' },
    ]);
    remove();
  });
});

test('a window holds what touches it', () => {
  const { jobs, containers, acts, findings } = reader.window(at(45), at(60));
  expect(jobs.map(({ key }) => key)).toEqual(['gitlab:1', 'gitlab:2']);
  expect(containers.map(({ id }) => id)).toEqual([10, 11, 12, 13].map(engineId));
  expect(acts).toEqual([
    { id: 2, verb: 'remove', at: time(50), container: { id: engineId(12), name: 'db' }, job: 'gitlab:2' },
  ]);
  expect(findings.map(({ id }) => id)).toEqual([1]);
  expect(reader.window(at(51), at(60)).containers).toHaveLength(3);
});

describe('stats', () => {
  const rows = (by: Parameters<Reader['stats']>[0]) =>
    reader
      .stats(by, 0n)
      .items.map(({ name, findings, asVictim, asActor, minutesLost }) => [
        name,
        findings,
        asVictim,
        asActor,
        minutesLost,
      ]);
  test('count neither withdrawn findings nor hazards as time lost', () => {
    expect(rows('kind')).toEqual([
      ['foreign-kill', 1, 1, 0, 0.5],
      ['name-conflict', 1, 1, 1, 0.58],
      ['shared-volume', 1, 2, 0, 0],
    ]);
    expect(rows('job')).toEqual([
      ['gitlab:1', 3, 3, 0, 0.58],
      ['gitlab:2', 2, 1, 1, 0],
    ]);
    expect(rows('project')[0]).toEqual(['shop', 3, 3, 0, 0.58]);
    expect(rows('name').map(([name]) => name)).toEqual(['c10', 'cache', 'db']);
    expect(rows('actor')).toEqual([['gitlab:2', 1, 0, 1, 0]]);
    expect(rows('victim').map(([name]) => name)).toEqual(['gitlab:1', 'gitlab:2']);
  });
  test('since, and per day', () => {
    expect(reader.stats('kind', at(80)).items.map(({ name }) => name)).toEqual(['foreign-kill']);
    expect(reader.stats('kind', 0n).overTime).toEqual([{ day: '2026-11-24', findings: 3 }]);
  });
});

describe('coverage', () => {
  test('says what is seen, what not, and when nothing was', () => {
    expect(reader.coverage()).toMatchObject({
      mode: 'events-only',
      host: 'host-1',
      since: time(100),
      engine: { version: '28.5.2', apiVersion: '1.51' },
      sources: {
        events: { state: 'on', since: time(26), lost: 0 },
        execs: { state: 'off', reason: 'not watched: only the events of the engine are seen' },
        calls: { state: 'off' },
      },
      gaps: [{ id: 1, from: null, jobs: [] }, { id: 2 }],
    });
    expect(reader.coverage(at(0), at(24)).gaps).toEqual([]);
    expect(reader.gap(2)).toMatchObject({ found: { from: time(25), to: time(26) } });
    expect(reader.gap(3)).toBeUndefined();
  });
  test('an open gap means degraded, the next that ends means on', () => {
    const { db, remove } = openTemporary();
    const recorder = createRecorder(db);
    const other = createReader(db, 'h');
    expect(other.coverage()).toMatchObject({ since: null, engine: null, gaps: [] });
    recorder.save(changes({ jobs: [job(1)], gaps: [gap(1, { from: at(5), to: null, missing: 'all' })] }));
    expect(other.coverage().sources.events).toMatchObject({
      state: 'degraded',
      since: time(5),
      reason: 'stream-break: all',
    });
    expect(other.coverage(at(50)).gaps).toMatchObject([{ id: 1, to: null, jobs: ['gitlab:1'] }]);
    recorder.save(changes({ gaps: [gap(2, { from: at(5), to: at(9) })] }));
    expect(other.coverage().sources.events).toMatchObject({ state: 'on', since: time(9) });
    remove();
  });
});

describe('what is seen besides events', () => {
  let store: Opened;
  beforeEach(() => {
    store = openTemporary();
  });
  afterEach(() => store.remove());
  const on = (seconds: number, some: Partial<SourceState> = {}) => source(at(seconds), some);
  const off = (seconds: number) => on(seconds, { state: 'off', reason: 'the witness is not connected' });
  const link = (from: number, to: number | null): GapRow =>
    gap(1, { source: 'execs', reason: 'link-down', from: at(from), to: to === null ? null : at(to) });
  const save = (some: Parameters<typeof changes>[0]): Reader => {
    createRecorder(store.db).save(changes({ clock: at(100), ...some }));
    return createReader(store.db, 'h');
  };

  test('on: the mode, and what it can never tell', () => {
    const { mode, sources, blindTo } = save({ sources: [on(5, { lost: 3 })] }).coverage();
    expect([mode, sources.execs]).toEqual([
      'exec-watch',
      { state: 'on', since: time(5), reason: null, lost: 3 },
    ]);
    expect(sources.calls).toMatchObject({ state: 'off', reason: expect.stringMatching(/^not watched/) });
    expect(blindTo.join()).toMatch(/SDK.*refused.*reads.*vanished/s);
    expect(blindTo.join()).not.toMatch(/who made an engine API call/);
  });
  test('degraded is watched still; off says why, and what it was before no longer counts', () => {
    const reason = '2 commands vanished before they were read';
    const reader1 = save({ sources: [on(5), on(9, { state: 'degraded', reason, lost: 2 })] });
    expect(reader1.coverage()).toMatchObject({
      mode: 'exec-watch',
      sources: { execs: { state: 'degraded', since: time(9), reason, lost: 2 } },
    });
    const reader2 = save({ sources: [off(12)] });
    expect(reader2.coverage()).toMatchObject({
      mode: 'events-only',
      sources: { execs: { state: 'off', since: time(12), reason: 'the witness is not connected' } },
    });
    expect(reader2.coverage().blindTo.join()).toMatch(/who made an engine API call/);
  });

  const lived = job(1, { state: 'ended', startedAt: at(20), endedAt: at(40) });
  test.each<[string, { sources?: SourceState[]; gaps?: GapRow[]; jobs?: ReturnType<typeof job>[] }, string]>([
    ['never watched', {}, 'events-only'],
    ['watched all the time', { sources: [on(5)] }, 'exec-watch'],
    ['watched from its very start', { sources: [on(20)] }, 'exec-watch'],
    ['watched, with losses', { sources: [on(5), on(30, { state: 'degraded', lost: 1 })] }, 'exec-watch'],
    ['watched until after its end', { sources: [on(5), off(41)] }, 'exec-watch'],
    ['watched only after its end', { sources: [on(41)] }, 'events-only'],
    ['watched for the first time while it ran', { sources: [on(30)] }, 'events-only'],
    ['switched off while it ran', { sources: [on(5), off(30)] }, 'events-only'],
    [
      'the link was down for a while, as a gap says',
      { sources: [on(5), off(25), on(30)], gaps: [link(24, 30)] },
      'exec-watch',
    ],
    ['and is down still', { sources: [on(5), off(25)], gaps: [link(24, null)] }, 'exec-watch'],
    [
      'of two breaks one is not accounted for',
      { sources: [on(5), off(25), on(27), off(30), on(35)], gaps: [link(24, 27)] },
      'events-only',
    ],
    ['off all the time, whatever gaps say', { sources: [off(5)], gaps: [link(5, null)] }, 'events-only'],
    [
      'a gap of events accounts for nothing',
      { sources: [on(5), off(25), on(30)], gaps: [{ ...link(24, 30), source: 'events' }] },
      'events-only',
    ],
    [
      'a job that runs is judged until now',
      { jobs: [job(1, { startedAt: at(20) })], sources: [on(5), off(90)] },
      'events-only',
    ],
  ])('the mode of a job: %s', (_name, some, mode) => {
    const { sight } = save({ jobs: [lived], ...some }).jobFacts('gitlab:1')!;
    expect(sight.mode).toBe(mode);
    expect(/SDK/.test(sight.blindTo.join())).toBe(mode === 'exec-watch');
  });
});

test('gauges', () => {
  expect(reader.gauges()).toEqual({
    findingsOpen: [
      { kind: 'foreign-kill', severity: 'critical', count: 1 },
      { kind: 'name-conflict', severity: 'warning', count: 1 },
    ],
    jobsRunning: [{ system: 'gitlab', count: 1 }],
    databaseBytes: expect.any(Number),
  });
});

test('a key that retention removed and that was seen again is one job to people', () => {
  const { db, remove } = openTemporary();
  createRecorder(db).save(
    changes({
      jobs: [job(1), job(2, { key: 'gitlab:1', startedAt: at(5) })],
      containers: [container(10, { owner: { ...container(10).owner, job: 1 } })],
      findings: [finding(1, { victims: [party(2)] })],
    }),
  );
  const other = createReader(db, 'h');
  expect(other.job('gitlab:1')).toMatchObject({ found: { startedAt: time(5) } });
  expect(other.jobFacts('gitlab:1')).toMatchObject({ containers: [{ name: 'c10' }], asVictim: [{ id: 1 }] });
  remove();
});
