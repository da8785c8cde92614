import { Refusal } from './refusal';
import type { Framing } from './seam';

/** Follows a body to its end without keeping it. */
export interface BodyTracker {
  /** Takes what comes, from `from` on. Returns where the body ends in it; -1 when it goes on. `onData` sees its decoded bytes. */
  feed(bytes: Buffer, from: number, onData?: (from: number, to: number) => void): number;
}

/** What a line of a chunked body may be long: extensions and trailers count. */
const longestLine = 16 << 10;

const ofLength = (bytes: number): BodyTracker => {
  let left = bytes;
  return {
    feed(chunk, from, onData) {
      const here = Math.min(left, chunk.length - from);
      left -= here;
      if (here > 0) onData?.(from, from + here);
      return left === 0 ? from + here : -1;
    },
  };
};

const sizeOf = (line: string): number => {
  const [size = ''] = line.split(';', 1);
  const digits = size.replace(/[ \t]+$/, '');
  if (!/^[0-9a-fA-F]{1,12}$/.test(digits)) throw new Refusal('the size of a chunk is malformed');
  return Number.parseInt(digits, 16);
};

/** Size lines, data, trailers. */
const chunkedBody = (): BodyTracker => {
  let state: 'size' | 'data' | 'end' | 'trailer' = 'size';
  let line = '';
  let left = 0;

  /** The line that began earlier, or here; undefined when its end has not come. Sets `next`. */
  let next = 0;
  const takeLine = (bytes: Buffer, from: number): string | undefined => {
    const end = bytes.indexOf(10, from);
    line += bytes.toString('latin1', from, end === -1 ? bytes.length : end);
    if (line.length > longestLine) throw new Refusal('a line of a chunked body is too long');
    if (end === -1) return undefined;
    next = end + 1;
    const whole = line;
    line = '';
    if (!whole.endsWith('\r')) throw new Refusal('a line of a chunked body ends without CR');
    return whole.slice(0, -1);
  };

  return {
    feed(bytes, from, onData) {
      let at = from;
      while (at < bytes.length) {
        if (state === 'data') {
          const here = Math.min(left, bytes.length - at);
          onData?.(at, at + here);
          left -= here;
          at += here;
          if (left === 0) state = 'end';
          continue;
        }
        const whole = takeLine(bytes, at);
        if (whole === undefined) return -1;
        at = next;
        if (state === 'end') {
          if (whole !== '') throw new Refusal('a chunk is longer than its size');
          state = 'size';
        } else if (state === 'size') {
          left = sizeOf(whole);
          state = left === 0 ? 'trailer' : 'data';
        } else if (whole === '') return at;
      }
      return -1;
    },
  };
};

const endless: BodyTracker = {
  feed(bytes, from, onData) {
    if (from < bytes.length) onData?.(from, bytes.length);
    return -1;
  },
};

/** undefined: there is no body. */
export const trackBody = (framing: Framing): BodyTracker | undefined => {
  switch (framing.kind) {
    case 'none':
      return undefined;
    case 'length':
      return framing.bytes === 0 ? undefined : ofLength(framing.bytes);
    case 'chunked':
      return chunkedBody();
    case 'rest':
      return endless;
  }
};
