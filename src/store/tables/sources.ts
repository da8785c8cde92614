import type { SourceState } from '../../domain';
import type { Db } from '../database';
import { int, nanos, type Row, text, textOrNull } from '../columns';

export const readSource = (row: Row): SourceState => ({
  source: text(row.source),
  state: text(row.state),
  since: nanos(row.since),
  reason: textOrNull(row.reason),
  lost: int(row.lost),
  witness: textOrNull(row.witness),
});

/** The state of a source now: its newest row. Given the source. */
export const newestSource = 'SELECT * FROM sources WHERE source = ? ORDER BY since DESC LIMIT 1';

export const createSourceUpsert = (db: Db) => {
  const upsert = db.prepare(
    `INSERT INTO sources (source, since, state, reason, lost, witness) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, since) DO UPDATE SET state = excluded.state, reason = excluded.reason, lost = excluded.lost,
     witness = excluded.witness`,
  );
  return ({ source, since, state, reason, lost, witness }: SourceState): void =>
    void upsert.run(source, since, state, reason, lost, witness);
};
