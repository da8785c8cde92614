import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayInto } from '../../src/app/replay';
import { presets } from '../../src/attribution/presets';
import { SECOND, type FindingView, type Reader } from '../../src/domain';
import { openStore } from '../../src/store';
import { createRawEngine } from '../helpers/raw-engine';
import { identifier } from '../helpers/timeline';
import { now, testApi } from './app';
import { expectConforming } from './conform';

const labels = (job: number) => ({ 'com.gitlab.gitlab-runner.job.id': String(job) });
const dir = mkdtempSync(join(tmpdir(), 'crosstalk-api-'));
const file = join(dir, 'crosstalk.db');
let reader: Reader & { close?: () => void };
let close: () => void;

/** 102 takes the name db from 101 while both have the volume cache, an hour before the tests' now. */
beforeAll(async () => {
  const engine = createRawEngine('28', identifier, now - 3600n * SECOND);
  const step = () => engine.advance(SECOND / 2n);
  engine.run('work-101', { labels: labels(101), volumes: ['cache:/cache'] });
  engine.run('db', { labels: labels(101), volumes: ['cache:/cache'] });
  step();
  engine.run('work-102', { labels: labels(102), volumes: ['cache:/cache'] });
  step();
  engine.kill('db', 9);
  engine.remove('db', false);
  step();
  engine.run('db', { labels: labels(102) });
  const end = { k: 'tick', at: engine.now() + 10n * SECOND } as const;
  const config = {
    host: 'runner-7',
    jobs: { presets },
    detect: { leftoverAfterMs: 3_600_000, disable: [], allow: [] },
  };
  ({ reader, close } = await replayInto([...engine.observations, end], { dbFile: file, config }));
});
afterAll(() => {
  close();
  rmSync(dir, { recursive: true, force: true });
});

const onStore = () => testApi({ reader });

test('the report names who took the name, and reads well', async () => {
  const { api } = onStore();
  const report = (await api.inject('/api/v1/jobs/gitlab:101/report')).json();
  expect(report).toMatchObject({ job: { key: 'gitlab:101' }, verdict: 'interfered' });
  expect(report.interferedBy.map(({ kind }: FindingView) => kind)).toContain('foreign-kill');
  const text = (await api.inject('/api/v1/jobs/gitlab:101/report?format=text')).body;
  expect(text).toMatch(/^INTERFERED: /m);
  expect(text).toContain('gitlab:102');
  expect(text).toMatch(/db: exit 137/);
});

test('every route answers with what the document says', async () => {
  const { api } = onStore();
  const get = async (path: string) => {
    const answer = await api.inject(path);
    expect([path, answer.statusCode]).toEqual([path, 200]);
    return answer.json();
  };
  const document: { paths: Record<string, { get?: object }> } = await get('/openapi.json');
  const idOf: Record<string, string> = { jobs: 'key' };
  const notJson = ['/', '/metrics', '/openapi.json', '/api/v1/stream'];
  let answered = 0;
  for (const [path, { get: described }] of Object.entries(document.paths)) {
    if (!described || notJson.includes(path)) continue;
    const [, list, rest = ''] = /^(\/api\/v1\/\w+)\/\{\w+\}(.*)$/.exec(path) ?? [];
    let urls = [path];
    if (list === '/api/v1/gaps') urls = [];
    else if (list !== undefined) {
      const { items } = await get(list);
      urls = items.map(
        (item: Record<string, string>) =>
          `${list}/${encodeURIComponent(item[idOf[list.split('/').at(-1)!] ?? 'id']!)}${rest}`,
      );
    }
    for (const url of urls) {
      expectConforming(document, path, await get(url));
      answered += 1;
    }
  }
  expect(answered).toBeGreaterThan(30);
});

test('evidence leads to its rows', async () => {
  const { api } = onStore();
  const { items } = (await api.inject('/api/v1/findings')).json();
  for (const { id } of items) {
    const { evidence } = (await api.inject(`/api/v1/findings/${id}`)).json();
    for (const { ref } of evidence) {
      const [kind, row] = String(ref).split(':');
      if (kind !== 'event' && kind !== 'gap') continue;
      expect([ref, (await api.inject(`/api/v1/${kind}s/${row}`)).statusCode]).toEqual([ref, 200]);
    }
  }
});

test('pages of the real store follow each other, and a made-up cursor is refused', async () => {
  const { api } = onStore();
  const all = (await api.inject('/api/v1/events?limit=500')).json().items.map(({ id }: { id: number }) => id);
  const seen: number[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: { items: { id: number }[]; next: string | null } = (
      await api.inject(`/api/v1/events?limit=3${next && `&cursor=${next}`}`)
    ).json();
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(all);
  for (const list of ['findings', 'jobs', 'containers', 'volumes', 'networks', 'images', 'events', 'execs']) {
    const answer = await api.inject(`/api/v1/${list}?cursor=made-up`);
    expect([list, answer.statusCode, answer.json().field]).toEqual([list, 400, 'cursor']);
  }
});

test('what a person changes is there at the next question', async () => {
  const store = openStore({ file, host: 'runner-7' });
  const { api } = testApi({
    reader,
    writer: {
      setFindingStatus: async (id, status, note) => store.setFindingStatus(id, status, note),
      addSuppression: async (wanted) => store.addSuppression(wanted, now),
      removeSuppression: async (id) => store.removeSuppression(id),
    },
  });
  const { items } = (await api.inject('/api/v1/findings?status=open')).json();
  const { id, kind } = items[0];
  const dry = await api.inject({
    method: 'POST',
    url: '/api/v1/suppressions?dryRun=true',
    payload: { kind, reason: 'x' },
  });
  expect(dry.json().items.map((each: FindingView) => each.id)).toContain(id);
  const changed = await api.inject({
    method: 'PATCH',
    url: `/api/v1/findings/${id}`,
    payload: { status: 'acknowledged', note: 'known' },
  });
  expect(changed.json()).toMatchObject({ id, status: 'acknowledged', note: 'known' });
  const open = (await api.inject('/api/v1/findings?status=open')).json().items;
  expect(open.map((each: FindingView) => each.id)).not.toContain(id);
  store.close();
});
