import { type Effect, effectActions, effectMemory, type Nanos } from '../domain';
import { int, intOrNull, json, nanos, type Row, text } from './columns';
import type { Db } from './database';
import type { MoreOfEvent } from './tables/events';

const kinds = Object.entries(effectActions)
  .flatMap(([type, actions]) => actions.map((action) => `('${type}', '${action}')`))
  .join(', ');

/** Events of the last minutes, and since the oldest command that still runs, as the core keeps them of its own. */
export const loadEffects = (db: Db, clock: Nanos): Effect[] => {
  const open = db
    .prepare(
      `SELECT min(at) AS at FROM (SELECT at FROM execs WHERE end_at IS NULL UNION ALL
       SELECT at FROM calls WHERE end_at IS NULL AND verb <> '')`,
    )
    .get() as Row;
  const recent = clock - effectMemory;
  const since = open.at !== null && nanos(open.at) < recent ? nanos(open.at) : recent;
  const rows = db
    .prepare(
      `SELECT e.id, e.at, k.type, k.action, e.resource, e.other, e.more, r.engine_id,
         coalesce(c.name, n.name, '') AS name
       FROM events e JOIN kinds k ON k.id = e.kind
       LEFT JOIN resources r ON r.id = e.resource
       LEFT JOIN containers c ON c.id = e.resource LEFT JOIN networks n ON n.id = e.resource
       WHERE e.at >= ? AND (k.type, k.action) IN (VALUES ${kinds}) ORDER BY e.id`,
    )
    .all(since) as Row[];
  return rows.map((row) => {
    const more = row.more === null ? {} : json<MoreOfEvent>(row.more);
    const engineId = row.engine_id === null ? (more.id ?? '') : text(row.engine_id);
    const name = more.name ?? (text(row.name) || engineId);
    return {
      id: int(row.id),
      at: nanos(row.at),
      type: text(row.type),
      action: text(row.action),
      name,
      engineId,
      resource: intOrNull(row.resource),
      container: intOrNull(row.other),
    };
  });
};
