import type { Changes, EngineInfo, LastIds, Nanos } from '../../domain';
import type { Db } from '../database';
import { int, json, nanos, type Row, text, toJson } from '../columns';

export interface Cursor {
  /** Time of the first observation; null for an empty database. */
  readonly since: Nanos | null;
  readonly clock: Nanos;
  readonly lastEventTime: Nanos;
  readonly commit: bigint;
  readonly malformed: number;
  readonly unknownKinds: number;
}

const empty: Cursor = {
  since: null,
  clock: 0n,
  lastEventTime: 0n,
  commit: 0n,
  malformed: 0,
  unknownKinds: 0,
};

export const createCursorReader = (db: Db) => {
  const select = db.prepare('SELECT * FROM cursor WHERE one = 1');
  return (): Cursor => {
    const row = select.get() as Row | undefined;
    if (!row) return empty;
    return {
      since: nanos(row.since),
      clock: nanos(row.clock),
      lastEventTime: nanos(row.last_event_time),
      commit: nanos(row.commit_no),
      malformed: int(row.malformed),
      unknownKinds: int(row.unknown_kinds),
    };
  };
};

export const readEngine = (db: Db): EngineInfo | null => {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'engine'").get() as Row | undefined;
  return row ? json<EngineInfo>(row.value) : null;
};

export const readLastIds = (db: Db): LastIds => {
  const ids: LastIds = {
    ...{ event: 0, resource: 0, job: 0, nameUse: 0, mountUse: 0 },
    ...{ act: 0, death: 0, finding: 0, gap: 0, exec: 0, call: 0 },
  };
  for (const row of db.prepare('SELECT name, id FROM last_ids').all() as Row[])
    ids[text<keyof LastIds>(row.name)] = int(row.id);
  return ids;
};

const highest = (rows: Iterable<{ readonly id: number }>): number => {
  let most = 0;
  for (const { id } of rows) if (id > most) most = id;
  return most;
};

/** Moves the cursor past a batch; part of the transaction that stores it. */
export const createCursorWriter = (db: Db) => {
  const move = db.prepare(
    `INSERT INTO cursor (one, since, clock, last_event_time, commit_no, malformed, unknown_kinds) VALUES (1, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET
       since = CASE WHEN since = 0 THEN excluded.since ELSE since END,
       clock = max(clock, excluded.clock), last_event_time = max(last_event_time, excluded.last_event_time),
       commit_no = excluded.commit_no, malformed = malformed + excluded.malformed,
       unknown_kinds = unknown_kinds + excluded.unknown_kinds`,
  );
  const raise = db.prepare(
    'INSERT INTO last_ids (name, id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET id = max(id, excluded.id)',
  );
  const setEngine = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('engine', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
  );
  return (changes: Changes, commit: bigint): void => {
    const { clock, lastEventTime, malformed, unknownKinds, engine } = changes;
    move.run(clock, clock, lastEventTime, commit, malformed, unknownKinds);
    if (engine) setEngine.run(toJson(engine));
    const { containers, volumes, networks, images } = changes;
    const ids: LastIds = {
      event: highest(changes.events),
      resource: Math.max(highest(containers), highest(volumes), highest(networks), highest(images)),
      job: highest(changes.jobs),
      nameUse: highest(changes.nameUses),
      mountUse: highest(changes.mountUses),
      act: highest(changes.acts),
      death: highest(changes.deaths),
      finding: highest(changes.findings),
      call: highest(changes.calls),
      gap: highest(changes.gaps),
      exec: highest(changes.execs),
    };
    for (const [name, id] of Object.entries(ids)) if (id > 0) raise.run(name, id);
  };
};
