import Database from 'better-sqlite3';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupDatabase } from '../../src/app/database-tools';
import { loadConfig } from '../../src/config';

const rows = 20_000;
const row = 'x'.repeat(400);

test('a backup ends, and is of one moment, while somebody writes without pause', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-backup-'));
  const { config } = loadConfig({ env: {}, flags: { dataDir: dir } });
  const db = new Database(join(dir, 'crosstalk.db'));
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE a (n INTEGER, t TEXT); CREATE TABLE b (n INTEGER)');
  const insert = db.prepare('INSERT INTO a VALUES (?, ?)');
  db.transaction(() => {
    for (let n = 0; n < rows; n += 1) insert.run(n, row);
  })();
  db.exec('INSERT INTO b SELECT n FROM a');

  const both = db.transaction((n: number) => {
    insert.run(n, row);
    db.prepare('INSERT INTO b VALUES (?)').run(n);
  });
  let written = 0;
  const shares: number[] = [];
  const copy = join(dir, 'copy.db');
  // Each step of the copy finds that there was a commit since the one before.
  await backupDatabase(config, copy, (done, total) => {
    shares.push(done / total);
    both(rows + written++);
  });

  expect(shares.length).toBeGreaterThan(3);
  expect(shares).toEqual([...shares].sort((x, y) => x - y));
  const copied = new Database(copy, { readonly: true });
  const count = (table: string) => copied.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  expect(count('a')).toBe(count('b'));
  expect(count('a')).toBe(rows);
  expect(copied.pragma('integrity_check', { simple: true })).toBe('ok');
  copied.close();
  db.close();
});

test('what exists stays, what does not exist is said', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-backup-'));
  const { config } = loadConfig({ env: {}, flags: { dataDir: dir } });
  const copy = join(dir, 'copy.db');
  await expect(backupDatabase(config, copy, () => undefined)).rejects.toThrow('there is no database at');
  expect(existsSync(copy)).toBe(false);
  new Database(join(dir, 'crosstalk.db')).close();
  writeFileSync(copy, 'precious');
  await expect(backupDatabase(config, copy, () => undefined)).rejects.toThrow('exists already');
});
