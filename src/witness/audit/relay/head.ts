import { Refusal } from './refusal';
import type { Framing, RequestHead, ResponseHead } from './seam';

/** As much as the engine takes. */
export const longestHead = 1 << 20;

const CR = 13;
const LF = 10;

/**
 * Where the head that begins at `from` ends, its empty line included; -1 when that has not come yet. A line that ends
 * without CR is refused: the engine takes it for an end, and others do not.
 */
export const endOfHead = (bytes: Buffer, from: number): number => {
  const end = bytes.indexOf('\r\n\r\n', from, 'latin1');
  const stop = end === -1 ? bytes.length : end + 4;
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < stop; at = bytes.indexOf(LF, at + 1))
    if (at === from || bytes[at - 1] !== CR) throw new Refusal('a line of the head ends without CR');
  if (stop - from > longestHead) throw new Refusal('the head is too long', 431);
  return end === -1 ? -1 : stop;
};

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}) ([^ ]+) HTTP\/1\.([01])$/;
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
/** Control characters, CR and LF among them; a tab is none. */

const control = /[\0-\x08\x0a-\x1f\x7f]/;

interface Fields {
  readonly length: string | undefined;
  readonly encoding: string | undefined;
  readonly connection: string;
  readonly expect: boolean;
}

/** The fields that decide where a message ends, and what becomes of its connection. Strict where `refuse` is given. */
const readFields = (lines: readonly string[], refuse: ((message: string) => never) | undefined): Fields => {
  let length: string | undefined;
  let encoding: string | undefined;
  let connection = '';
  let expect = false;
  for (let i = 1; i < lines.length; i += 1) {
    const line = lines[i]!;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (refuse) {
      if (control.test(line)) refuse('the head has a control character');
      if (line.startsWith(' ') || line.startsWith('\t')) refuse('a header is folded');
      if (!token.test(name)) refuse('a header has no proper name');
    }
    switch (name) {
      case 'content-length':
        if (length !== undefined) refuse?.('Content-Length is given twice');
        length = line.slice(colon + 1).trim();
        break;
      case 'transfer-encoding':
        if (encoding !== undefined) refuse?.('Transfer-Encoding is given twice');
        encoding = line
          .slice(colon + 1)
          .trim()
          .toLowerCase();
        break;
      case 'connection':
        connection += `,${line.slice(colon + 1).toLowerCase()}`;
        break;
      case 'expect':
        expect = line.toLowerCase().includes('100-continue');
        break;
    }
  }
  return { length, encoding, connection, expect };
};

const headerIn =
  (lines: readonly string[]) =>
  (name: string): string | undefined => {
    const prefix = `${name.toLowerCase()}:`;
    for (let i = 1; i < lines.length; i += 1) {
      const line = lines[i]!;
      if (line.length >= prefix.length && line.slice(0, prefix.length).toLowerCase() === prefix)
        return line.slice(prefix.length).trim();
    }
    return undefined;
  };

const asks = (connection: string, word: string): boolean =>
  connection !== '' && connection.split(',').some((each) => each.trim() === word);

const none: Framing = { kind: 'none' };
const chunked: Framing = { kind: 'chunked' };

export interface ParsedRequest extends RequestHead {
  readonly version: '0' | '1';
  readonly close: boolean;
  readonly expectsContinue: boolean;
}

const refuse = (message: string): never => {
  throw new Refusal(message);
};

/** @throws Refusal for what the engine could read differently */
export const parseRequest = (head: string): ParsedRequest => {
  const lines = head.split('\r\n');
  const [, method, target, version] = requestLine.exec(lines[0]!) ?? refuse('the request line is malformed');
  if (control.test(target!)) refuse('the request line is malformed');
  const { length, encoding, connection, expect } = readFields(lines, refuse);
  if (length !== undefined && encoding !== undefined)
    refuse('both Content-Length and Transfer-Encoding are given');
  if (length !== undefined && !/^\d{1,15}$/.test(length)) refuse('Content-Length is malformed');
  if (encoding !== undefined && (encoding !== 'chunked' || version === '0'))
    refuse('Transfer-Encoding is other than chunked');
  return {
    method: method!,
    target: target!,
    version: version as '0' | '1',
    header: headerIn(lines),
    body:
      encoding !== undefined
        ? chunked
        : length === undefined || /^0+$/.test(length)
          ? none
          : { kind: 'length', bytes: Number(length) },
    close: asks(connection, 'close') || (version === '0' && !asks(connection, 'keep-alive')),
    expectsContinue: expect,
  };
};

export interface ParsedResponse extends ResponseHead {
  readonly body: Framing;
  /** Its connection can be used again. */
  readonly persists: boolean;
}

/** Undefined: nothing that we understand; it passes as it is. */
export const parseResponse = (head: string, method: string): ParsedResponse | undefined => {
  const lines = head.split('\r\n');
  const [, version, code] = statusLine.exec(lines[0]!) ?? [];
  if (code === undefined) return undefined;
  const status = Number(code);
  const { length, encoding, connection } = readFields(lines, undefined);
  const bodiless = method === 'HEAD' || status === 204 || status === 304 || status < 200;
  const known = length !== undefined && /^\d{1,15}$/.test(length);
  return {
    status,
    header: headerIn(lines),
    persists: version === '0' ? asks(connection, 'keep-alive') : !asks(connection, 'close'),
    body: bodiless
      ? none
      : encoding !== undefined && encoding.endsWith('chunked')
        ? chunked
        : known
          ? { kind: 'length', bytes: Number(length) }
          : { kind: 'rest' },
  };
};
