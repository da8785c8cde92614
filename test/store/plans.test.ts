import type {
  EventQuery,
  CallQuery,
  ExecQuery,
  FindingQuery,
  JobQuery,
  PageQuery,
  Reader,
} from '../../src/domain';
import { toCursor } from '../../src/store/read/page';
import { createReader } from '../../src/store/reader';
import { createRecorder } from '../../src/store/recorder';
import { sweeps } from '../../src/store/retention/sweeps';
import { type Opened, openTemporary } from './opened';
import { at, engineId } from './rows';
import { story } from './story';

/**
 * Walks that may visit a whole table or index, each with its reason. What walks an index in the order of a list (newest first)
 * stops at the page's limit.
 */
const allowed: readonly [plan: RegExp, why: string][] = [
  [
    /^SCAN (f|jobs|c|t|e|x) USING INDEX \w+_(seen|started|created|at)$/,
    'newest first by the order of the list, until the page is full',
  ],
  [/^SCAN pragma_/, 'not a table: one number'],
  [/^SCAN suppressions$/, 'made by hand, all of them are asked for'],
  [/^SCAN \(subquery-\d+\)$/, 'two index searches put together'],
  [/^SCAN named VIRTUAL TABLE/, 'the few event ids of an unsettled act'],
  [/^SCAN a USING INDEX acts_due$/, 'the few acts that are not settled'],
];

const everyWay = <Query>(options: { readonly [key in keyof Query]?: readonly Query[key][] }): Query[] =>
  Object.entries(options as Record<string, readonly unknown[]>).reduce<Query[]>(
    (queries, [key, values]) =>
      queries.flatMap((query) => values.map((value) => ({ ...query, [key]: value }))),
    [{} as Query],
  );

let opened: Opened;
const prepared = new Set<string>();
let reader: Reader;

const plansOf = (sql: string): string[] =>
  (
    opened.db.prepare(`EXPLAIN QUERY PLAN ${sql}`) as unknown as {
      all(...bound: unknown[]): { detail: string }[];
    }
  )
    .all(
      ...(sql.includes('@')
        ? [{ since: 0n, until: 1n, at: 0n, id: 0n, cutoff: 0n, most: 1 }]
        : Array.from({ length: sql.split('?').length - 1 }, () => null)),
    )
    .map(({ detail }) => detail);

const bad = (): string[] =>
  [...prepared]
    .filter((sql) => /^\s*(SELECT|DELETE|UPDATE)/.test(sql))
    .flatMap((sql) =>
      plansOf(sql)
        .filter((plan) => plan.startsWith('SCAN') && !allowed.some(([fits]) => fits.test(plan)))
        .map((plan) => `${plan}\n    in ${sql}`),
    );

beforeAll(() => {
  opened = openTemporary();
  createRecorder(opened.db).save(story());
  const { db } = opened;
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    prepared.add(sql);
    return prepare(sql);
  }) as typeof db.prepare;
  reader = createReader(db, 'host-1');
});
beforeEach(() => prepared.clear());
afterAll(() => opened.remove());

const pages = { since: [undefined, at(0)], until: [undefined, at(90)] };
const orNone = <T>(value: T) => [undefined, value];

/** Each query with and without a cursor. */
const ask = <Query>(
  list: (query: Query & PageQuery) => unknown,
  queries: readonly Query[],
  somewhere = toCursor(at(50), 1n),
): void => {
  for (const query of queries)
    for (const cursor of [undefined, somewhere]) list({ ...query, limit: 10, cursor } as Query & PageQuery);
};

