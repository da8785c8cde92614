import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';

export interface Opened {
  readonly dir: string;
  readonly file: string;
  readonly db: Db;
  remove(): void;
}

/** A migrated database in a directory of its own. */
export const openTemporary = (): Opened => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-store-'));
  const file = join(dir, 'crosstalk.db');
  const db = openDatabase(file);
  migrate(db);
  return {
    dir,
    file,
    db,
    remove() {
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
