import type { Db } from './database';
import type { Row } from './columns';

export type Bound = bigint | number | string | null;

/** How one kind of object is kept: the value of each column, and the way back. `id` is the key. */
export interface Table<T> {
  readonly name: string;
  readonly columns: Readonly<Record<string, (value: T) => Bound>>;
  /** Columns that people see: a change of one of them is told to live pages. Such a table has a `commit_no`. */
  readonly visible?: readonly string[];
  read(row: Row): T;
}

/** Inserts a row or replaces it whole. `commit` is written where something visible changed. */
export const createUpsert = <T>(db: Db, { name, columns, visible }: Table<T>) => {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  const set = names.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  if (visible) {
    names.push('commit_no');
    const seen = visible.map((column) => `${name}.${column}`).join(', ');
    const next = visible.map((column) => `excluded.${column}`).join(', ');
    set.push(`commit_no = CASE WHEN (${seen}) IS (${next}) THEN commit_no ELSE excluded.commit_no END`);
  }
  const places = names.map(() => '?').join(', ');
  const statement = db.prepare(
    `INSERT INTO ${name} (${names.join(', ')}) VALUES (${places}) ON CONFLICT (id) DO UPDATE SET ${set.join(', ')}`,
  );
  return (value: T, commit: bigint): void => {
    const bound = values.map((column) => column(value));
    if (visible) bound.push(commit);
    statement.run(bound);
  };
};
