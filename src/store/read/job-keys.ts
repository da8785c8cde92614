import { int, type Row, text } from '../columns';
import type { Statements } from '../database';

/** People know jobs by key, rows by id; a stand-in key leads to the job that it turned out to be. */
export const createJobKeys = (sql: Statements) => {
  const byId = (id: bigint | number): Row | undefined =>
    sql('SELECT * FROM jobs WHERE id = ?').get(id) as Row | undefined;

  /** The job itself, past all stand-ins. */
  const resolve = (row: Row): Row => {
    let job = row;
    for (let steps = 0; job.alias_of !== null && steps < 16; steps += 1) {
      const next = byId(int(job.alias_of));
      if (!next) break;
      job = next;
    }
    return job;
  };

  /** The newest job with that key, which may be a stand-in. */
  const byKey = (key: string): Row | undefined =>
    sql('SELECT * FROM jobs WHERE key = ? ORDER BY id DESC LIMIT 1').get(key) as Row | undefined;

  const withAliases = (ids: Set<number>): number[] => {
    for (const id of ids)
      for (const alias of sql('SELECT id FROM jobs WHERE alias_of = ?').all(id) as Row[])
        ids.add(int(alias.id));
    return [...ids];
  };

  return {
    byKey,
    resolve,
    /** Null for no job, and for one that retention removed. */
    keyOf(id: number | bigint | null): string | null {
      const row = id === null ? undefined : byId(id);
      return row ? text(resolve(row).key) : null;
    },
    /** Every id under which rows may name the job: its own, its stand-ins', and those it had before retention removed it. */
    idsOf(key: string): number[] {
      const same = sql('SELECT * FROM jobs WHERE key = ?').all(key) as Row[];
      return withAliases(new Set(same.map((row) => int(resolve(row).id))));
    },
  };
};

export type JobKeys = ReturnType<typeof createJobKeys>;
