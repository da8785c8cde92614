import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, openReadOnly } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';

const dir = mkdtempSync(join(tmpdir(), 'crosstalk-database-'));
const file = join(dir, 'crosstalk.db');
afterAll(() => rmSync(dir, { recursive: true }));

test('a new database has the settings that cannot be given later, and is private', () => {
  const previous = process.umask(0);
  const db = openDatabase(file);
  process.umask(previous);
  migrate(db);
  const setting = (name: string): unknown => db.pragma(name, { simple: true });
  expect(Number(setting('auto_vacuum'))).toBe(2);
  expect(setting('journal_mode')).toBe('wal');
  expect(Number(setting('synchronous'))).toBe(1);
  expect(Number(setting('foreign_keys'))).toBe(1);
  expect(Number(setting('wal_autocheckpoint'))).toBe(10_000);
  expect(Number(setting('busy_timeout'))).toBeGreaterThan(0);
  for (const name of ['', '-wal', '-shm']) expect(statSync(file + name).mode & 0o777).toBe(0o600);
  db.close();
});

test('every table is strict', () => {
  const db = openDatabase(file);
  const tables = db
    .prepare("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    .all() as {
    name: string;
    strict: bigint;
  }[];
  const loose = tables.filter(({ name, strict }) => strict !== 1n && !name.startsWith('sqlite_'));
  expect(tables.length).toBeGreaterThan(15);
  expect(loose).toEqual([]);
  db.close();
});

test('the reading connection cannot write', () => {
  const db = openReadOnly(file);
  expect(() => db.exec("INSERT INTO meta VALUES ('a', 'b')")).toThrow(/readonly/);
  expect(() => openReadOnly(join(dir, 'none.db'))).toThrow();
  db.close();
});
