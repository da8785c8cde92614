/**
 * Attributes that the engine itself sets on its events (20.10 to 28). Everything else among the attributes is a label.
 * `comment` of a commit is free text, so it is not among them.
 */
const engineAttributes = new Set([
  'image',
  'name',
  'oldName',
  'signal',
  'exitCode',
  'execDuration',
  'execID',
  'height',
  'width',
  'imageID',
  'imageRef',
  'container',
  'type',
  'driver',
  'destination',
  'propagation',
  'read/write',
  'reclaimed',
]);

/** The engine's own attributes are short; a label that imitates one may not be. */
const longestAttribute = 1024;

const withoutCommand = (action: unknown): unknown =>
  typeof action === 'string' ? action.replace(/^(exec_(?:create|start): ).*$/s, '$1') : action;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scrubAttributes = (attributes: unknown, keepLabel: (key: string) => boolean): unknown => {
  if (!isRecord(attributes)) return undefined;
  const kept = Object.entries(attributes).filter(([key]) => engineAttributes.has(key) || keepLabel(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, longestAttribute) : value]),
  );
};

/**
 * One line of the engine's event stream without what may be secret: command lines of execs, labels that nobody asks
 * for, fields that we do not know. undefined when it is not an engine event.
 */
export const scrubEvent = (text: string, keepLabel: (key: string) => boolean): string | undefined => {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(event) || typeof event.Type !== 'string') return undefined;
  const actor = isRecord(event.Actor) ? event.Actor : {};
  const scrubbed = JSON.stringify({
    status: withoutCommand(event.status),
    id: event.id,
    from: event.from,
    Type: event.Type,
    Action: withoutCommand(event.Action),
    Actor: { ID: actor.ID, Attributes: scrubAttributes(actor.Attributes, keepLabel) },
    scope: event.scope,
    time: event.time,
  });
  // JSON.parse has altered timeNano, which is above 2^53: its digits are the text's. It is the last key on every engine.
  const digits = /"timeNano":(\d+)\s*\}\s*$/.exec(text)?.[1];
  return digits === undefined ? scrubbed : `${scrubbed.slice(0, -1)},"timeNano":${digits}}`;
};
