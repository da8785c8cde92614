import { type BodyTracker, trackBody } from './body';
import type { ParsedRequest } from './head';

/** A body that is held back until it is whole, or longer than is held. */
export interface HeldBody {
  /** Takes what comes. Returns where the body ends in it, -1 when it goes on; `tooLong` is set when no more is held. */
  feed(bytes: Buffer, from: number): number;
  tooLong(): boolean;
  /** As it came. */
  raw(): Buffer;
  decoded(): Buffer;
}

/** @param plain it comes as it is, without chunks: then what came is the body */
export const holdBody = (tracker: BodyTracker, limit: number, plain: boolean): HeldBody => {
  const raw: Buffer[] = [];
  const decoded: Buffer[] = [];
  let bytes = 0;
  return {
    feed(chunk, from) {
      const end = tracker.feed(chunk, from, (start, stop) => {
        if (!plain) decoded.push(Buffer.from(chunk.subarray(start, stop)));
        bytes += stop - start;
      });
      raw.push(Buffer.from(chunk.subarray(from, end === -1 ? chunk.length : end)));
      return end;
    },
    // Chunk sizes and extensions count too: nobody makes us hold more than twice the limit.
    tooLong: () => bytes > limit || raw.reduce((sum, part) => sum + part.length, 0) > 2 * limit,
    raw: () => (raw.length === 1 ? raw[0]! : Buffer.concat(raw)),
    decoded: () => (plain ? (raw.length === 1 ? raw[0]! : Buffer.concat(raw)) : Buffer.concat(decoded)),
  };
};

export const trackRequest = ({ body }: ParsedRequest): BodyTracker | undefined => trackBody(body);

/** The head for another body: the length is that body's, every other header as it came. */
export const headFor = (head: Buffer, length: number): Buffer => {
  const lines = head.toString('latin1', 0, head.length - 4).split('\r\n');
  const others = lines.filter((line, at) => at === 0 || !/^(content-length|transfer-encoding):/i.test(line));
  return Buffer.from(`${others.join('\r\n')}\r\nContent-Length: ${length}\r\n\r\n`, 'latin1');
};
