import { endOfHead, longestHead, parseResponse } from './head';
import { type BodyTracker, trackBody } from './body';
import type { ResponseHead } from './seam';

/** What the bytes that came from the engine mean for the exchange. */
export interface AnswerStep {
  /** How many of them, from the beginning on, belong to this answer. */
  readonly bytes: number;
  /** `more`: it goes on. `over`: the answer is whole. `tunnel`: from here on nobody knows what bytes mean. */
  readonly state: 'more' | 'over' | 'tunnel';
}

interface Parts {
  readonly method: string;
  /** Head of the final answer: how many bytes of the decoded body are wanted. */
  answered(head: ResponseHead): number;
  body(beginning: Buffer): void;
}

/** Follows one answer, with the 1xx before it. Whatever is not understood passes as a tunnel. */
export const createAnswerSide = ({ method, answered, body }: Parts) => {
  let held: Buffer | undefined;
  let tracker: BodyTracker | undefined;
  let started = false;
  let persists = false;
  let wanted = 0;
  let kept: Buffer[] = [];

  const tellBody = (): void => {
    if (kept.length === 0 && wanted === 0) return;
    const whole = Buffer.concat(kept);
    kept = [];
    wanted = 0;
    body(whole);
  };

  const feed = (chunk: Buffer, from: number): number => {
    if (wanted === 0) return tracker!.feed(chunk, from);
    const end = tracker!.feed(chunk, from, (start, stop) => {
      if (wanted === 0) return;
      const part = chunk.subarray(start, Math.min(stop, start + wanted));
      kept.push(Buffer.from(part)); // the chunk's memory is not ours to keep
      wanted -= part.length;
      if (wanted === 0) tellBody();
    });
    if (end !== -1) tellBody();
    return end;
  };

  const step = (bytes: number, state: AnswerStep['state']): AnswerStep => ({ bytes, state });

  return {
    started: () => started,
    persists: () => persists,
    /** Its connection has ended: what was kept of the body is told. */
    stop: tellBody,
    /** The bytes to pass on, which may begin with what was held back as the beginning of a head. */
    take(chunk: Buffer): { readonly chunk: Buffer; readonly step: AnswerStep; readonly continues: number } {
      const all = held ? Buffer.concat([held, chunk]) : chunk;
      held = undefined;
      let continues = 0;
      if (tracker) {
        const end = feed(all, 0);
        return { chunk: all, continues, step: end === -1 ? step(all.length, 'more') : step(end, 'over') };
      }
      let at = 0;
      for (;;) {
        let end: number;
        try {
          end = endOfHead(all, at);
        } catch {
          return { chunk: all, continues, step: step(all.length, 'tunnel') };
        }
        if (end === -1 && all.length - at > longestHead)
          return { chunk: all, continues, step: step(all.length, 'tunnel') };
        if (end === -1) {
          if (at < all.length) held = Buffer.from(all.subarray(at));
          return { chunk: all, continues, step: step(at, 'more') };
        }
        const head = parseResponse(all.toString('latin1', at, end - 4), method);
        if (!head) return { chunk: all, continues, step: step(all.length, 'tunnel') };
        if (head.status < 200 && head.status !== 101) {
          if (head.status === 100) continues = end;
          at = end;
          continue;
        }
        started = true;
        wanted = answered(head);
        persists = head.persists;
        if (head.status === 101 || head.body.kind === 'rest')
          return { chunk: all, continues, step: step(all.length, 'tunnel') };
        tracker = trackBody(head.body);
        if (!tracker) {
          tellBody();
          return { chunk: all, continues, step: step(end, 'over') };
        }
        const over = feed(all, end);
        return {
          chunk: all,
          continues,
          step: over === -1 ? step(all.length, 'more') : step(over, 'over'),
        };
      }
    },
  };
};

export type AnswerSide = ReturnType<typeof createAnswerSide>;
