/** A row as SQLite gives it: every integer a BigInt. */
export type SqlValue = bigint | string | null;
export type Row = Readonly<Record<string, SqlValue>>;

export const int = (value: SqlValue | undefined): number => Number(value);
export const intOrNull = (value: SqlValue | undefined): number | null =>
  value === null ? null : Number(value);
export const nanos = (value: SqlValue | undefined): bigint => value as bigint;
export const nanosOrNull = (value: SqlValue | undefined): bigint | null => value as bigint | null;
export const flag = (value: SqlValue | undefined): boolean => value === 1n;

/** Texts, and unions of texts that were checked when they were written. */
export const text = <T extends string = string>(value: SqlValue | undefined): T => value as T;
export const textOrNull = <T extends string = string>(value: SqlValue | undefined): T | null =>
  value as T | null;

export const json = <T>(value: SqlValue | undefined): T => JSON.parse(value as string) as T;

/**
 * JSON for a column. Half a surrogate pair, which only broken or hostile text has, becomes U+FFFD, as in columns of text:
 * `JSON.stringify` would write it as an escape.
 */
export const toJson = (value: unknown): string => {
  const written = JSON.stringify(value);
  return written.includes('\\ud')
    ? written.replace(/\\(\\|ud[0-9a-f]{3})/g, (escape) => (escape === '\\\\' ? escape : '\ufffd'))
    : written;
};