test.each<[string, () => void]>([
  [
    'findings',
    () =>
      ask<Partial<FindingQuery>>(
        (query) => reader.findings(query),
        everyWay<Partial<FindingQuery>>({
          ...pages,
          kind: orNone('foreign-kill'),
          severity: orNone('info'),
          confidence: orNone('certain'),
          status: orNone('open'),
          job: orNone('gitlab:1'),
          q: orNone('db'),
        }),
      ),
  ],
  [
    'jobs',
    () =>
      ask<Partial<JobQuery>>(
        (query) => reader.jobs(query),
        everyWay<Partial<JobQuery>>({
          ...pages,
          system: orNone('gitlab'),
          state: orNone('running' as const),
          project: orNone('shop'),
          q: orNone('a'),
        }),
      ),
  ],
  [
    'containers',
    () =>
      ask(
        (query) => reader.containers(query),
        everyWay({ ...pages, job: orNone('gitlab:1'), state: orNone('running'), name: orNone('db') }),
      ),
  ],
  [
    'volumes, networks, images',
    () => {
      const queries = everyWay<Partial<PageQuery>>({ ...pages, job: orNone('gitlab:1') } as object);
      ask(
        (query) => reader.volumes(query),
        [...queries, ...queries.map((query) => ({ ...query, shared: true }))],
      );
      ask((query) => reader.networks(query), queries);
      ask((query) => reader.images(query), queries);
    },
  ],
  [
    'events',
    () =>
      ask<Partial<EventQuery>>(
        (query) => reader.events(query),
        everyWay<Partial<EventQuery>>({
          ...pages,
          type: orNone('container'),
          action: orNone('start'),
          job: orNone('gitlab:1'),
          container: orNone(engineId(10)),
        }),
      ),
  ],
  [
    'execs',
    () =>
      ask<Partial<ExecQuery>>(
        (query) => reader.execs(query),
        everyWay<Partial<ExecQuery>>({
          ...pages,
          job: orNone('gitlab:1'),
          verb: orNone('rm'),
          target: orNone('db'),
        }),
      ),
  ],
  [
    'calls',
    () =>
      ask<Partial<CallQuery>>(
        (query) => reader.calls(query),
        everyWay<Partial<CallQuery>>({
          ...pages,
          job: orNone('gitlab:1'),
          container: orNone(engineId(10)),
          path: orNone('/containers/create'),
          status: orNone(409),
          verb: orNone('rm'),
        }),
      ),
  ],
  [
    'timeline',
    () =>
      ask(
        (query) => reader.jobTimeline('gitlab:1', query),
        everyWay<Partial<PageQuery>>(pages),
        toCursor(at(30), 1n, 1n),
      ),
  ],
  [
    'single things',
    () => {
      reader.finding(1);
      reader.job('github:net-ab');
      reader.jobFacts('gitlab:1');
      reader.container('c10');
      reader.container(engineId(10).slice(0, 9));
      reader.volume('cache');
      reader.network('n'.repeat(64));
      reader.image('sha256:aa');
      reader.event(1);
      reader.event(99);
      reader.exec(1);
      reader.exec(99);
      reader.call(1);
      reader.call(99);
      reader.gap(2);
    },
  ],
  [
    'overviews',
    () => {
      reader.window(at(0), at(90));
      for (const by of ['kind', 'job', 'project', 'name', 'actor', 'victim'] as const)
        reader.stats(by, at(0));
      reader.suppressions();
      reader.coverage(at(0), at(90));
      reader.commit();
      reader.changesAfter(0, 1);
      reader.gauges();
    },
  ],
  [
    'retention',
    () => {
      for (const { candidates, deletes } of [
        sweeps.events,
        sweeps.execs,
        sweeps.calls,
        sweeps.findings,
        ...sweeps.ended,
        ...sweeps.past,
      ])
        for (const sql of [candidates, ...deletes]) opened.db.prepare(sql);
    },
  ],
])('%s: served by indexes', (_name, run) => {
  run();
  expect(prepared.size).toBeGreaterThan(0);
  expect(bad()).toEqual([]);
});

test('a list sorts nothing: its index has its order', () => {
  ask(
    (query) => reader.findings(query),
    everyWay<Partial<FindingQuery>>({ ...pages, status: orNone('open') }),
  );
  ask(
    (query) => reader.events(query),
    everyWay({ ...pages, action: orNone('start'), job: orNone('gitlab:1') }),
  );
  ask(
    (query) => reader.execs(query),
    everyWay({ ...pages, job: orNone('gitlab:1'), verb: orNone('rm'), target: orNone('db') }),
  );
  ask((query) => reader.calls(query), everyWay({ ...pages, job: orNone('gitlab:1'), verb: orNone('rm') }));
  ask((query) => reader.jobs(query), everyWay({ ...pages, system: orNone('gitlab') }));
  ask((query) => reader.containers(query), everyWay({ ...pages, job: orNone('gitlab:1') }));
  const sorted = [...prepared]
    .filter((sql) => sql.includes('ORDER BY'))
    .flatMap((sql) =>
      plansOf(sql)
        .filter((plan) => plan.startsWith('USE TEMP B-TREE'))
        .map((plan) => `${plan} in ${sql}`),
    );
  expect(sorted).toEqual([]);
});

test('each filter of commands is searched for, none walks through all', () => {
  // A reader prepares a statement once, and the other has prepared these.
  const another = createReader(opened.db, 'host-1');
  for (const query of [{ verb: 'rm' }, { target: 'db' }, { job: 'gitlab:1' }])
    another.execs({ limit: 9, ...query });
  const plans = [...prepared].filter((sql) => / FROM (execs|exec_targets) /.test(sql)).map(plansOf);
  expect(plans).toHaveLength(3);
  for (const [first] of plans) expect(first).toMatch(/^SEARCH/);
});

test('no list uses OFFSET or counts rows', () => {
  ask((query) => reader.findings(query), [{}]);
  ask((query) => reader.events(query), [{}]);
  ask((query) => reader.execs(query), [{}]);
  expect([...prepared].filter((sql) => /\bOFFSET\b|count\(/i.test(sql))).toEqual([]);
});

test('a table without its index is noticed', () => {
  prepared.add('SELECT * FROM findings WHERE title = ? ORDER BY id');
  expect(bad()).toHaveLength(1);
});
