/** Nanoseconds since the Unix epoch (UTC). The engine's `timeNano` exceeds 2^53, so a number would lose digits. */
export type Nanos = bigint;

export const MILLISECOND = 1_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;

/** RFC 3339 in UTC with all nine digits of the fraction: `2026-11-23T20:29:45.381754400Z`. */
export const toRfc3339 = (at: Nanos): string => {
  const seconds = new Date(Number(at / MILLISECOND)).toISOString().slice(0, 19);
  return `${seconds}.${String(at % SECOND).padStart(9, '0')}Z`;
};

/** Reads RFC 3339 with up to nine digits of fraction; undefined for anything else and for the engine's "never" (year 1). */
export const fromRfc3339 = (text: string): Nanos | undefined => {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]!.replace(' ', 'T')}${match[3]!.toUpperCase()}`);
  if (Number.isNaN(ms) || ms <= 0) return undefined;
  return BigInt(ms) * MILLISECOND + BigInt((match[2] ?? '').padEnd(9, '0'));
};
