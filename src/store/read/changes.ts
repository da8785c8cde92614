import type { GapView, StreamChange } from '../../domain';
import { int, nanos, type Row } from '../columns';
import type { ReaderParts } from './parts';
import { findingColumns, findingView, gapView, jobView } from './views';

/**
 * What changed after a commit, oldest first. A commit is never cut in two, since its number is all that a client resumes
 * with: a single commit larger than `limit` comes whole.
 */
export const createChangesReader = (parts: ReaderParts) => {
  const { sql } = parts;
  const view = findingView(parts);
  const gap = (row: Row): GapView => gapView(row, []);
  const sources = [
    {
      select: `SELECT ${findingColumns} FROM findings f WHERE f.commit_no`,
      order: 'f.commit_no, f.id',
      tell: (row: Row) => ({ event: 'finding', data: view(row) }) as const,
    },
    {
      select: 'SELECT * FROM jobs WHERE alias_of IS NULL AND commit_no',
      order: 'commit_no, id',
      tell: (row: Row) => ({ event: 'job', data: jobView(row) }) as const,
    },
    {
      select: 'SELECT * FROM gaps WHERE commit_no',
      order: 'commit_no, id',
      tell: (row: Row) => ({ event: 'coverage', data: gap(row) }) as const,
    },
  ];
  const read = (where: string, ...bound: (bigint | number)[]) =>
    sources
      .flatMap(({ select, order, tell }) =>
        (sql(`${select} ${where.replace('ORDER', `ORDER BY ${order}`)}`).all(...bound) as Row[]).map(
          (row): StreamChange => ({ commit: int(row.commit_no), ...tell(row) }),
        ),
      )
      .sort((a, b) => a.commit - b.commit);

  return {
    /** Number of the newest commit. */
    commit: (): number => {
      const row = sql('SELECT commit_no FROM cursor WHERE one = 1').get() as Row | undefined;
      return row ? Number(nanos(row.commit_no)) : 0;
    },
    changesAfter(commit: number, limit: number): readonly StreamChange[] {
      const found = read('> ? ORDER LIMIT ?', commit, limit + 1);
      if (found.length <= limit) return found;
      const cut = found[limit]!.commit;
      const whole = found.filter((change) => change.commit < cut);
      return whole.length > 0 ? whole : read('= ? ORDER', cut);
    },
  };
};
