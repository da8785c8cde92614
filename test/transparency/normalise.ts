import { createHash } from 'node:crypto';

/** What differs between two runs of the same session on the same engine. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/(?:unix:\/\/)?\/tmp\/[\w\/.-]+\.sock/g, '<socket>'],
  [/(?:%2F|\/)tmp(?:%2F|\/)ct-[\w.%\/-]+/g, '<directory>'],
  [/^Date: .*GMT/gim, 'Date: <time>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<id>'],
  [/\b(?!0001)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/"(time|timeNano|Created|CreatedAt)":\s*\d+/g, '"$1":<time>'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'],
  [/\b172\.\d+\.\d+\.\d+\b/g, '<address>'],
  [/execDuration=\d+/g, 'execDuration=<duration>'],
  [/"(Pid|ProcessId)":\s*[1-9]\d*/g, '"$1":<pid>'],
  [/\b(?:Less than a second|About an? (?:minute|hour)|\d+ (?:seconds?|minutes?))( ago)?/g, '<duration>$1'],
];

const text = (value: string): string =>
  varying.reduce((written, [pattern, word]) => written.replace(pattern, word), value);

const readable = 200_000;

/**
 * A transcript in the form in which two runs are compared: bytes as latin1 text, long ones as size and hash,
 * what cannot be the same replaced by words.
 */
export const normalise = (value: unknown): unknown => {
  if (typeof value === 'string') return text(value);
  if (value instanceof Uint8Array) {
    if (value.length <= readable) return text(Buffer.from(value).toString('latin1'));
    return `${value.length} bytes, sha256 ${sha256(value)}`;
  }
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item)]));
  return value;
};

/** How long output is told: with {@link normalise}, the same for the same bytes. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
