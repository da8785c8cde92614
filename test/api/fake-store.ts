import type {
  CallView,
  ContainerDetail,
  EventView,
  ExecView,
  FindingDetail,
  FindingView,
  JobFacts,
  JobView,
  Lookup,
  Page,
  PageQuery,
  Reader,
  SharedView,
  StreamChange,
  SuppressionView,
  Writer,
} from '../../src/domain';
import { InvalidCursor, toRfc3339 } from '../../src/domain';
import { at, death, facts, finding, gap, hostile, job, owner } from '../report/facts';

const container: ContainerDetail = {
  id: 'c0ffee',
  name: 'db',
  image: 'postgres:16',
  state: 'exited',
  part: 'service',
  owner: owner(),
  createdAt: at('20:29:01'),
  startedAt: at('20:29:02'),
  finishedAt: at('20:29:45.502'),
  removedAt: null,
  exitCode: 137,
  labels: { 'com.docker.compose.service': hostile },
  mounts: [{ type: 'volume', name: 'cache', source: '/v/cache', destination: '/cache', readOnly: false }],
  networks: ['bridge'],
  ports: [{ hostIp: '', hostPort: 5432, containerPort: 5432, protocol: 'tcp' }],
  deaths: [death()],
};

const shared = (id: string): SharedView => ({
  id,
  name: id,
  owner: owner({ job: null, confidence: null, because: [] }),
  createdAt: at('20:29:01'),
  removedAt: null,
  users: [{ job: 'gitlab:101', container: 'db', readOnly: false, from: at('20:29:02'), to: null }],
});

const event = (id: number): EventView => ({
  id,
  at: at('20:29:45.381'),
  type: 'container',
  action: 'kill',
  resource: { id: 'c0ffee', name: hostile },
  container: null,
  job: 'gitlab:101',
  image: 'postgres:16',
  signal: 9,
  exitCode: null,
  detail: {},
});

const exec = (id: number): ExecView => ({
  id,
  at: at('20:29:45.36'),
  endedAt: at('20:29:45.51'),
  code: 0,
  signal: null,
  verb: 'rm',
  targets: ['db', hostile],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: true,
  engine: 'this',
  process: { pid: 4711, uid: 0, exe: '/usr/bin/docker' },
  container: { id: 'beef', name: null },
  job: 'gitlab:102',
});

const call = (id: number): CallView => ({
  id,
  at: at('20:29:45.37'),
  endedAt: at('20:29:45.5'),
  method: 'DELETE',
  path: '/containers/db',
  query: 'force=1',
  status: 204,
  message: null,
  created: [],
  refs: [{ type: 'container', ref: 'db' }],
  verb: 'rm',
  changed: [],
  userAgent: hostile,
  bytesIn: 120,
  bytesOut: 90,
  aborted: null,
  process: { pid: 4711, uid: 0, exe: '/usr/bin/docker' },
  callerKnown: true,
  container: { id: 'beef', name: null },
  job: 'gitlab:102',
});

const lookup = <T>(found: T | undefined): Lookup<T> => (found === undefined ? undefined : { found });

const pageOf = <T>(all: readonly T[], { limit, cursor }: PageQuery): Page<T> => {
  const from = Number(cursor ?? 0);
  if (Number.isNaN(from)) throw new InvalidCursor();
  const next = from + limit < all.length ? String(from + limit) : null;
  return { items: all.slice(from, from + limit), next };
};

const listed = ({ evidence: _, affected: __, ...view }: FindingDetail): FindingView => view;

export interface FakeStore
  extends Reader, Pick<Writer, 'setFindingStatus' | 'addSuppression' | 'removeSuppression'> {
  /** What it was asked, newest last: method and arguments. */
  readonly asked: [string, ...unknown[]][];
  readonly all: {
    findings: FindingDetail[];
    jobs: JobView[];
    facts: Record<string, JobFacts>;
    suppressions: SuppressionView[];
    changes: StreamChange[];
    events: EventView[];
    execs: ExecView[];
    calls: CallView[];
  };
  onCommit(listener: (commit: number) => void): () => void;
  /** What the writer would do: a commit with these changes. */
  commitChanges(...changes: Pick<StreamChange, 'event' | 'data'>[]): number;
}

