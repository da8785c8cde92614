import { InvalidCursor, type Nanos, type Page, type PageQuery } from '../../domain';
import { nanos, type Row } from '../columns';
import type { Statements } from '../database';
import type { Bound } from '../table';

/** Where a page ended: the order's columns of its last row. Opaque to whoever gets it. */
export const toCursor = (...place: readonly bigint[]): string =>
  Buffer.from(place.join(' ')).toString('base64url');

/** @throws InvalidCursor unless it has `length` integers. */
export const fromCursor = (cursor: string, length: number): bigint[] => {
  const parts = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  if (parts.length !== length || !parts.every((part) => /^-?\d{1,19}$/.test(part))) throw new InvalidCursor();
  const place = parts.map(BigInt);
  if (place.some((part) => BigInt.asIntN(64, part) !== part)) throw new InvalidCursor();
  return place;
};

/** A condition and what is bound to its places. */
export interface Filter {
  readonly sql: string;
  readonly bound: readonly Bound[];
}
export const is = (column: string, value: Bound | undefined): Filter[] =>
  value === undefined ? [] : [{ sql: `${column} = ?`, bound: [value] }];

const longestSearch = 8;
/** Each word must be in one of the columns. ASCII letters match in both cases. */
export const hasWords = (columns: readonly string[], words: string | undefined): Filter[] =>
  (words ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, longestSearch)
    .map((word) => ({
      sql: `(${columns.map((column) => `instr(lower(${column}), lower(?)) > 0`).join(' OR ')})`,
      bound: columns.map(() => word),
    }));

export interface List {
  /** `SELECT … FROM …` */
  readonly select: string;
  /** Column of the time by which it is ordered, newest first, and of the id that decides between equals. */
  readonly at: string;
  readonly id: string;
  /**
   * Filters of each walk. One index serves a walk, in its own order; what needs several (jobs with two ids, kinds of
   * events) is several walks, merged.
   */
  readonly walks: readonly (readonly Filter[])[];
}

/** One page, read by index from where the page before ended: no OFFSET, and no row is counted. */
export const readPage = <T>(
  sql: Statements,
  { select, at, id, walks }: List,
  { limit, cursor, since, until }: PageQuery,
  read: (row: Row) => T,
): Page<T> => {
  const bounds: Filter[] = [];
  if (since !== undefined) bounds.push({ sql: `${at} >= ?`, bound: [since] });
  if (until !== undefined) bounds.push({ sql: `${at} < ?`, bound: [until] });
  if (cursor !== undefined) bounds.push({ sql: `(${at}, ${id}) < (?, ?)`, bound: fromCursor(cursor, 2) });
  const found = walks.flatMap((walk) => {
    const filters = [...walk, ...bounds];
    const where = filters.length === 0 ? '' : ` WHERE ${filters.map((filter) => filter.sql).join(' AND ')}`;
    return sql(
      `${select.replace(' FROM ', `, ${at} AS page_at, ${id} AS page_id FROM `)}${where} ORDER BY ${at} DESC, ${id} DESC LIMIT ?`,
    ).all(...filters.flatMap((filter) => filter.bound), limit + 1) as Row[];
  });
  const rows = walks.length > 1 ? merge(found) : found;
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(read),
    next: last ? toCursor(nanos(last.page_at), nanos(last.page_id)) : null,
  };
};

const merge = (found: readonly Row[]): Row[] => {
  const byId = new Map(found.map((row) => [row.page_id, row]));
  const compare = (a: Nanos, b: Nanos): number => (a < b ? 1 : a > b ? -1 : 0);
  return [...byId.values()].sort(
    (a, b) => compare(nanos(a.page_at), nanos(b.page_at)) || compare(nanos(a.page_id), nanos(b.page_id)),
  );
};
