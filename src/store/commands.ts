import type { FindingDetail, Nanos, NewSuppression, Suppression, SuppressionView } from '../domain';
import { backup } from './backup';
import type { Db } from './database';
import { createFindingReader } from './read/findings';
import { createReaderParts } from './read/parts';
import { readSuppressions, suppressionView } from './read/suppressions';

/** What people change, on the connection that writes. The core is told by whoever calls this. */
export const createCommands = (db: Db, host: string) => {
  const parts = createReaderParts(db, host);
  const { sql } = parts;
  const { finding } = createFindingReader(parts);
  // There is a cursor row after the first batch; before it there is nothing to change but suppressions.
  const nextCommit = (): void => void sql('UPDATE cursor SET commit_no = commit_no + 1').run();

  const setStatus = db.transaction((id: number, status: string, note: string | null): void => {
    nextCommit();
    sql(
      `UPDATE findings SET status = ?, note = coalesce(?, note), revision = revision + 1,
       commit_no = (SELECT commit_no FROM cursor) WHERE id = ? AND status <> 'withdrawn'`,
    ).run(status, note, id);
  });
  const insert = db.transaction((added: NewSuppression, now: Nanos): bigint => {
    const { kind, job, project, resource, until, reason } = added;
    nextCommit();
    const { lastInsertRowid } = sql(
      'INSERT INTO suppressions (kind, job, project, resource, until, reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(kind, job, project, resource, until, reason, now);
    return BigInt(lastInsertRowid);
  });
  const remove = db.transaction((id: number): boolean => {
    const { changes } = sql('DELETE FROM suppressions WHERE id = ?').run(id);
    if (changes > 0) nextCommit();
    return changes > 0;
  });

  return {
    /** A null note leaves the one there is. Undefined when there is no such finding; a withdrawn one stays as it is. */
    setFindingStatus(
      id: number,
      status: 'open' | 'acknowledged' | 'resolved',
      note: string | null,
    ): FindingDetail | undefined {
      const known = finding(id);
      if (!known || !('found' in known)) return undefined;
      setStatus.immediate(id, status, note);
      const changed = finding(id);
      return changed && 'found' in changed ? changed.found : undefined;
    },
    addSuppression(added: NewSuppression, now: Nanos): SuppressionView {
      const id = insert.immediate(added, now);
      return suppressionView({ ...added, id: Number(id), createdAt: now });
    },
    removeSuppression: (id: number): boolean => remove.immediate(id),
    suppressions: (): Suppression[] => readSuppressions(sql),
    backup: (file: string, onProgress?: (donePages: number, totalPages: number) => void): Promise<void> =>
      backup(db, file, onProgress),
  };
};