/** A few objects, filters left out: what routes do with them is what is tested with it. */
export const createFakeStore = (): FakeStore => {
  const asked: FakeStore['asked'] = [];
  const all: FakeStore['all'] = {
    findings: [finding(), finding({ id: 11, status: 'withdrawn' })],
    jobs: [job(), job({ key: 'github:7012/1/build@r', system: 'github', project: hostile })],
    facts: { 'gitlab:101': facts({ asVictim: [finding()], deaths: [death()], gaps: [gap()] }) },
    suppressions: [],
    changes: [],
    events: [event(812), event(811)],
    execs: [exec(17), { ...exec(16), container: null }],
    calls: [call(21), { ...call(20), status: null, aborted: 'client', container: null, verb: null }],
  };
  let commit = 7;
  const listeners = new Set<(commit: number) => void>();

  const note = <T>(name: string, args: unknown[], answer: T): T => {
    asked.push([name, ...args]);
    return answer;
  };

  return {
    asked,
    all,
    findings: (query) => {
      const fit = all.findings.filter(
        (each) =>
          (query.status === undefined || each.status === query.status) &&
          (query.kind === undefined || each.kind === query.kind),
      );
      return note('findings', [query], pageOf(fit.map(listed), query));
    },
    finding: (id) => {
      if (id === 8) return { movedTo: '12' };
      if (id === 9) return { gone: true };
      return lookup(all.findings.find((each) => each.id === id));
    },
    jobs: (query) => note('jobs', [query], pageOf(all.jobs, query)),
    job: (key) => {
      note('job', [key], undefined);
      if (key === 'github:net-1a/b') return { movedTo: 'github:7012/1/build@r' };
      if (key === 'gitlab:1') return { gone: true };
      return lookup(all.jobs.find((each) => each.key === key));
    },
    jobFacts: (key) => all.facts[key],
    jobTimeline: (key, query) =>
      note('jobTimeline', [key, query], {
        items: [{ at: at('20:29:00'), kind: 'job', text: `${key} started`, ref: null }],
        next: null,
      }),
    window: (since, until) =>
      note('window', [since, until], {
        since: toRfc3339(since),
        until: toRfc3339(until),
        jobs: [job()],
        containers: [],
        acts: [
          {
            id: 3,
            verb: 'remove',
            at: at('20:29:45'),
            container: { id: 'c0ffee', name: 'db' },
            job: 'gitlab:101',
          },
        ],
        findings: [],
      }),
    containers: (query) => {
      const { labels: _l, mounts: _m, networks: _n, ports: _p, deaths: _d, ...view } = container;
      return note('containers', [query], { items: [view], next: null });
    },
    container: (id) => lookup(id === 'c0ffee' || id === 'db' ? container : undefined),
    volumes: (query) => note('volumes', [query], { items: [shared('cache')], next: null }),
    volume: (id) => lookup(id === 'cache' ? shared(id) : undefined),
    networks: (query) => note('networks', [query], { items: [shared('n1')], next: null }),
    network: (id) => lookup(id === 'n1' ? shared(id) : undefined),
    images: (query) => note('images', [query], { items: [shared('sha256:a')], next: null }),
    image: (id) => lookup(id === 'sha256:a' ? shared(id) : undefined),
    events: (query) => note('events', [query], pageOf(all.events, query)),
    event: (id) => (id === 1 ? { gone: true } : lookup(all.events.find((each) => each.id === id))),
    execs: (query) => note('execs', [query], pageOf(all.execs, query)),
    calls: (query) => note('calls', [query], pageOf(all.calls, query)),
    call: (id) => (id === 1 ? { gone: true } : lookup(all.calls.find((each) => each.id === id))),
    exec: (id) => (id === 1 ? { gone: true } : lookup(all.execs.find((each) => each.id === id))),
    gap: (id) => lookup(id === 3 ? gap() : undefined),
    stats: (by, since) =>
      note('stats', [by, since], {
        by,
        since: toRfc3339(since),
        items: [{ name: 'foreign-kill', findings: 1, asVictim: 1, asActor: 0, minutesLost: 0.75 }],
        overTime: [{ day: '2026-11-23', findings: 1 }],
      }),
    suppressions: () => all.suppressions,
    coverage: (since, until) =>
      note('coverage', [since, until], {
        mode: 'events-only',
        since: at('20:00:00'),
        host: 'runner-7',
        engine: { version: '28.5.1', apiVersion: '1.51' },
        sources: {
          events: { state: 'on', since: at('20:00:00'), reason: null, lost: 0 },
          execs: { state: 'off', since: null, reason: null, lost: 0 },
          calls: { state: 'off', since: null, reason: null, lost: 0 },
        },
        blindTo: ['who asked for a kill'],
        gaps: [gap()],
      }),
    commit: () => commit,
    changesAfter: (after, limit) => {
      const later = all.changes.filter((change) => change.commit > after);
      const cut = later[limit]?.commit;
      return cut === undefined || cut === later[0]!.commit
        ? later
        : later.filter((change) => change.commit < cut);
    },
    gauges: () => ({
      findingsOpen: [{ kind: 'foreign-kill', severity: 'critical', count: 1 }],
      jobsRunning: [{ system: 'gitlab', count: 2 }],
      databaseBytes: 4096,
    }),

    async setFindingStatus(id, status, text) {
      const index = all.findings.findIndex((each) => each.id === id);
      if (index < 0) return undefined;
      all.findings[index] = { ...all.findings[index]!, status, note: text };
      commit += 1;
      return all.findings[index];
    },
    async addSuppression(wanted) {
      const added: SuppressionView = {
        ...wanted,
        id: all.suppressions.length + 1,
        until: wanted.until === null ? null : toRfc3339(wanted.until),
        createdAt: at('21:00:00'),
      };
      all.suppressions.push(added);
      commit += 1;
      return added;
    },
    async removeSuppression(id) {
      const index = all.suppressions.findIndex((each) => each.id === id);
      if (index >= 0) all.suppressions.splice(index, 1);
      return index >= 0;
    },

    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commitChanges: (...changes) => {
      commit += 1;
      for (const change of changes) all.changes.push({ ...change, commit } as StreamChange);
      for (const listener of listeners) listener(commit);
      return commit;
    },
  };
};
