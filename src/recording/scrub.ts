import { engineAttributes } from '../engine/attributes';

/** Of the engine's own attributes, the one that is free text: a commit's message. */
const freeText = 'comment';

/** The engine's own attributes are short; a label that imitates one may not be. */
const longestAttribute = 1024;

const timeKey = '"timeNano":';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const withoutCommand = (action: unknown): string | undefined =>
  text(action)?.replace(/^(exec\w*:)[^]*$/, '$1 ');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scrubAttributes = (attributes: unknown, keepLabel: (key: string) => boolean): unknown => {
  if (!isRecord(attributes)) return undefined;
  const kept = Object.entries(attributes).filter(
    ([key]) => (engineAttributes.has(key) && key !== freeText) || keepLabel(key),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, text(value)?.slice(0, longestAttribute)]));
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** JSON.parse alters timeNano, which is above 2^53. No label can imitate the key: quotes inside of JSON are escaped. */
const timeDigits = (line: string): string | undefined => {
  const key = line.lastIndexOf(timeKey);
  return key < 0 ? undefined : /^\s*(\d+)/.exec(line.slice(key + timeKey.length))?.[1];
};

/**
 * One line of the engine's event stream without what may be secret: command lines of execs, labels that nobody asks
 * for, fields that we do not know. undefined when it is not an engine event.
 */
export const scrubEvent = (line: string, keepLabel: (key: string) => boolean): string | undefined => {
  const event = parsed(line);
  if (!isRecord(event) || typeof event.Type !== 'string') return undefined;
  const actor = isRecord(event.Actor) ? event.Actor : {};
  const scrubbed = JSON.stringify({
    status: withoutCommand(event.status),
    id: text(event.id),
    from: text(event.from),
    Type: event.Type,
    Action: withoutCommand(event.Action),
    Actor: { ID: text(actor.ID), Attributes: scrubAttributes(actor.Attributes, keepLabel) },
    scope: text(event.scope),
    time: typeof event.time === 'number' ? event.time : undefined,
  });
  const digits = timeDigits(line);
  return digits === undefined ? scrubbed : `${scrubbed.slice(0, -1)},"timeNano":${digits}}`;
};
