import type { Gauges } from '../../domain';
import { int, type Row, text } from '../columns';
import type { ReaderParts } from './parts';

export const createGaugesReader =
  ({ sql }: ReaderParts) =>
  (): Gauges => ({
    findingsOpen: (
      sql(
        "SELECT kind, severity, count(*) AS n FROM findings WHERE status = 'open' GROUP BY kind, severity",
      ).all() as Row[]
    ).map((row) => ({ kind: text(row.kind), severity: text(row.severity), count: int(row.n) })),
    jobsRunning: (
      sql(
        "SELECT system, count(*) AS n FROM jobs WHERE state = 'running' AND alias_of IS NULL GROUP BY system",
      ).all() as Row[]
    ).map((row) => ({ system: text(row.system), count: int(row.n) })),
    databaseBytes: Number(
      sql('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size').pluck().get(),
    ),
  });
