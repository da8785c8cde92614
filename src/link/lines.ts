import { type StaticDecode, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { callBegin, callEnd, execBegin, execEnd, nanos, processExit, sourceState } from './told-schema';
import type { Sent, SourceState, Watched } from './told';

/** Major version of the link. Two that differ do not talk. */
export const linkVersion = 1;

/** A longer line is none of ours: a command line is read up to 64 KiB. */
export const longestLine = 1 << 18;

const seq = Type.Integer({ minimum: 1 });
const source = Type.Object({
  state: sourceState,
  reason: Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]),
});

const fromWitness = {
  'exec.begin': Type.Object({ seq, k: Type.Literal('exec.begin'), exec: execBegin }),
  'exec.end': Type.Object({ seq, k: Type.Literal('exec.end'), end: execEnd }),
  exit: Type.Object({ seq, k: Type.Literal('exit'), exit: processExit }),
  'call.begin': Type.Object({ seq, k: Type.Literal('call.begin'), call: callBegin }),
  'call.end': Type.Object({ seq, k: Type.Literal('call.end'), end: callEnd }),
  lost: Type.Object({
    seq,
    k: Type.Literal('lost'),
    reason: Type.Union([
      Type.Literal('exec-overflow'),
      Type.Literal('exec-vanished'),
      Type.Literal('buffer-overflow'),
    ]),
    count: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    from: nanos,
    to: nanos,
  }),
  // Without a number: worth nothing to a daemon that did not ask.
  watermark: Type.Object({ k: Type.Literal('watermark'), n: Type.Integer(), at: nanos }),
  source: Type.Object({ k: Type.Literal('source'), execs: source }),
};

const hello = Type.Object({
  link: Type.Integer(),
  pid: Type.Integer(),
  bootId: Type.String({ minLength: 1, maxLength: 100 }),
  sources: Type.Object({ execs: source }),
});
const daemonHello = Type.Object({
  link: Type.Integer(),
  pid: Type.Integer(),
  bootId: Type.String(),
  ack: Type.Integer({ minimum: 0 }),
});

/** First line of a witness. */
export type Hello = StaticDecode<typeof hello>;
export type FromWitness = StaticDecode<(typeof fromWitness)[keyof typeof fromWitness]>;

/** Everything a daemon says. `refused` is its last line. */
export type FromDaemon =
  /** `ack`: what of this witness is recorded already. */
  | { readonly link: number; readonly pid: number; readonly bootId: string; readonly ack: number }
  | { readonly ack: number }
  | { readonly watermark: number }
  | { readonly watch: Watched }
  | { readonly refused: string }
  /** It ends in order: a witness that it may have started ends too. */
  | { readonly bye: true };

/** One line. Nanoseconds become decimal strings. */
export const encodeLine = (
  line:
    | FromDaemon
    | (Sent & { readonly seq: number })
    | Extract<FromWitness, { k: 'watermark' | 'source' }>
    | Omit<Hello, 'sources'>
    | { readonly link: number; readonly sources: { readonly execs: SourceState } },
): string =>
  `${JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;

const decode = <T extends TSchema>(schema: T, value: unknown, what: string): StaticDecode<T> => {
  if (Value.Check(schema, value)) return Value.Decode(schema, value);
  const first = Value.Errors(schema, value).First();
  // The path only: what stands there may be anything.
  throw new Error(`${what} is malformed${first ? ` at ${first.path || 'its top'}: ${first.message}` : ''}`);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('a line is no JSON');
  }
};

/** The version that a first line speaks of, whatever else stands in it. */
export const versionOf = (text: string): number => {
  const { link } = (parse(text) ?? {}) as { link?: unknown };
  if (typeof link !== 'number') throw new Error('the first line is no hello');
  return link;
};

export const decodeHello = (text: string): Hello => decode(hello, parse(text), 'the hello');
export const decodeDaemonHello = (text: string): StaticDecode<typeof daemonHello> =>
  decode(daemonHello, parse(text), "the daemon's hello");

/** Throws when the kind is not known, or a field is missing or of the wrong type. */
export const decodeFromWitness = (text: string): FromWitness => {
  const value = parse(text) as { k?: unknown };
  const k = value?.k;
  if (typeof k !== 'string' || !Object.hasOwn(fromWitness, k)) throw new Error('a line is of no known kind');
  return decode(fromWitness[k as keyof typeof fromWitness], value, `a line of kind ${k}`);
};

/** The number of a line that may be malformed otherwise. */
export const seqOf = (text: string): number | undefined => {
  try {
    const { seq: number } = JSON.parse(text) as { seq?: unknown };
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
  } catch {
    return undefined;
  }
};

/** Cuts what arrives into lines. Throws when one grows too long. */
export const createLineCutter = (onLine: (line: string) => void): ((chunk: string) => void) => {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.length > longestLine) throw new Error('a line is too long');
      if (line !== '') onLine(line);
    }
    if (rest.length > longestLine) throw new Error('a line is too long');
  };
};
