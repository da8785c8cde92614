import { type ActView, type Nanos, toRfc3339, type WindowView } from '../../domain';
import { int, intOrNull, type Row, text } from '../columns';
import type { ReaderParts } from './parts';
import { containerView, findingColumns, findingView, jobView, time } from './views';

/** Most rows of a kind in one answer; the newest are kept. */
const mostShown = 1000;

const jobsSql = `SELECT * FROM (SELECT * FROM jobs WHERE ended_at >= @since AND started_at < @until AND alias_of IS NULL
    UNION ALL SELECT * FROM jobs WHERE state = 'running' AND started_at < @until AND alias_of IS NULL AND ended_at IS NULL)
  ORDER BY started_at DESC, id DESC LIMIT ${mostShown}`;
const containersSql = `SELECT * FROM (
    SELECT c.*, r.engine_id FROM containers c CROSS JOIN resources r ON r.id = c.id WHERE c.removed_at >= @since AND c.created_at < @until
    UNION ALL SELECT c.*, r.engine_id FROM containers c CROSS JOIN resources r ON r.id = c.id WHERE c.removed_at IS NULL AND c.created_at < @until)
  ORDER BY created_at DESC, id DESC LIMIT ${mostShown}`;
const actsSql = `SELECT a.*, c.name, c.owner_job, r.engine_id FROM acts a CROSS JOIN containers c ON c.id = a.container CROSS JOIN resources r ON r.id = c.id
  WHERE a.at >= @since AND a.at < @until ORDER BY a.at DESC, a.id DESC LIMIT ${mostShown}`;
const findingsSql = `SELECT ${findingColumns} FROM findings f WHERE f.last_seen_at >= @since AND f.first_seen_at < @until
  ORDER BY f.last_seen_at DESC, f.id DESC LIMIT ${mostShown}`;

/** Jobs, containers, acts and findings of a stretch of time, each oldest first. */
export const createWindowReader = (parts: ReaderParts) => {
  const { sql, jobs } = parts;
  const act = (row: Row): ActView => ({
    id: int(row.id),
    verb: text(row.verb),
    at: time(row.at),
    container: { id: text(row.engine_id), name: text(row.name) },
    job: jobs.keyOf(intOrNull(row.owner_job)),
  });
  return (since: Nanos, until: Nanos): WindowView => {
    const read = <T>(select: string, view: (row: Row) => T): T[] =>
      (sql(select).all({ since, until }) as Row[]).reverse().map(view);
    return {
      since: toRfc3339(since),
      until: toRfc3339(until),
      jobs: read(jobsSql, jobView),
      containers: read(containersSql, containerView(parts)),
      acts: read(actsSql, act),
      findings: read(findingsSql, findingView(parts)),
    };
  };
};
