import type { Nanos } from '../../domain';
import { int, type Row } from '../columns';
import type { Statements } from '../database';

const mostShown = 500;

/** Gaps that touch a stretch of time, in the order in which they were recorded; of many the newest. */
export const gapsBetween = (sql: Statements, since: Nanos, until: Nanos): Row[] => {
  const ended = sql(
    `SELECT * FROM gaps WHERE until >= ? AND coalesce(since, 0) <= ? ORDER BY until DESC LIMIT ${mostShown}`,
  ).all(since, until) as Row[];
  const open = sql(
    `SELECT * FROM gaps WHERE until IS NULL AND coalesce(since, 0) <= ? ORDER BY since DESC LIMIT ${mostShown}`,
  ).all(until) as Row[];
  return [...ended, ...open].sort((a, b) => int(a.id) - int(b.id)).slice(-mostShown);
};
