import { type EventQuery, type EventView, type Lookup, type Page } from '../../domain';
import { int, intOrNull, json, type Row, text, textOrNull } from '../columns';
import type { MoreOfEvent } from '../tables/events';
import { wasGiven } from './given';
import { type Filter, is, readPage } from './page';
import type { ReaderParts } from './parts';
import { time } from './views';

const select = `SELECT e.*, k.type, k.action, r.engine_id, c.image, coalesce(c.name, v.name, n.name, i.name) AS name,
    o.engine_id AS other_id
  FROM events e CROSS JOIN kinds k ON k.id = e.kind LEFT JOIN resources r ON r.id = e.resource LEFT JOIN containers c ON c.id = e.resource
  LEFT JOIN volumes v ON v.id = e.resource LEFT JOIN networks n ON n.id = e.resource
  LEFT JOIN images i ON i.id = e.resource LEFT JOIN resources o ON o.id = e.other`;

const detailOf = ({ oldName, execId, destination, readOnly, imitated, labels }: MoreOfEvent) => {
  const detail: Record<string, string> = {};
  if (oldName !== undefined) detail.oldName = oldName;
  if (execId !== undefined) detail.execId = execId;
  if (destination !== undefined) detail.destination = destination;
  if (readOnly !== undefined) detail.readOnly = String(readOnly);
  if (imitated !== undefined) detail.imitated = imitated.join(', ');
  for (const [name, value] of Object.entries(labels ?? {})) detail[`label ${name}`] = value;
  return detail;
};

export const createEventReader = ({ sql, jobs }: ReaderParts) => {
  const view = (row: Row): EventView => {
    const more: MoreOfEvent = row.more === null ? {} : json(row.more);
    const id = textOrNull(row.engine_id) ?? more.id;
    return {
      id: int(row.id),
      at: time(row.at),
      type: text(row.type),
      action: text(row.action),
      resource: id === undefined ? null : { id, name: more.name ?? textOrNull(row.name) },
      container: textOrNull(row.other_id) ?? more.container ?? null,
      job: jobs.keyOf(intOrNull(row.job)),
      image: more.image ?? textOrNull(row.image),
      signal: intOrNull(row.signal),
      exitCode: intOrNull(row.exit_code),
      detail: detailOf(more),
    };
  };

  const kindsOf = ({ type, action }: EventQuery): number[] | undefined => {
    if (type === undefined && action === undefined) return undefined;
    const rows =
      type === undefined
        ? sql('SELECT id FROM kinds WHERE action = ?').all(action)
        : action === undefined
          ? sql('SELECT id FROM kinds WHERE type = ?').all(type)
          : sql('SELECT id FROM kinds WHERE type = ? AND action = ?').all(type, action);
    return (rows as Row[]).map((row) => int(row.id));
  };

  /** Events of a container are those about it and those of networks and volumes that speak of it. */
  const ofContainer = (reference: string): Filter[][] =>
    (
      sql("SELECT id FROM resources WHERE type = 'container' AND engine_id = ?").all(reference) as Row[]
    ).flatMap((row) => [is('e.resource', int(row.id)), is('e.other', int(row.id))]);

  const product = (first: readonly Filter[][], second: readonly Filter[][]): Filter[][] =>
    first.flatMap((one) => second.map((other) => [...one, ...other]));

  const walksOf = (query: EventQuery): Filter[][] => {
    const kinds = kindsOf(query);
    const ofKinds = kinds && [[{ sql: `e.kind IN (${kinds.map(() => '?').join(', ')})`, bound: kinds }]];
    const walks = [
      ...(query.container === undefined ? [] : [ofContainer(query.container)]),
      ...(query.job === undefined ? [] : [jobs.idsOf(query.job).map((id) => is('e.job', id))]),
    ];
    if (walks.length === 0) return kinds ? kinds.map((kind) => is('e.kind', kind)) : [[]];
    return [...walks, ...(ofKinds ? [ofKinds] : [])].reduce(product);
  };

  return {
    /** Newest first by the engine's time. */
    events: (query: EventQuery): Page<EventView> =>
      readPage(sql, { select, at: 'e.at', id: 'e.id', walks: walksOf(query) }, query, view),
    event(id: number): Lookup<EventView> {
      const row = sql(`${select} WHERE e.id = ?`).get(id) as Row | undefined;
      if (row) return { found: view(row) };
      return wasGiven(sql, 'event', id) ? { gone: true } : undefined;
    },
  };
};
