/** No event comes near this: labels of 64 KB each are the longest that were seen. */
const longestLineBytes = 16 << 20;
const newline = 0x0a;

export interface LineReader {
  push(chunk: Buffer): void;
}

export interface LineReaderParts {
  /** A line without its newline; empty lines are skipped. */
  onLine(text: string): void;
  /** A line that was longer than allowed, and was dropped. */
  onTooLong(lengthBytes: number): void;
  readonly longestBytes?: number;
}

/**
 * Cuts a stream of bytes into lines. Chunks may end anywhere, inside of a character too. Keeps no more than one
 * unfinished line; what is unfinished when the stream breaks off is simply forgotten.
 */
export const createLineReader = ({
  onLine,
  onTooLong,
  longestBytes = longestLineBytes,
}: LineReaderParts): LineReader => {
  let held = Buffer.alloc(0);
  let heldBytes = 0;

  const hold = (chunk: Buffer, start: number, end: number): void => {
    const bytes = end - start;
    if (heldBytes + bytes <= longestBytes) {
      if (heldBytes + bytes > held.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * held.length, heldBytes + bytes));
        held.copy(larger, 0, 0, heldBytes);
        held = larger;
      }
      chunk.copy(held, heldBytes, start, end);
    }
    heldBytes += bytes;
  };

  const finish = (): void => {
    if (heldBytes > longestBytes) onTooLong(heldBytes);
    else if (heldBytes > 0) onLine(held.toString('utf8', 0, heldBytes));
    heldBytes = 0;
    held = Buffer.alloc(0);
  };

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        if (heldBytes > 0) {
          hold(chunk, start, end);
          finish();
        } else if (end - start > longestBytes) onTooLong(end - start);
        else if (end > start) onLine(chunk.toString('utf8', start, end));
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk, start, chunk.length);
    },
  };
};
