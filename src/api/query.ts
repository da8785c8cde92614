import { Type, type TProperties } from '@sinclair/typebox';
import { DAY, fromRfc3339, HOUR, MINUTE, SECOND, type Nanos, type PageQuery } from '../domain';
import { ApiError } from './errors';

const name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description }));

/** A filter that compares with a name; an empty one would mean nothing. */
export const filter = name;

export const instant = (description: string) =>
  Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 40,
      description: `${description}: RFC 3339 (\`2026-11-23T20:29:45Z\`) or how long ago (\`90s\`, \`15m\`, \`2h\`, \`7d\`)`,
    }),
  );

export const pageKeys = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'how many items at most' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: '`next` of the page before; keep the filters' }),
  ),
  since: instant('not before'),
  until: instant('before'),
};

/** Unknown keys are refused: a misspelt filter must not look like an answer. */
export const query = <Keys extends TProperties>(keys: Keys) =>
  Type.Object(keys, { additionalProperties: false });

/** The validator reads `1e400` as an infinite integer, which is below no maximum. @throws ApiError bad-request. */
export const refuseInfinite = (values: unknown): void => {
  for (const [field, value] of Object.entries((values ?? {}) as Record<string, unknown>))
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new ApiError('bad-request', 'expected a smaller number', field);
};

const units: Record<string, Nanos> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7n * DAY };

/** @throws ApiError bad-request naming the field. */
export const toInstant = (text: string | undefined, field: string, now: Nanos): Nanos | undefined => {
  if (text === undefined) return undefined;
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  // A plus sign of an offset arrives as a space when the caller did not encode it.
  const at = ago
    ? now - BigInt(ago[1]!) * units[ago[2]!]!
    : fromRfc3339(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (at !== undefined && at >= 0n) return at;
  throw new ApiError('bad-request', 'expected an RFC 3339 time with zone, or a length such as 15m', field);
};

interface RawPage {
  readonly limit?: number;
  readonly cursor?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Filters stay as they are; times become instants. */
export const toPageQuery = <Raw extends RawPage>(
  raw: Raw,
  now: Nanos,
): Omit<Raw, keyof PageQuery> & PageQuery => ({
  ...raw,
  limit: raw.limit ?? 50,
  since: toInstant(raw.since, 'since', now),
  until: toInstant(raw.until, 'until', now),
});
