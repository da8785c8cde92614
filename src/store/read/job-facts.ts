import type { JobFacts, OwnerView } from '../../domain';
import { nanos, nanosOrNull, type Row, text } from '../columns';
import type { CoverageReader } from './coverage';
import type { FindingReader } from './findings';
import type { ReaderParts } from './parts';
import type { SightReader } from './sight';
import { deathView, jobView, ownerView } from './views';

const mostShown = 500;

interface Others {
  readonly ofJob: FindingReader['ofJob'];
  readonly between: CoverageReader['between'];
  readonly during: SightReader['during'];
}

type Listed = readonly { id: string; name: string; owner: OwnerView }[];

/** Everything of one job that its report needs. */
export const createJobFactsReader = (parts: ReaderParts, { ofJob, between, during }: Others) => {
  const { sql, jobs } = parts;
  const all = (ids: readonly number[], select: string): Row[] =>
    ids.flatMap((id) => sql(select).all(id) as Row[]);
  const listed = (rows: readonly Row[]): Listed => {
    const byId = new Map(rows.map((row) => [row.id, row]));
    return [...byId.values()].map((row) => ({
      id: text(row.engine_id),
      name: text(row.name),
      owner: ownerView(parts, row),
    }));
  };
  const owned = (table: string): string =>
    `SELECT t.*, r.engine_id FROM ${table} t CROSS JOIN resources r ON r.id = t.id WHERE t.owner_job = ? ORDER BY t.created_at LIMIT ${mostShown}`;
  const mounted = `SELECT DISTINCT v.*, r.engine_id FROM containers c CROSS JOIN mount_uses m ON m.container = c.id
    CROSS JOIN volumes v ON v.name = m.source AND v.created_at <= m.since AND (v.removed_at IS NULL OR v.removed_at >= m.since)
    JOIN resources r ON r.id = v.id WHERE c.owner_job = ? AND m.kind = 'volume' LIMIT ${mostShown}`;
  const deaths = `SELECT d.*, c.name, r.engine_id FROM containers c CROSS JOIN deaths d ON d.container = c.id
    JOIN resources r ON r.id = c.id WHERE c.owner_job = ? ORDER BY d.at, d.id LIMIT ${mostShown}`;

  return (key: string): JobFacts | undefined => {
    const row = jobs.byKey(key);
    if (!row) return undefined;
    const job = jobs.resolve(row);
    const ids = jobs.idsOf(key);
    const clock = sql('SELECT clock FROM cursor WHERE one = 1').pluck().get() as bigint;
    const life = [nanos(job.started_at), nanosOrNull(job.ended_at) ?? clock] as const;
    return {
      job: jobView(job),
      asVictim: ofJob(ids, 'victim'),
      asActor: ofJob(ids, 'actor'),
      deaths: all(ids, deaths).map(deathView),
      containers: listed(all(ids, owned('containers'))),
      volumes: listed([...all(ids, owned('volumes')), ...all(ids, mounted)]),
      networks: listed(all(ids, owned('networks'))),
      images: listed(all(ids, owned('images'))),
      sight: during(...life),
      gaps: between(...life),
    };
  };
};
