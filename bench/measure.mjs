// What the store's benchmarks share: a new database, its peer (the same rows by better-sqlite3 alone), rounds of pairs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import database from '../dist/store/database.js';
import migrations from '../dist/store/migrate.js';

/** Gives `run` a migrated database, and removes it afterwards. */
export const inNewDatabase = (run) => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-bench-'));
  const db = database.openDatabase(join(dir, 'bench.db'));
  try {
    migrations.migrate(db);
    return run(db);
  } finally {
    db.close();
    rmSync(dir, { recursive: true });
  }
};

/** How many a second `count` of something are, when `run` does them all. */
export const perSecond = (count, run) => {
  const from = process.hrtime.bigint();
  run();
  return count / (Number(process.hrtime.bigint() - from) / 1e9);
};

/**
 * The ceiling: rows of `events` a second, as values in the order of its columns, through one prepared statement in one
 * transaction on the same schema.
 * @param kinds `[id, type, action]` each
 */
export const ceiling = (kinds, rows) =>
  inNewDatabase((db) => {
    const addKind = db.prepare('INSERT INTO kinds (id, type, action) VALUES (?, ?, ?)');
    const insert = db.prepare(
      'INSERT INTO events (id, at, kind, resource, other, job, signal, exit_code, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const all = db.transaction(() => {
      for (const kind of kinds) addKind.run(...kind);
      for (const row of rows) insert.run(...row);
    });
    return perSecond(rows.length, all);
  });

/** The same counted in the processor time of this process, collector included: what a busy machine cannot take away. */
export const perCpuSecond = (count, run) => {
  const from = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(from);
  return count / ((user + system) / 1e6);
};

export const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
export const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];
export const thousands = (number) => `${(number / 1000).toFixed(number < 100_000 ? 1 : 0)} k`;
/** `p50 6.1 ms, p99 14.0 ms, longest 30.2 ms` */
export const spread = (ms) => {
  const all = sorted(ms);
  const part = (share) => `${all[Math.floor((all.length - 1) * share)].toFixed(1)} ms`;
  return `p50 ${part(0.5)}, p99 ${part(0.99)}, longest ${part(1)}`;
};
