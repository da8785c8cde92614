import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpSchema, migrate, migrationsDir } from '../../src/store/migrate';
import { openTemporary } from './opened';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crosstalk-migrate-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = () => {
  const db = new Database(join(dir, 'a.db'));
  db.defaultSafeIntegers(true);
  return db;
};
const write = (name: string, sql: string): void => writeFileSync(join(dir, name), sql);
const tables = (db: Database.Database): string[] =>
  db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];

test('runs each file once, in order', () => {
  write('0001-one.sql', 'CREATE TABLE one (id INTEGER) STRICT;\n');
  const db = open();
  expect(migrate(db, dir)).toEqual(['0001-one.sql']);
  write('0002-two.sql', 'ALTER TABLE one RENAME TO two;\n');
  expect(migrate(db, dir)).toEqual(['0002-two.sql']);
  expect(migrate(db, dir)).toEqual([]);
  expect(tables(db)).toEqual(['migrations', 'two']);
});

test('a file that fails leaves neither its changes nor its record', () => {
  write('0001-one.sql', 'CREATE TABLE one (id INTEGER) STRICT;\n');
  write('0002-two.sql', 'CREATE TABLE two (id INTEGER) STRICT; CREATE TABLE one (id INTEGER) STRICT;\n');
  const db = open();
  expect(() => migrate(db, dir)).toThrow(/already exists/);
  expect(tables(db)).toEqual(['migrations', 'one']);
  expect(db.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(1n);
});

describe('refuses', () => {
  const sql = 'CREATE TABLE one (id INTEGER) STRICT;\n';
  test.each<[string, () => void, RegExp]>([
    [
      'an edited file',
      () => write('0001-one.sql', `${sql}-- better\n`),
      /0001-one\.sql is not the file that ran.*changed after it ran/,
    ],
    [
      'other line endings',
      () => write('0001-one.sql', sql.replaceAll('\n', '\r\n')),
      /only its line endings differ.*autocrlf/,
    ],
    [
      'a missing number',
      () => write('0003-three.sql', sql),
      /migration 0002 is missing .* found 0003-three\.sql/,
    ],
    [
      'no files',
      () => rmSync(join(dir, '0001-one.sql')),
      /database is from a newer version \(1\), this program knows up to 0/,
    ],
  ])('%s', (_name, change, message) => {
    write('0001-one.sql', sql);
    const db = open();
    migrate(db, dir);
    change();
    expect(() => migrate(db, dir)).toThrow(message);
    expect(() => migrate(db, dir)).toThrow(expect.objectContaining({ code: 'MIGRATION' }));
  });

  test('a database from a newer version', () => {
    const db = open();
    for (const name of readdirSync(migrationsDir)) copyFileSync(join(migrationsDir, name), join(dir, name));
    const known = readdirSync(dir).filter((name) => /^\d{4}-/.test(name)).length;
    write(`${String(known + 1).padStart(4, '0')}-next.sql`, 'CREATE TABLE next (id INTEGER) STRICT;');
    migrate(db, dir);
    expect(() => migrate(db)).toThrow(
      `database is from a newer version (${known + 1}), this program knows up to ${known}`,
    );
  });
});

test('programs that start together run each migration once', async () => {
  write(
    '0001-one.sql',
    `CREATE TABLE one (id INTEGER) STRICT;\n${'INSERT INTO one VALUES (1);\n'.repeat(2000)}`,
  );
  write('0002-two.sql', 'INSERT INTO one SELECT id FROM one;\n');
  const start = (): Promise<{ code: number | null; stderr: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [
        ...['-r', join(__dirname, 'typescript.cjs'), '-e'],
        `const { openDatabase } = require('./src/store/database.ts');
         const { migrate } = require('./src/store/migrate.ts');
         migrate(openDatabase(${JSON.stringify(join(dir, 'a.db'))}), ${JSON.stringify(dir)});`,
      ]);
      let stderr = '';
      child.stderr.on('data', (text) => (stderr += String(text)));
      child.on('close', (code) => resolve({ code, stderr }));
    });
  const ended = await Promise.all([start(), start(), start()]);
  expect(ended).toEqual(ended.map(() => ({ code: 0, stderr: '' })));
  const db = open();
  expect(db.prepare('SELECT count(*) FROM one').pluck().get()).toBe(4000n);
}, 30_000);

test('migrations/schema.sql is what the migrations make; `node migrations/dump-schema.mjs` writes it', () => {
  const { db, remove } = openTemporary();
  expect(dumpSchema(db)).toBe(readFileSync(join(migrationsDir, 'schema.sql'), 'utf8'));
  remove();
});
