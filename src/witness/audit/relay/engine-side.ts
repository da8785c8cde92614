import type { BackendUser } from './pool';
import type { Line, Turn } from './line';
import { errorAnswer } from './refusal';

/** Follows what the engine says to one client: its answers, and its going away. */
export const createEngineSide = (line: Line): { connect(turn: Turn): void } => {
  const { client, pool, count } = line;

  const openTunnel = (): void => {
    line.phase = 'tunnel';
    if (line.turn) line.turn.answerOver = false;
    client.resume();
    line.pump();
  };

  const onEngineData = (chunk: Buffer): void => {
    if (!line.turn) return;
    line.turn.replay = undefined;
    if (line.phase === 'tunnel' || line.turn.answerOver) return line.toClient(chunk);
    const taken = line.turn.answer.take(chunk);
    const { step } = taken;
    const from = line.turn.saidContinue ? Math.min(taken.continues, step.bytes) : 0;
    if (from > 0) line.turn.saidContinue = false;
    line.toClient(
      step.bytes === taken.chunk.length && from === 0 ? taken.chunk : taken.chunk.subarray(from, step.bytes),
    );
    if (step.state === 'tunnel') return openTunnel();
    if (step.state === 'more') return;
    line.turn.answerOver = true;
    if (step.bytes < taken.chunk.length) {
      // It goes on talking after its answer: to a HEAD, say, that it could not read.
      line.phase = 'rest';
      return line.toClient(taken.chunk.subarray(step.bytes));
    }
    if (line.turn.requestOver) line.finish(line.turn);
  };

  const onEngineEnd = (): void => {
    if (!line.turn) return;
    if (line.phase === 'tunnel') {
      client.end();
      if (line.clientEnded) line.tell(line.turn, null);
      return;
    }
    if (line.turn.answerOver) {
      const done = line.turn;
      line.turn = undefined;
      line.tell(done, null);
      line.detach(done)?.socket.destroy();
      return line.endClient();
    }
    engineGone(undefined);
  };

  const engineGone = (error: NodeJS.ErrnoException | undefined): void => {
    const gone = line.turn;
    if (!gone) return;
    const { backend, replay, answer, requestOver } = gone;
    if (line.phase === 'tunnel') {
      const whole = error === undefined;
      line.turn = undefined;
      line.tell(gone, whole ? null : 'engine');
      line.phase = 'closed';
      client.end(); // what was written still reaches it
      return;
    }
    if (backend && !backend.connected) {
      line.detach(gone);
      count.unreachable += 1;
      const why = error?.code ?? 'it hung up';
      const close = !requestOver || gone.request.close || line.stopping;
      const head = gone.request.method === 'HEAD';
      client.write(errorAnswer(502, `the engine cannot be reached: ${why}`, { head, close }));
      line.turn = undefined;
      line.tell(gone, 'engine');
      if (close) return line.endClient();
      line.phase = 'head';
      line.pump();
      if (line.clientEnded) line.saidAll();
      return;
    }
    // It had gone while it was idle, and this request has nothing that could be done twice.
    if (backend?.reused && replay && !answer.started()) {
      line.detach(gone)?.socket.destroy();
      connect(gone);
      gone.replay = undefined;
      gone.backend!.socket.write(replay);
      return;
    }
    line.abort('engine');
  };

  const user: BackendUser = {
    data(chunk) {
      try {
        onEngineData(chunk);
      } catch (error) {
        line.failed(error);
        client.destroy();
      }
    },
    ended: onEngineEnd,
    closed: engineGone,
    drained: () => {
      if (line.phase !== 'closed') client.resume();
    },
  };

  const connect = (which: Turn): void => {
    which.backend = pool.take(user);
  };

  return { connect };
};
