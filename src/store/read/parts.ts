import { createStatements, type Db, type Statements } from '../database';
import { createJobKeys, type JobKeys } from './job-keys';

/** What every part of the reader is given. */
export interface ReaderParts {
  readonly sql: Statements;
  readonly jobs: JobKeys;
  /** Name of this host, as findings show it. */
  readonly host: string;
}

export const createReaderParts = (db: Db, host: string): ReaderParts => {
  const sql = createStatements(db);
  return { sql, jobs: createJobKeys(sql), host };
};
