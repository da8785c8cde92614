import { connect } from 'node:net';

/** A string is written (as latin1), a RegExp awaited in what came since the last one, a number is a pause in ms. */
export type Move = string | Buffer | RegExp | number | 'SETTLE' | 'PAUSE' | 'RESUME' | 'END' | 'ABORT';

/** What a client that speaks HTTP itself saw. */
export interface Received {
  readonly bytes: Buffer;
  /** Whether the other side had closed its direction when the last move was made. */
  readonly ended: boolean;
  /** An await that never came true, or an error of the socket. */
  readonly problem: string | undefined;
}

const patience = 20_000;
const settled = 300;

/** Awaited as a move: that the other side closes its direction. */
export const closing = /$never^/;

/**
 * One connection. `SETTLE` waits until nothing comes any more, `PAUSE` and
 * `RESUME` are about reading, `END` half-closes it, `ABORT` drops it. After the last move it is closed; to see whether the
 * other side would have closed it, the last move is a short pause or {@link closing}.
 */
export const converse = (socketPath: string, moves: readonly Move[]): Promise<Received> =>
  new Promise((done) => {
    const socket = connect({ path: socketPath, allowHalfOpen: true });
    let bytes = Buffer.alloc(0);
    let read = 0;
    let ended = false;
    let problem: string | undefined;
    let wake = (): void => undefined;
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      wake();
    });
    socket.on('end', () => {
      ended = true;
      wake();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      problem ??= error.code ?? error.message;
      ended = true;
      wake();
    });

    const until = (met: () => boolean, ms: number): Promise<boolean> =>
      new Promise((tell) => {
        const timer = setTimeout(() => finish(false), ms);
        const finish = (result: boolean): void => {
          clearTimeout(timer);
          wake = () => undefined;
          tell(result);
        };
        wake = () => {
          if (met()) finish(true);
          else if (ended) finish(false);
        };
        wake();
      });

    const matched = (pattern: RegExp) => (): boolean => {
      if (pattern === closing) return ended;
      const match = pattern.exec(bytes.subarray(read).toString('latin1'));
      if (match === null) return false;
      read += match.index + match[0].length;
      return true;
    };

    const play = async (): Promise<void> => {
      for (const move of moves) {
        if (move === 'END') socket.end();
        else if (move === 'ABORT') socket.destroy();
        else if (move === 'PAUSE') socket.pause();
        else if (move === 'RESUME') socket.resume();
        else if (move === 'SETTLE') {
          let before = -1;
          while (!ended && before !== bytes.length) {
            before = bytes.length;
            await until(() => ended, settled);
          }
        } else if (typeof move === 'number') await new Promise((later) => setTimeout(later, move));
        else if (move instanceof RegExp) {
          if (await until(matched(move), patience)) continue;
          problem ??= `${ended ? 'closed' : 'no more'} before ${move === closing ? 'the end' : String(move)}`;
          return;
        } else if (socket.writable) socket.write(move, 'latin1');
      }
    };
    socket.on('connect', () => {
      void play().then(() => {
        socket.destroy();
        done({ bytes, ended, problem });
      });
    });
  });

/** The head of a request, with a Host unless the lines bring one. */
export const head = (line: string, ...headers: readonly string[]): string =>
  [
    `${line} HTTP/1.1`,
    ...(headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: docker']),
    ...headers,
    '',
    '',
  ].join('\r\n');

/** A request with a JSON body. */
export const json = (line: string, body: unknown, ...headers: readonly string[]): string => {
  const written = JSON.stringify(body);
  return (
    head(
      line,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(written)}`,
      ...headers,
    ) + written
  );
};

/** Latin1 text as one chunk of a chunked body. */
export const chunk = (data: string, extension = ''): string =>
  `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
