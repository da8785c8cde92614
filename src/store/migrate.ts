import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from './database';

/** The database and the program do not fit together; the message says why and what to do. */
export class MigrationError extends Error {
  readonly code = 'MIGRATION';
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Beside `src` and `dist` alike. */
export const migrationsDir = join(__dirname, '../../migrations');

const hashOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');

const readMigrations = (dir: string): Migration[] => {
  const names = readdirSync(dir).filter((name) => /^\d{4}-.+\.sql$/.test(name));
  return names.sort().map((name, index) => {
    const number = Number(name.slice(0, 4));
    if (number !== index + 1)
      throw new MigrationError(
        `migration ${String(index + 1).padStart(4, '0')} is missing in ${dir}: found ${name} in its place; install the program again`,
      );
    return { number, name, sql: readFileSync(join(dir, name), 'utf8') };
  });
};

/** Editors and git rewrite line endings: then the file says the same, and we can say so. */
const likelyCause = (sql: string, hash: string): string => {
  const others = [sql.replaceAll('\r\n', '\n'), sql.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')];
  return others.some((other) => hashOf(other) === hash)
    ? 'only its line endings differ, so git has rewritten them (core.autocrlf)'
    : 'it was changed after it ran here, or the database comes from another build';
};

interface Applied {
  readonly number: bigint;
  readonly name: string;
  readonly sha256: string;
}

const readApplied = (db: Db): Applied[] =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get() === undefined
    ? []
    : (db.prepare('SELECT number, name, sha256 FROM migrations ORDER BY number').all() as Applied[]);

const check = (applied: readonly Applied[], known: readonly Migration[]): void => {
  const newest = applied.at(-1)?.number ?? 0n;
  if (newest > known.length)
    throw new MigrationError(
      `database is from a newer version (${newest}), this program knows up to ${known.length}; start the newer program, or put a backup made by this one in its place`,
    );
  applied.forEach(({ number, name, sha256 }, index) => {
    const migration = known[index]!;
    if (number !== BigInt(migration.number))
      throw new MigrationError(
        `database lacks migration ${migration.number} although ${number} ran; put a backup in its place`,
      );
    if (hashOf(migration.sql) !== sha256)
      throw new MigrationError(
        `migration ${migration.name} is not the file that ran on this database (as ${name}): ${likelyCause(migration.sql, sha256)}; take the file from the release`,
      );
  });
};

/** Throws where this program must not touch the database: it is newer, or was made by other files. */
export const checkMigrations = (db: Db, dir = migrationsDir): void =>
  check(readApplied(db), readMigrations(dir));

/**
 * Brings the database to what this program knows; answers the migrations that ran. Each is recorded in the transaction that
 * runs it, and the write lock is taken before looking, so two programs that start together run each one once.
 */
export const migrate = (db: Db, dir = migrationsDir): string[] => {
  const known = readMigrations(dir);
  check(readApplied(db), known);
  const ran: string[] = [];
  const runNext = db.transaction((): boolean => {
    const applied = readApplied(db);
    check(applied, known);
    const next = known[applied.length];
    if (!next) return false;
    if (applied.length === 0)
      db.exec(
        'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, ran_at TEXT NOT NULL) STRICT',
      );
    db.prepare("INSERT INTO migrations VALUES (?, ?, ?, datetime('now'))").run(
      next.number,
      next.name,
      hashOf(next.sql),
    );
    db.exec(next.sql);
    ran.push(next.name);
    return true;
  });
  while (runNext.immediate());
  return ran;
};

/** The schema as text, in the order of its making, for `migrations/schema.sql`. */
export const dumpSchema = (db: Db): string => {
  const made = db
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all() as { sql: string }[];
  return `${made.map(({ sql }) => `${sql};`).join('\n')}\n`;
};
