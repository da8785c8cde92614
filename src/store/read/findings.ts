import type { FindingDetail, FindingQuery, Lookup, Page, FindingView } from '../../domain';
import { json, type Row } from '../columns';
import { evidenceOf } from '../tables/findings';
import { wasGiven } from './given';
import { hasWords, is, readPage } from './page';
import type { ReaderParts } from './parts';
import { evidenceView, findingColumns, findingView } from './views';

const inParties = (ids: readonly number[]) => ({
  sql: `f.id IN (SELECT finding FROM finding_parties WHERE job IN (${ids.map(() => '?').join(', ')}))`,
  bound: ids,
});

export const createFindingReader = (parts: ReaderParts) => {
  const { sql, jobs, host } = parts;
  const view = findingView(parts);

  const detail = (row: Row): FindingDetail => ({
    ...view(row),
    affected: json(row.affected),
    evidence: (sql(evidenceOf).all(row.id) as Row[]).map(evidenceView),
  });

  return {
    /** Newest first by when it was last seen; `since` and `until` speak of that too. */
    findings(query: FindingQuery): Page<FindingView> {
      if (query.host !== undefined && query.host !== host) return { items: [], next: null };
      const ids = query.job === undefined ? undefined : jobs.idsOf(query.job);
      if (ids?.length === 0) return { items: [], next: null };
      const filters = [
        ...(ids ? [inParties(ids)] : []),
        ...is('f.status', query.status),
        ...is('f.kind', query.kind),
        ...is('f.severity', query.severity),
        ...is('f.confidence', query.confidence),
        ...hasWords(['f.title', 'f.resource_name'], query.q),
      ];
      const select = `SELECT ${findingColumns} FROM findings f`;
      return readPage(sql, { select, at: 'f.last_seen_at', id: 'f.id', walks: [filters] }, query, view);
    },
    finding(id: number): Lookup<FindingDetail> {
      const row = sql(`SELECT ${findingColumns}, f.affected FROM findings f WHERE id = ?`).get(id) as
        Row | undefined;
      if (row) return { found: detail(row) };
      return wasGiven(sql, 'finding', id) ? { gone: true } : undefined;
    },
    /** Findings that have one of these ids as a job in that role, newest first, at most 500. */
    ofJob(ids: readonly number[], role: 'victim' | 'actor'): FindingDetail[] {
      return ids
        .flatMap(
          (id) =>
            sql(
              `SELECT DISTINCT ${findingColumns}, f.affected FROM finding_parties p JOIN findings f ON f.id = p.finding
               WHERE p.job = ? AND p.role = ? ORDER BY p.finding DESC LIMIT 500`,
            ).all(id, role) as Row[],
        )
        .map(detail);
    },
  };
};

export type FindingReader = ReturnType<typeof createFindingReader>;
