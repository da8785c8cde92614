import Database from 'better-sqlite3';
import { chmodSync, closeSync, openSync } from 'node:fs';

export type Db = Database.Database;

/** Pages of 4 KiB in the write-ahead log before it is folded in: at SQLite's own 1,000 the stalls cost a third of the rate. */
const checkpointPages = 10_000;
const busyTimeoutMs = 10_000;

/**
 * Opens the database for its one writer and makes it when it is new, readable by its owner alone. Integers are read as
 * BigInt everywhere: engine times have more digits than a number holds.
 */
export const openDatabase = (file: string): Db => {
  // Made before SQLite makes it, since that would follow the umask; the log files get the mode of this one.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file);
  db.defaultSafeIntegers(true);
  db.pragma(`busy_timeout = ${busyTimeoutMs}`);
  // Order matters: once there is a table or WAL, only a full VACUUM could change it.
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  return db;
};

/** Another connection to a database that exists; it cannot write. */
export const openReadOnly = (file: string): Db => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  db.defaultSafeIntegers(true);
  db.pragma(`busy_timeout = ${busyTimeoutMs}`);
  return db;
};

/** Statements by their text, each prepared once. */
export const createStatements = (db: Db) => {
  const prepared = new Map<string, Database.Statement>();
  return (sql: string): Database.Statement => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement;
  };
};
export type Statements = ReturnType<typeof createStatements>;
