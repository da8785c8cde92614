import { createAnswerSide } from './answer-side';
import type { BodyTracker } from './body';
import { endOfHead, parseRequest, type ParsedRequest } from './head';
import type { Line, Turn } from './line';
import { errorAnswer, ownAnswer, Refusal } from './refusal';
import { headFor, holdBody, type HeldBody, trackRequest } from './request-body';
import type { Answer } from './seam';
import type { WatchedConnection } from './watched';

/** Pipelined requests that wait for their turn are kept up to this size. */
const mostWaiting = 64 << 10;
/** Asking twice changes nothing. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Follows what one client says: its requests, one after the other. */
export const createClientSide = (line: Line, watched: WatchedConnection, connect: (turn: Turn) => void) => {
  const { client, watch, holdLimit, count } = line;
  let tracker: BodyTracker | undefined;
  let held: HeldBody | undefined;
  let heldHead: Buffer | undefined;
  let afterDrain: (() => void) | undefined;

  const requestOver = (): void => {
    if (!line.turn) return;
    line.turn.requestOver = true;
    tracker = undefined;
    line.phase = 'wait';
    if (line.turn.answerOver) line.finish(line.turn);
  };

  const refuse = (error: unknown): void => {
    if (!(error instanceof Refusal)) {
      line.failed(error);
      client.destroy();
      return;
    }
    count.refused += 1;
    const broken = line.turn;
    line.turn = undefined;
    const silent = broken !== undefined && (broken.answer.started() || broken.answerOver);
    if (broken) {
      line.tell(broken, 'client');
      line.detach(broken)?.socket.destroy();
    }
    if (!silent) client.write(errorAnswer(error.status, error.message, { close: true }));
    line.endClient();
  };

  /** What was held goes on: as it came, or with another body. */
  const letGo = (head: Buffer, body: HeldBody, altered: Buffer | undefined): void => {
    if (!line.turn || line.phase === 'closed') return;
    connect(line.turn);
    if (altered) line.toEngine(Buffer.concat([headFor(head, altered.length), altered]));
    else line.toEngine(Buffer.concat([head, body.raw()]));
  };

  const wholeBody = (): void => {
    const [head, body, current] = [heldHead!, held!, line.turn!];
    heldHead = undefined;
    held = undefined;
    line.phase = 'wait';
    const go = (altered: Buffer | undefined): void => {
      letGo(head, body, altered);
      requestOver();
    };
    const altered = watch.alter(current.exchange!, body.decoded());
    if (!(altered instanceof Promise)) return go(altered);
    void altered.then((other) => {
      if (line.turn === current) go(other);
    });
  };

  const answerOurselves = (request: ParsedRequest, { answer }: Answer): void => {
    const head = request.method === 'HEAD';
    const close = request.close || line.stopping;
    const failed = {
      status: 503,
      contentType: 'application/json',
      body: '{"message":"crosstalk: no answer"}\n',
    };
    void answer
      .catch(() => failed)
      .then((own) => {
        if (line.phase !== 'wait' || line.turn) return;
        client.write(ownAnswer(own, { head, close }));
        if (close) return line.endClient();
        line.phase = 'head';
        pump();
      });
  };

  /** A head is whole: from here on it is known what follows. */
  const begin = (bytes: Buffer, end: number): void => {
    const request = parseRequest(bytes.toString('latin1', 0, end - 4));
    count.requests += 1;
    const asked = watched.request(request);
    tracker = trackRequest(request);
    if (asked && 'answer' in asked) {
      line.pending = end < bytes.length ? bytes.subarray(end) : undefined;
      line.phase = tracker ? 'drain' : 'wait';
      if (tracker) afterDrain = () => answerOurselves(request, asked);
      else answerOurselves(request, asked);
      return;
    }
    const answer = createAnswerSide({
      method: request.method,
      answered: (head) => watch.answered(asked, head),
      body: (beginning) => watch.answerBody(asked, beginning),
    });
    line.turn = {
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
      held = holdBody(tracker, holdLimit, request.body.kind === 'length');
      line.phase = 'hold';
      line.pending = rest;
      if (!request.expectsContinue) return;
      line.turn.saidContinue = true;
      client.write('HTTP/1.1 100 Continue\r\n\r\n');
      return;
    }
    if (asked?.requestBody === 'hold' && tracker) watch.tooLong(asked);
    connect(line.turn);
    if (!tracker) {
      if (line.turn.backend!.reused && repeatable.has(request.method))
        line.turn.replay = Buffer.from(bytes.subarray(0, end));
      line.pending = rest;
      line.toEngine(rest ? bytes.subarray(0, end) : bytes);
      requestOver();
      return;
    }
    // Head and what came of the body go in one piece.
    line.phase = 'body';
    const stop = rest ? tracker.feed(bytes, end) : -1;
    line.pending = stop === -1 || stop === bytes.length ? undefined : bytes.subarray(stop);
    line.toEngine(stop === -1 || stop === bytes.length ? bytes : bytes.subarray(0, stop));
    if (stop !== -1) requestOver();
  };

  /** Takes one step with what the client sent; false when it needs more, or has to wait. */
  const advance = (bytes: Buffer): boolean => {
    switch (line.phase) {
      case 'head': {
        const end = endOfHead(bytes, 0);
        if (end === -1) return false;
        begin(bytes, end);
        return true;
      }
      case 'body': {
        const end = tracker!.feed(bytes, 0);
        line.pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        line.toEngine(end === -1 ? bytes : bytes.subarray(0, end));
        if (end !== -1) requestOver();
        return true;
      }
      case 'hold': {
        const end = held!.feed(bytes, 0);
        line.pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        if (end !== -1) wholeBody();
        else if (held!.tooLong()) {
          watch.tooLong(line.turn!.exchange!);
          line.phase = 'body';
          letGo(heldHead!, held!, undefined);
          held = undefined;
        }
        return true;
      }
      case 'drain': {
        const end = tracker!.feed(bytes, 0);
        line.pending = end === -1 || end === bytes.length ? undefined : bytes.subarray(end);
        if (end === -1) return true;
        line.phase = 'wait';
        afterDrain!();
        return true;
      }
      case 'tunnel':
        line.pending = undefined;
        line.toEngine(bytes);
        return true;
      case 'wait':
        if (bytes.length > mostWaiting) client.pause();
        return false;
      case 'rest':
      case 'closed':
        line.pending = undefined;
        return false;
    }
  };

  const pump = (): void => {
    try {
      while (line.pending && line.pending.length > 0 && advance(line.pending));
    } catch (error) {
      refuse(error);
    }
  };

  return {
    pump,
    saidAll() {
      if (line.phase === 'hold' && line.turn) {
        // The engine says what it thinks of half a body.
        letGo(heldHead!, held!, undefined);
        line.phase = 'body';
      }
      if (line.turn?.backend) line.turn.backend.socket.end();
      else if (line.phase === 'head' && line.pending && line.pending.length > 0)
        refuse(new Refusal('the head is incomplete'));
      else if (!line.turn && line.phase === 'head') line.endClient();
    },
  };
};
