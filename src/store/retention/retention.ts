import { execMemory, HOUR, memoryHours, MILLISECOND, MINUTE, type Nanos } from '../../domain';
import { flag, nanos, type Row } from '../columns';
import { createStatements, type Db } from '../database';
import { type Sweep, sweeps } from './sweeps';

export interface RetentionLimits {
  readonly eventsMs: number;
  /** For findings that are over, ended jobs and removed resources. */
  readonly findingsMs: number;
  readonly maxSizeBytes: number;
}

/** The core may still speak of what has been gone for so long; it forgets a little later than `memoryHours`. */
const untouchable: Nanos = BigInt(memoryHours + 1) * HOUR;
/** The newest events are what a resumed stream is compared with. */
const newestEvents: Nanos = MINUTE;
/** After a round over a table that sweep rests: rows that must stay are not looked at all the time. */
const restAfterRound: Nanos = 5n * MINUTE;
/** Candidates of one step: a bound on its time when most of them must stay. */
const mostExamined = 1_000;
const pagesGivenBack = 1_000;
/** Free pages are used again by the next rows, so some may stay. */
const freePagesKept = 1_000;

const start = { at: -(2n ** 63n), id: 0n };

/** One table, looked through a chunk at a time from where the chunk before ended. */
const createSweeper = (db: Db, { candidates, deletes, most }: Sweep) => {
  const sql = createStatements(db);
  let place = start;
  let restsUntil: Nanos = 0n;
  const chunk = db.transaction((cutoff: Nanos): { deleted: number; examined: number } => {
    const rows = sql(candidates).all({ ...place, cutoff, most }) as Row[];
    let deleted = 0;
    for (const row of rows)
      if (!flag(row.kept)) for (const remove of deletes) deleted += sql(remove).run(row.id).changes;
    const last = rows.at(-1);
    place = last && rows.length === most ? { at: nanos(last.at), id: nanos(last.id) } : start;
    return { deleted, examined: rows.length };
  });
  return (now: Nanos, cutoff: Nanos): { deleted: number; examined: number } => {
    if (now < restsUntil) return { deleted: 0, examined: 0 };
    const before = place;
    try {
      const done = chunk.immediate(cutoff);
      if (place === start) restsUntil = now + restAfterRound;
      return done;
    } catch (error) {
      place = before;
      throw error;
    }
  };
};

/**
 * Removes what is too old, and what is too much, on the connection that writes: a chunk a step, to be called between batches
 * all the time, since deleting is no faster than inserting.
 */
export const createRetention = (db: Db) => {
  const all = (list: readonly Sweep[]) => list.map((sweep) => createSweeper(db, sweep));
  const byAge = {
    events: createSweeper(db, sweeps.events),
    execs: createSweeper(db, sweeps.execs),
    calls: createSweeper(db, sweeps.calls),
    others: all([sweeps.findings, ...sweeps.past, ...sweeps.ended]),
  };
  const bySize = {
    events: createSweeper(db, sweeps.events),
    execs: createSweeper(db, sweeps.execs),
    calls: createSweeper(db, sweeps.calls),
    ended: all(sweeps.ended),
    findings: createSweeper(db, sweeps.findings),
  };
  const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));
  const pageBytes = pragma('page_size');
  const usedBytes = (): number => (pragma('page_count') - pragma('freelist_count')) * pageBytes;

  /** The first that deletes anything; later ones wait for it. */
  const firstToDelete = (tasks: readonly (() => { deleted: number; examined: number })[]): number => {
    let examined = 0;
    for (const task of tasks) {
      for (;;) {
        const done = task();
        if (done.deleted > 0) return done.deleted;
        examined += done.examined;
        if (examined >= mostExamined) return 0;
        if (done.examined === 0) break;
      }
    }
    return 0;
  };

  const giveSpaceBack = (maxSizeBytes: number): void => {
    const free = pragma('freelist_count');
    const pages = pragma('page_count');
    const tooBig = pages * pageBytes > maxSizeBytes;
    if (free > Math.max(freePagesKept, pages / 10) || (tooBig && free > 0))
      db.exec(`PRAGMA incremental_vacuum(${pagesGivenBack})`);
  };

  return {
    /** Rows deleted, about 500 at the most; 0 when there is nothing to do for now. `now` is the time of the newest observation. */
    step({ eventsMs, findingsMs, maxSizeBytes }: RetentionLimits, now: Nanos): number {
      const older = (a: Nanos, b: Nanos): Nanos => now - (a > b ? a : b);
      const eventsCutoff = older(BigInt(eventsMs) * MILLISECOND, newestEvents);
      const execsCutoff = older(BigInt(eventsMs) * MILLISECOND, execMemory);
      const othersCutoff = older(BigInt(findingsMs) * MILLISECOND, untouchable);
      let deleted = firstToDelete([
        () => byAge.events(now, eventsCutoff),
        () => byAge.calls(now, execsCutoff),
        () => byAge.execs(now, execsCutoff),
        ...byAge.others.map((sweep) => () => sweep(now, othersCutoff)),
      ]);
      if (deleted === 0 && usedBytes() > maxSizeBytes)
        deleted = firstToDelete([
          () => bySize.events(now, now - newestEvents),
          () => bySize.calls(now, now - execMemory),
          () => bySize.execs(now, now - execMemory),
          ...bySize.ended.map((sweep) => () => sweep(now, now - untouchable)),
          () => bySize.findings(now, now),
        ]);
      giveSpaceBack(maxSizeBytes);
      return deleted;
    },
  };
};
