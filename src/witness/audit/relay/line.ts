import type { Socket } from 'node:net';
import type { AnswerSide } from './answer-side';
import type { ParsedRequest } from './head';
import type { Backend, Pool } from './pool';
import type { Exchange, Outcome } from './seam';
import type { Watch } from './watched';

export interface LineParts {
  readonly client: Socket;
  readonly pool: Pool;
  readonly watch: Watch;
  /** Bodies up to this length are held where that is wanted. */
  readonly holdLimit: number;
  readonly count: { requests: number; refused: number; unreachable: number };
  /** A mistake of ours: this connection ends, the others go on. */
  failed(error: unknown): void;
}

/** One request and its answer. */
export interface Turn {
  readonly request: ParsedRequest;
  readonly exchange: Exchange | undefined;
  readonly answer: AnswerSide;
  backend: Backend | undefined;
  /** What was sent of a request without a body, while it may have to be sent again. */
  replay: Buffer | undefined;
  requestOver: boolean;
  answerOver: boolean;
  told: boolean;
  bytesIn: number;
  bytesOut: number;
  /** We said 100 ourselves: the engine's own is one too many. */
  saidContinue: boolean;
}

/** `rest`: what the engine still says passes, what the client says is thrown away. */
export type Phase = 'head' | 'body' | 'hold' | 'drain' | 'wait' | 'tunnel' | 'rest' | 'closed';

const lingerMs = 1000;

/** A client and what is under way on its connection; the parts of this folder that follow it share this. */
export interface Line extends LineParts {
  phase: Phase;
  /** What came from the client and was not taken yet. */
  pending: Buffer | undefined;
  turn: Turn | undefined;
  clientEnded: boolean;
  stopping: boolean;
  /** Takes what it can of `pending`. */
  pump(): void;
  /** The client says no more: passes that on, or ends what waits for more. */
  saidAll(): void;
  tell(turn: Turn, aborted: Outcome['aborted']): void;
  endClient(): void;
  abort(by: 'client' | 'engine'): void;
  detach(turn: Turn): Backend | undefined;
  toClient(bytes: Buffer): void;
  toEngine(bytes: Buffer): void;
  finish(turn: Turn): void;
}

export const createLine = (parts: LineParts): Line => {
  const { client, pool, watch } = parts;

  const tell = (which: Turn, aborted: Outcome['aborted']): void => {
    if (which.told) return;
    which.told = true;
    which.answer.stop();
    watch.ended(which.exchange, { bytesIn: which.bytesIn, bytesOut: which.bytesOut, aborted });
  };

  /** What was written to the client still reaches it. */
  const endClient = (): void => {
    line.phase = 'closed';
    line.pending = undefined;
    client.end();
    client.resume(); // what still comes is thrown away: unread, it would cost the client our last words
    // A slow reader gets all of it; only then is there nothing to wait for.
    client.once('finish', () => void setTimeout(() => client.destroy(), lingerMs).unref());
  };

  const abort = (by: 'client' | 'engine'): void => {
    const broken = line.turn;
    line.turn = undefined;
    if (broken) {
      // An engine that stops since nobody listens any more did not break it off.
      line.tell(broken, line.clientEnded ? 'client' : by);
      line.detach(broken)?.socket.destroy();
    }
    if (by === 'engine') {
      line.phase = 'closed';
      client.end();
      client.once('finish', () => client.destroy());
    }
  };

  const detach = (from: Turn): Backend | undefined => {
    const { backend } = from;
    from.backend = undefined;
    if (backend) backend.user = undefined;
    return backend;
  };

  const toClient = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    if (line.turn) line.turn.bytesOut += bytes.length;
    if (!client.write(bytes)) line.turn?.backend?.socket.pause();
  };

  const toEngine = (bytes: Buffer): void => {
    if (bytes.length === 0 || !line.turn?.backend) return;
    line.turn.bytesIn += bytes.length;
    if (!line.turn.backend.socket.write(bytes)) client.pause();
  };

  /** Both are over and whole. */
  const finish = (done: Turn): void => {
    line.turn = undefined;
    line.tell(done, null);
    const backend = line.detach(done);
    const persists = done.answer.persists() && !done.request.close && !line.stopping;
    if (backend) {
      // One that was told that the client says no more is of no use to another.
      if (persists && !line.clientEnded) pool.release(backend);
      else backend.socket.destroy();
    }
    if (!persists) return endClient();
    line.phase = 'head';
    client.resume();
    line.pump();
    // Requests that came before it said no more are answered all the same.
    if (line.clientEnded) line.saidAll();
  };

  const line: Line = {
    ...parts,
    phase: 'head',
    pending: undefined,
    turn: undefined,
    clientEnded: false,
    stopping: false,
    pump: () => undefined,
    saidAll: () => undefined,
    tell,
    endClient,
    abort,
    detach,
    toClient,
    toEngine,
    finish,
  };
  return line;
};
