import { createReadStream } from 'node:fs';
import { RecordingError } from './error';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Offset of the byte after the line's end. */
  readonly endByte: number;
}

const newline = 0x0a;

/**
 * Lines of a file, split at `\n` only: Node's readline also splits at U+2028, which may stand unescaped in a label.
 * Empty lines are left out.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let endByte = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        number += 1;
        endByte += end + 1 - start;
        const text = bytes.toString('utf8', start, end);
        if (text.trim() !== '') yield { number, text, endByte };
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } catch (error) {
    throw new RecordingError(file, null, explain(error as NodeJS.ErrnoException));
  }
  const text = rest.toString('utf8');
  if (text.trim() !== '') yield { number: number + 1, text, endByte: endByte + rest.length };
}

const explain = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'is a directory, not a recording';
  if (error.code === 'EACCES') return 'may not be read (permission denied)';
  return error.message;
};
