import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config';
import { backup } from '../store/backup';
import { openDatabase, openReadOnly } from '../store/database';

/** A consistent copy of the database in a new file, also while a daemon writes to it. */
export const backupDatabase = async (
  config: Config,
  file: string,
  onProgress: (donePages: number, totalPages: number) => void,
): Promise<void> => {
  const source = join(config.data.dir, 'crosstalk.db');
  if (!existsSync(source)) throw new Error(`there is no database at ${source}; nothing was recorded yet`);
  if (existsSync(file)) throw new Error(`${file} exists already; choose another name`);
  const db = openReadOnly(source);
  try {
    // A snapshot that is held: without it SQLite begins anew whenever the daemon commits, and never ends.
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(db, file, onProgress);
  } finally {
    db.close();
  }
};

/** Makes a database and throws it away; what is returned is SQLite's version. */
export const databaseVersion = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-doctor-'));
  try {
    const db = openDatabase(join(dir, 'doctor.db'));
    const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    db.close();
    return version;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
