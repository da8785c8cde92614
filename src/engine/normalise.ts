import { type EngineEvent, type Nanos, SECOND } from '../domain';
import { carries, engineAttributes, imitatedOn } from './attributes';
import { cutText } from './cut';
import { asInteger, asObject, asText, integerOf, type JsonObject } from './json';
import { type Keep, keptLabels } from './keep';

const longestWord = 64;
/** The store's integers have 64 bits. */
const latest: Nanos = (1n << 63n) - 1n;

const timeNano = '"timeNano":';
const digits = /\s*(\d{1,19})(?!\d)/y;

/**
 * The digits stand in the text: JSON.parse would round them. No label can imitate the key, since a quote inside of a
 * JSON string is always escaped and the attributes are strings.
 */
const exactTime = (text: string, event: JsonObject): Nanos | undefined => {
  const key = text.lastIndexOf(timeNano);
  if (key >= 0) {
    digits.lastIndex = key + timeNano.length;
    const found = digits.exec(text)?.[1];
    if (found !== undefined) return BigInt(found);
  }
  const seconds = asInteger(event['time']);
  return seconds === undefined ? undefined : BigInt(seconds) * SECOND;
};

/** Podman's words for what Docker calls otherwise. Docker uses none of them for these types. */
const podmanWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  container: { remove: 'destroy', exec: 'exec_create', exec_died: 'exec_die' },
  volume: { remove: 'destroy' },
};

const actionOf = (type: string, action: string): string => {
  // What follows is the command line of the exec, secrets included.
  const bare = action.replace(/^(exec_\w+):[^]*$/, '$1');
  return (podmanWords[type]?.[bare] ?? bare).slice(0, longestWord);
};

type Attribute = (name: string) => string | undefined;
type Details = Partial<Omit<EngineEvent, 'time' | 'type' | 'action' | 'labels'>>;

const ofContainer = (action: string, attribute: Attribute): Details => {
  const carried: Attribute = (name) => (carries(action, name) ? attribute(name) : undefined);
  const image = attribute('image');
  const oldName = carried('oldName');
  const signal = integerOf(carried('signal'));
  const exitCode = integerOf(
    carried('exitCode') ?? (action === 'die' ? attribute('containerExitCode') : undefined),
  );
  const execId = carried('execID');
  const imitated = imitatedOn(action, (name) => attribute(name) !== undefined);
  return {
    ...(image !== undefined && { image }),
    ...(oldName !== undefined && { oldName: oldName.replace(/^\//, '') }),
    ...(signal !== undefined && { signal }),
    ...(exitCode !== undefined && { exitCode }),
    ...(execId !== undefined && { execId }),
    ...(imitated.length > 0 && { imitated }),
  };
};

const ofVolume = (id: string, attribute: Attribute): Details => {
  const container = attribute('container');
  const destination = attribute('destination');
  const writable = attribute('read/write');
  return {
    // Podman leaves the id empty.
    id: id || (attribute('name') ?? ''),
    ...(container !== undefined && { container }),
    ...(destination !== undefined && { destination }),
    ...(writable !== undefined && { readOnly: writable !== 'true' }),
  };
};

const ofNetwork = (attribute: Attribute): Details => {
  const container = attribute('container');
  return container === undefined ? {} : { container };
};

const detailsOf = (type: string, action: string, id: string, attribute: Attribute): Details => {
  if (type === 'container') return ofContainer(action, attribute);
  if (type === 'volume') return ofVolume(id, attribute);
  if (type === 'network') return ofNetwork(attribute);
  return {};
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * One line of the engine's event stream as what we keep of it; undefined when it is not an event. Never throws.
 * A type or action that nobody knows is kept as seen.
 */
export const normaliseEvent = (text: string, keepLabel: Keep['keepLabel']): EngineEvent | undefined => {
  const event = asObject(parse(text));
  const type = asText(event['Type']).slice(0, longestWord);
  const action = actionOf(type, asText(event['Action']));
  const time = exactTime(text, event);
  if (type === '' || action === '' || time === undefined || time <= 0n || time > latest) return undefined;

  const actor = asObject(event['Actor']);
  const attributes = asObject(actor['Attributes']);
  const attribute: Attribute = (name) => {
    const value = attributes[name];
    return typeof value === 'string' ? cutText(value) : undefined;
  };
  const id = cutText(asText(actor['ID']));
  const name = attribute('name');
  return {
    time,
    type,
    action,
    id,
    ...(name !== undefined && { name }),
    labels: keptLabels(attributes, (key) => !engineAttributes.has(key) && keepLabel(key)),
    ...detailsOf(type, action, id, attribute),
  };
};
