import type { EngineEvent, EventRow } from '../../domain';
import type { Db } from '../database';
import { toJson } from '../columns';

/** What has no column of its own in `events`. */
export interface MoreOfEvent {
  id?: string;
  name?: string;
  oldName?: string;
  image?: string;
  execId?: string;
  destination?: string;
  readOnly?: boolean;
  container?: string;
  labels?: Readonly<Record<string, string>>;
  imitated?: readonly string[];
}

/** A container's row tells its name, image and labels, an image's its labels; what it does not tell stays with the event. */
const moreOf = ({ event, resource, other }: EventRow): MoreOfEvent | undefined => {
  const more: MoreOfEvent = {};
  if (resource === null) {
    if (event.id !== '') more.id = event.id;
    if (event.image !== undefined) more.image = event.image;
    for (const _ in event.labels) {
      more.labels = event.labels;
      break;
    }
  }
  if (
    event.name !== undefined &&
    (resource === null || event.type === 'image' || event.oldName !== undefined)
  )
    more.name = event.name;
  if (event.oldName !== undefined) more.oldName = event.oldName;
  if (event.execId !== undefined) more.execId = event.execId;
  if (event.destination !== undefined) more.destination = event.destination;
  if (event.readOnly !== undefined) more.readOnly = event.readOnly;
  if (event.container !== undefined && other === null) more.container = event.container;
  if (event.imitated !== undefined) more.imitated = event.imitated;
  for (const _ in more) return more;
  return undefined;
};

/** Types and actions as small integers. Forget what was cached when a transaction failed: its new ones are not stored. */
const createKinds = (db: Db) => {
  const find = db.prepare('SELECT id FROM kinds WHERE type = ? AND action = ?').pluck();
  const add = db.prepare('INSERT INTO kinds (type, action) VALUES (?, ?)');
  const known = new Map<string, number>();
  return {
    of({ type, action }: EngineEvent): number {
      const name = `${type}\0${action}`;
      let id = known.get(name);
      if (id === undefined) {
        const stored = find.get(type, action) as bigint | undefined;
        id = Number(stored ?? add.run(type, action).lastInsertRowid);
        known.set(name, id);
      }
      return id;
    },
    forget: () => known.clear(),
  };
};

export const createEventInsert = (db: Db) => {
  const kinds = createKinds(db);
  const insert = db.prepare(
    'INSERT INTO events (id, at, kind, resource, other, job, signal, exit_code, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    insert(row: EventRow): void {
      const { id, event, resource, other, job } = row;
      const more = moreOf(row);
      insert.run(
        id,
        event.time,
        kinds.of(event),
        resource,
        other,
        job,
        event.signal ?? null,
        event.exitCode ?? null,
        more === undefined ? null : toJson(more),
      );
    },
    forget: kinds.forget,
  };
};
