import type { Nanos } from '../domain';
import { type StaticDecode, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { CallerAnswer } from './question';
import {
  callBegin,
  callEnd,
  caller,
  execBegin,
  execEnd,
  nanos,
  processExit,
  sourceState,
} from './told-schema';
import type { Sent, SourceState, Watched } from './told';

/** Major version of the link. Two that differ do not talk. */
export const linkVersion = 1;

/** A longer line is none of ours: a command line is read up to 64 KiB. */
export const longestLine = 1 << 18;
/** A daemon answers with whole reports. */
export const longestAnswer = 16 << 20;

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
    calls: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  // Without a number: worth nothing to a daemon that did not ask.
  watermark: Type.Object({ k: Type.Literal('watermark'), n: Type.Integer(), at: nanos }),
  source: Type.Object({
    k: Type.Literal('source'),
    execs: Type.Optional(source),
    calls: Type.Optional(source),
  }),
  // A process that called the audit socket asks.
  ask: Type.Object({
    k: Type.Literal('ask'),
    n: Type.Integer(),
    what: Type.Union([
      Type.Literal('job'),
      Type.Literal('whoami'),
      Type.Literal('report'),
      Type.Literal('findings'),
    ]),
    caller,
    accept: Type.String({ maxLength: 1000 }),
    format: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
  }),
};

const hello = Type.Object({
  link: Type.Integer(),
  pid: Type.Integer(),
  bootId: Type.String({ minLength: 1, maxLength: 100 }),
  // `calls`: only where there is an audit socket.
  sources: Type.Object({ execs: source, calls: Type.Optional(source) }),
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
  | ({ readonly answer: number } & CallerAnswer)
  | { readonly refused: string }
  /** It ends in order: a witness that it may have started ends too. */
  | { readonly bye: true };

/** Calls can be thousands a second, and a replacer is slow: their one time is written out by hand. */
const stringify = (line: object): string => {
  const { k } = line as { k?: unknown };
  if (k === 'call.begin') {
    const { call } = line as { call: { at: Nanos } };
    return JSON.stringify({ ...line, call: { ...call, at: String(call.at) } });
  }
  if (k === 'call.end') {
    const { end } = line as { end: { at: Nanos } };
    return JSON.stringify({ ...line, end: { ...end, at: String(end.at) } });
  }
  return JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
};

/** One line. Nanoseconds become decimal strings. */
export const encodeLine = (
  line:
    | FromDaemon
    | (Sent & { readonly seq: number })
    | Extract<FromWitness, { k: 'watermark' | 'source' | 'ask' }>
    | Omit<Hello, 'sources'>
    | {
        readonly link: number;
        readonly sources: { readonly execs: SourceState; readonly calls?: SourceState };
      },
): string => `${stringify(line)}\n`;

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
export const createLineCutter = (
  onLine: (line: string) => void,
  longest = longestLine,
): ((chunk: string) => void) => {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.length > longest) throw new Error('a line is too long');
      if (line !== '') onLine(line);
    }
    if (rest.length > longest) throw new Error('a line is too long');
  };
};
