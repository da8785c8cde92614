import {
  eventIdentity,
  execMemory,
  HOUR,
  identityWindow,
  type Job,
  type Memory,
  memoryHours,
  type SourceState,
} from '../domain';
import { json, nanos, type Row, text } from './columns';
import type { Db } from './database';
import { loadEffects } from './load-effects';
import type { Table } from './table';
import { acts, deaths } from './tables/acts';
import { calls } from './tables/calls';
import { containers } from './tables/containers';
import { createCursorReader, readEngine, readLastIds } from './tables/cursor';
import type { MoreOfEvent } from './tables/events';
import { execs } from './tables/execs';
import { evidenceOf, findings, readEvidence } from './tables/findings';
import { gaps } from './tables/gaps';
import { jobs } from './tables/jobs';
import { images, networks, volumes } from './tables/resources';
import { newestSource, readSource } from './tables/sources';
import { readSuppression } from './tables/suppressions';
import { mountUses, nameUses } from './tables/uses';

/** Jobs that something refers to are wanted whatever their age; so are the stand-in keys that point to a wanted job. */
const loadJobs = (db: Db, horizon: bigint, referred: Iterable<number | null>): Job[] => {
  const loaded = new Map<number, Job>();
  const take = (rows: unknown[]): void => {
    for (const row of rows as Row[]) {
      const job = jobs.read(row);
      loaded.set(job.id, job);
    }
  };
  take(db.prepare("SELECT * FROM jobs WHERE state = 'running'").all());
  take(db.prepare('SELECT * FROM jobs WHERE ended_at >= ?').all(horizon));
  const byId = db.prepare('SELECT * FROM jobs WHERE id = ?');
  const aliases = db.prepare('SELECT * FROM jobs WHERE alias_of = ?');
  for (const id of new Set(referred)) if (id !== null && !loaded.has(id)) take(byId.all(id));
  // A map visits what is added while it is walked, so chains of stand-ins are followed to their end.
  for (const { id, aliasOf } of loaded.values()) {
    if (aliasOf !== null && !loaded.has(aliasOf)) take(byId.all(aliasOf));
    for (const alias of aliases.all(id) as Row[]) if (!loaded.has(Number(alias.id))) take([alias]);
  }
  return [...loaded.values()].sort((a, b) => a.id - b.id);
};

const loadRecentEvents = (db: Db, since: bigint): string[] =>
  (
    db
      .prepare(
        `SELECT e.at, k.type, k.action, r.engine_id, e.more FROM events e JOIN kinds k ON k.id = e.kind
         LEFT JOIN resources r ON r.id = e.resource WHERE e.at >= ? ORDER BY e.at, e.id`,
      )
      .all(since) as Row[]
  ).map((row) => {
    const id = row.engine_id ?? (row.more === null ? '' : (json<MoreOfEvent>(row.more).id ?? ''));
    return eventIdentity({
      time: nanos(row.at),
      type: text(row.type),
      action: text(row.action),
      id: String(id),
      labels: {},
    });
  });

const loadSources = (db: Db): SourceState[] => {
  const newest = db.prepare(newestSource);
  return ['calls', 'execs'].flatMap((source) => (newest.all(source) as Row[]).map(readSource));
};

/** What the core is to know at start; see `Memory`. */
export const loadMemory = (db: Db): Memory => {
  const { clock, lastEventTime } = createCursorReader(db)();
  const horizon = clock - BigInt(memoryHours) * HOUR;
  const rows = <T>({ name, read }: Table<T>, where: string, bound: { horizon?: bigint } = { horizon }): T[] =>
    (db.prepare(`SELECT * FROM ${name} WHERE ${where} ORDER BY id`).all(bound) as Row[]).map(read);
  const resources = <T>({ name, read }: Table<T>, or = ''): T[] =>
    (
      db
        .prepare(
          `SELECT * FROM ${name} JOIN resources USING (id) WHERE removed_at IS NULL OR removed_at >= @horizon ${or} ORDER BY id`,
        )
        .all({ horizon }) as Row[]
    ).map(read);

  const evidence = db.prepare(evidenceOf);
  const memory = {
    containers: resources(containers, 'OR id IN (SELECT container FROM acts WHERE due_at IS NOT NULL)'),
    volumes: resources(volumes),
    networks: resources(networks),
    images: resources(images),
    nameUses: rows(nameUses, 'until IS NULL OR until >= @horizon'),
    mountUses: rows(mountUses, 'until IS NULL OR until >= @horizon'),
    acts: rows(acts, 'due_at IS NOT NULL OR last_at >= @horizon'),
    deaths: rows(deaths, 'at >= @horizon'),
    findings: rows(findings, "status IN ('open', 'acknowledged', 'suppressed')", {}).map((finding) => ({
      ...finding,
      evidence: (evidence.all(finding.id) as Row[]).map(readEvidence),
    })),
    gaps: rows(gaps, 'coalesce(until, since, 0) >= @horizon'),
    calls: rows(calls, "end_at IS NULL OR (end_at >= @horizon AND verb <> '')", {
      horizon: clock - execMemory,
    }),
    execs: rows(execs, 'end_at IS NULL OR end_at >= @horizon', { horizon: clock - execMemory }),
  };
  const known = [...memory.containers, ...memory.volumes, ...memory.networks, ...memory.images];
  const referred = [
    ...known.map((resource) => resource.owner.job),
    ...memory.volumes.map((volume) => volume.creator),
    ...memory.nameUses.map((use) => use.job),
    ...[...memory.execs, ...memory.calls].map((exec) => exec.job),
    ...memory.findings.flatMap(({ victims, actors }) => [...victims, ...actors].map((party) => party.job)),
  ];
  return {
    ...memory,
    clock,
    lastEventTime,
    recentEvents: loadRecentEvents(db, lastEventTime - identityWindow),
    lastIds: readLastIds(db),
    engine: readEngine(db),
    jobs: loadJobs(db, horizon, referred),
    effects: loadEffects(db, clock),
    sources: loadSources(db),
    suppressions: (db.prepare('SELECT * FROM suppressions ORDER BY id').all() as Row[]).map(readSuppression),
  };
};
