import type { Socket } from 'node:net';
import { createAnswerSide, type AnswerSide } from './answer-side';
import type { BodyTracker } from './body';
import { endOfHead, parseRequest, type ParsedRequest } from './head';
import type { Backend, Pool } from './pool';
import { errorAnswer, ownAnswer, Refusal } from './refusal';
import { headFor, holdBody, type HeldBody, trackRequest } from './request-body';
import type { Answer, Exchange, Outcome } from './seam';
import type { Watch } from './watched';

export interface ConnectionParts {
  readonly client: Socket;
  readonly pool: Pool;
  readonly watch: Watch;
  /** Bodies up to this length are held where that is wanted. */
  readonly holdLimit: number;
  readonly count: { requests: number; refused: number; unreachable: number };
  closed(): void;
}

/** One request and its answer. */
interface Turn {
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
type Phase = 'head' | 'body' | 'hold' | 'drain' | 'wait' | 'tunnel' | 'rest' | 'closed';

/** Pipelined requests that wait for their turn are kept up to this size. */
const mostWaiting = 64 << 10;
const lingerMs = 1000;
/** Asking twice changes nothing. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One client: its requests one after the other, each to a connection of the engine that is its own meanwhile. */
export const createConnection = (parts: ConnectionParts) => {
  const { client, pool, watch, holdLimit, count } = parts;
  const fd = (client as unknown as { _handle?: { fd?: number } })._handle?.fd ?? -1;
  const watched = watch.connected(fd);
  let phase: Phase = 'head';
  let pending: Buffer | undefined;
  let turn: Turn | undefined;
  let tracker: BodyTracker | undefined;
  let held: HeldBody | undefined;
  let heldHead: Buffer | undefined;
  let clientEnded = false;
  let stopping = false;

  const tell = (which: Turn, aborted: Outcome['aborted']): void => {
    if (which.told) return;
    which.told = true;
    which.answer.stop();
    watch.ended(which.exchange, { bytesIn: which.bytesIn, bytesOut: which.bytesOut, aborted });
  };

  /** What was written to the client still reaches it. */
  const endClient = (): void => {
    phase = 'closed';
    pending = undefined;
    client.end();
    client.resume(); // what still comes is thrown away: unread, it would cost the client our last words
    setTimeout(() => client.destroy(), lingerMs).unref();
  };

  const abort = (by: 'client' | 'engine'): void => {
    const broken = turn;
    turn = undefined;
    if (broken) {
      tell(broken, by);
      detach(broken)?.socket.destroy();
    }
    if (by === 'engine') {
      phase = 'closed';
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
    if (turn) turn.bytesOut += bytes.length;
    if (!client.write(bytes)) turn?.backend?.socket.pause();
  };

  const toEngine = (bytes: Buffer): void => {
    if (bytes.length === 0 || !turn?.backend) return;
    turn.bytesIn += bytes.length;
    if (!turn.backend.socket.write(bytes)) client.pause();
  };

  /** Both are over and whole. */
  const finish = (done: Turn): void => {
    turn = undefined;
    tell(done, null);
    const backend = detach(done);
    const persists = done.answer.persists() && !done.request.close && !clientEnded;
    if (backend) {
      if (persists && !stopping) pool.release(backend);
      else backend.socket.destroy();
    }
    if (!persists || stopping) return endClient();
    phase = 'head';
    client.resume();
    pump();
  };

  const openTunnel = (): void => {
    phase = 'tunnel';
    if (turn) turn.answerOver = false;
    client.resume();
    pump();
  };

  const onEngineData = (chunk: Buffer): void => {
    if (!turn) return;
    turn.replay = undefined;
    if (phase === 'tunnel' || turn.answerOver) return toClient(chunk);
    const taken = turn.answer.take(chunk);
    const { step } = taken;
    const from = turn.saidContinue ? Math.min(taken.continues, step.bytes) : 0;
    if (from > 0) turn.saidContinue = false;
    toClient(
      step.bytes === taken.chunk.length && from === 0 ? taken.chunk : taken.chunk.subarray(from, step.bytes),
    );
    if (step.state === 'tunnel') return openTunnel();
    if (step.state === 'more') return;
    turn.answerOver = true;
    if (step.bytes < taken.chunk.length) {
      // It goes on talking after its answer: to a HEAD, say, that it could not read.
      phase = 'rest';
      return toClient(taken.chunk.subarray(step.bytes));
    }
    if (turn.requestOver) finish(turn);
  };

  const onEngineEnd = (): void => {
    if (!turn) return;
    if (phase === 'tunnel') {
      client.end();
      if (clientEnded) tell(turn, null);
      return;
    }
    if (turn.answerOver) {
      const done = turn;
      turn = undefined;
      tell(done, null);
      detach(done)?.socket.destroy();
      return endClient();
    }
    engineGone(undefined);
  };

  const engineGone = (error: NodeJS.ErrnoException | undefined): void => {
    const gone = turn;
    if (!gone) return;
    const { backend, replay, answer, requestOver } = gone;
    if (phase === 'tunnel') {
      const whole = error === undefined;
      turn = undefined;
      tell(gone, whole ? null : 'engine');
      phase = 'closed';
      if (clientEnded) client.destroy();
      else client.end();
      return;
    }
    if (backend && !backend.connected) {
      detach(gone);
      count.unreachable += 1;
      const why = error?.code ?? 'it hung up';
      const close = !requestOver || gone.request.close || stopping;
      const head = gone.request.method === 'HEAD';
      client.write(errorAnswer(502, `the engine cannot be reached: ${why}`, { head, close }));
      turn = undefined;
      tell(gone, 'engine');
      if (close) return endClient();
      phase = 'head';
      return pump();
    }
    // It had gone while it was idle, and this request has nothing that could be done twice.
    if (backend?.reused && replay && !answer.started()) {
      detach(gone)?.socket.destroy();
      connect(gone);
      gone.replay = undefined;
      gone.backend!.socket.write(replay);
      return;
    }
    abort('engine');
  };

  const user = {
    data: onEngineData,
    ended: onEngineEnd,
    closed: engineGone,
    drained: () => {
      if (phase !== 'closed') client.resume();
    },
  };

  const connect = (which: Turn): void => {
    which.backend = pool.take(user);
  };

  const requestOver = (): void => {
    if (!turn) return;
    turn.requestOver = true;
    tracker = undefined;
    phase = 'wait';
    if (turn.answerOver) finish(turn);
  };

  const refuse = (error: unknown): void => {
    if (!(error instanceof Refusal)) throw error;
    count.refused += 1;
    const broken = turn;
    turn = undefined;
    const silent = broken !== undefined && (broken.answer.started() || broken.answerOver);
    if (broken) {
      tell(broken, 'client');
      detach(broken)?.socket.destroy();
    }
    if (!silent) client.write(errorAnswer(error.status, error.message, { close: true }));
    endClient();
  };

  /** What was held goes on: as it came, or with another body. */
  const letGo = (head: Buffer, body: HeldBody, altered: Buffer | undefined): void => {
    if (!turn || phase === 'closed') return;
    connect(turn);
    if (altered) toEngine(Buffer.concat([headFor(head, altered.length), altered]));
    else toEngine(Buffer.concat([head, body.raw()]));
  };

  const wholeBody = (): void => {
    const [head, body, current] = [heldHead!, held!, turn!];
    heldHead = undefined;
    held = undefined;
    phase = 'wait';
    const go = (altered: Buffer | undefined): void => {
      letGo(head, body, altered);
      requestOver();
    };
    const altered = watch.alter(current.exchange!, body.decoded());
    if (!(altered instanceof Promise)) return go(altered);
    void altered.then((other) => {
      if (turn === current) go(other);
    });
  };

  const answerOurselves = (request: ParsedRequest, { answer }: Answer): void => {
    const head = request.method === 'HEAD';
    const close = request.close || stopping;
    const failed = {
      status: 503,
      contentType: 'application/json',
      body: '{"message":"crosstalk: no answer"}\n',
    };
    void answer
      .catch(() => failed)
      .then((own) => {
        if (phase !== 'wait' || turn) return;
        client.write(ownAnswer(own, { head, close }));
        if (close) return endClient();
        phase = 'head';
        pump();
      });
  };

  let afterDrain: (() => void) | undefined;

  /** A head is whole: from here on it is known what follows. */
  const begin = (bytes: Buffer, end: number): void => {
    const request = parseRequest(bytes.toString('latin1', 0, end - 4));
    count.requests += 1;
    const asked = watched.request(request);
    tracker = trackRequest(request);
    if (asked && 'answer' in asked) {
      pending = end < bytes.length ? bytes.subarray(end) : undefined;
      phase = tracker ? 'drain' : 'wait';
      if (tracker) afterDrain = () => answerOurselves(request, asked);
      else answerOurselves(request, asked);
      return;
    }
    const answer = createAnswerSide({
      method: request.method,
      answered: (head) => watch.answered(asked, head),
      body: (beginning) => watch.answerBody(asked, beginning),
    });
    turn = {
      request,
      exchange: asked,
      answer,
      backend: undefined,
      replay: undefined,
      requestOver: false,
      answerOver: false,
      told: false,
      bytesIn: 0,
      bytesOut: 0,
      saidContinue: false,
    };
    const rest = end < bytes.length ? bytes.subarray(end) : undefined;
    if (
      asked?.requestBody === 'hold' &&
      tracker &&
      !(request.body.kind === 'length' && request.body.bytes > holdLimit)
    ) {
      heldHead = Buffer.from(bytes.subarray(0, end));
      held = holdBody(tracker, holdLimit);
      phase = 'hold';
      pending = rest;
      if (!request.expectsContinue) return;
      turn.saidContinue = true;
      client.write('HTTP/1.1 100 Continue\r\n\r\n');
      return;
    }
    if (asked?.requestBody === 'hold' && tracker) watch.tooLong(asked);
    connect(turn);
    if (!tracker) {
      if (turn.backend!.reused && repeatable.has(request.method))
        turn.replay = Buffer.from(bytes.subarray(0, end));
      pending = rest;
      toEngine(rest ? bytes.subarray(0, end) : bytes);
      requestOver();
      return;
    }
    // Head and what came of the body go in one piece.
    phase = 'body';
    const stop = rest ? tracker.feed(bytes, end) : -1;
    pending = stop === -1 || stop === bytes.length ? undefined : bytes.subarray(stop);
    toEngine(stop === -1 || stop === bytes.length ? bytes : bytes.subarray(0, stop));
    if (stop !== -1) requestOver();
  };

  /** Takes one step with what the client sent; false when it needs more, or has to wait. */
  const advance = (bytes: Buffer): boolean => {
    switch (phase) {
      case 'head': {
        const end = endOfHead(bytes, 0);
        if (end === -1) return false;
        begin(bytes, end);
        return true;
      }
      case 'body': {
        const end = tracker!.feed(bytes, 0);
        pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        toEngine(end === -1 ? bytes : bytes.subarray(0, end));
        if (end !== -1) requestOver();
        return true;
      }
      case 'hold': {
        const end = held!.feed(bytes, 0);
        pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        if (end !== -1) wholeBody();
        else if (held!.tooLong()) {
          watch.tooLong(turn!.exchange!);
          phase = 'body';
          letGo(heldHead!, held!, undefined);
          held = undefined;
        }
        return true;
      }
      case 'drain': {
        const end = tracker!.feed(bytes, 0);
        pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        if (end === -1) return true;
        phase = 'wait';
        afterDrain!();
        return true;
      }
      case 'tunnel':
        pending = undefined;
        toEngine(bytes);
        return true;
      case 'wait':
        if (bytes.length > mostWaiting) client.pause();
        return false;
      case 'rest':
      case 'closed':
        pending = undefined;
        return false;
    }
  };

  const pump = (): void => {
    try {
      while (pending && pending.length > 0 && advance(pending));
    } catch (error) {
      refuse(error);
    }
  };

  client.on('data', (chunk: Buffer) => {
    pending = pending && pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    pump();
  });
  client.on('drain', () => turn?.backend?.socket.resume());
  client.on('end', () => {
    clientEnded = true;
    if (phase === 'hold' && turn) {
      // The engine says what it thinks of half a body.
      letGo(heldHead!, held!, undefined);
      phase = 'body';
    }
    if (turn?.backend) turn.backend.socket.end();
    else if (phase === 'head' && pending && pending.length > 0) refuse(new Refusal('the head is incomplete'));
    else if (!turn && phase !== 'wait') client.end();
  });
  client.on('error', () => undefined); // close follows
  client.on('close', () => {
    if (turn) abort('client');
    phase = 'closed';
    watched.closed();
    parts.closed();
  });

  return {
    /** Nothing is under way: it can go. */
    idle: () => turn === undefined && phase === 'head' && (pending === undefined || pending.length === 0),
    /** It goes when what is under way is over. */
    stop() {
      stopping = true;
      if (turn === undefined && phase === 'head') endClient();
    },
    destroy: () => client.destroy(),
  };
};

export type RelayedConnection = ReturnType<typeof createConnection>;
