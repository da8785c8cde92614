import type { Nanos } from '../domain';
import { encodeLine } from './lines';
import type { Lost, Sent } from './told';

/** Lines of which the daemon has not yet said that they are recorded. */
export interface Outbox {
  push(sent: Sent): void;
  /** The daemon has recorded everything up to this number. */
  acknowledge(seq: number): void;
  /** The next line to be sent; undefined when all are. */
  next(): string | undefined;
  /** A new connection: everything is to be sent again. */
  rewind(): void;
  size(): { readonly lines: number; readonly bytes: number; readonly dropped: number };
}

interface Item {
  readonly seq: number;
  /** undefined: a loss, which is encoded when it is sent since it may grow until then. */
  readonly text: string | undefined;
  readonly bytes: number;
  readonly span: Span;
  readonly loss?: Lost<'buffer-overflow'>;
  /** It is a line of a call. */
  readonly call?: boolean;
}

interface Span {
  readonly from: Nanos;
  readonly to: Nanos;
}

const spanOf = (sent: Sent): Span => {
  switch (sent.k) {
    case 'exec.begin':
      return { from: sent.exec.at, to: sent.exec.at };
    case 'call.begin':
      return { from: sent.call.at, to: sent.call.at };
    case 'exec.end':
    case 'call.end':
      return { from: sent.end.at, to: sent.end.at };
    case 'exit':
      return { from: sent.exit.at, to: sent.exit.at };
    case 'lost':
      return { from: sent.from, to: sent.to };
  }
};

const joinSpans = (a: Span, b: Span): Span => ({
  from: a.from < b.from ? a.from : b.from,
  to: a.to > b.to ? a.to : b.to,
});

/**
 * Bounded: what has no room pushes the oldest out, and a loss takes the place and the number of the last line that it
 * stands for. So a daemon that had those lines already knows the number and takes no notice of the loss.
 */
export const createOutbox = (limitBytes: number): Outbox => {
  let items: Item[] = [];
  /** How many of them, from the first on, were sent on this connection. */
  let sent = 0;
  let bytes = 0;
  let lastSeq = 0;
  let dropped = 0;

  /** Losses stand at the head: one that was sent, and one that was not, at most. */
  const dropOldest = (): void => {
    const index = items.findIndex(({ loss }) => loss === undefined);
    if (index === -1) return;
    const { seq, bytes: freed, span, call = false } = items[index]!;
    bytes -= freed;
    dropped += 1;
    const before = items[index - 1]?.loss;
    const oneFate = index - 1 < sent === index < sent;
    const joined = oneFate ? before : undefined;
    const whole = joined ? joinSpans(joined, span) : span;
    const loss: Item['loss'] = {
      k: 'lost',
      reason: 'buffer-overflow',
      count: (joined?.count ?? 0) + 1,
      ...whole,
      ...((call || joined?.calls) && { calls: (joined?.calls ?? 0) + Number(call) }),
    };
    items.splice(joined ? index - 1 : index, joined ? 2 : 1, {
      seq,
      text: undefined,
      bytes: 0,
      span: whole,
      loss,
    });
    if (joined && index < sent) sent -= 1;
  };

  return {
    push(told) {
      const seq = ++lastSeq;
      const text = encodeLine({ seq, ...told });
      const call = told.k === 'call.begin' || told.k === 'call.end';
      const item = { seq, text, bytes: Buffer.byteLength(text), span: spanOf(told), call };
      items.push(item);
      bytes += item.bytes;
      while (bytes > limitBytes) dropOldest();
    },
    acknowledge(seq) {
      let done = 0;
      while (done < items.length && items[done]!.seq <= seq) bytes -= items[done++]!.bytes;
      items = items.slice(done);
      sent = Math.max(0, sent - done);
    },
    next() {
      const item = items[sent];
      if (!item) return undefined;
      sent += 1;
      return item.text ?? encodeLine({ seq: item.seq, ...item.loss! });
    },
    rewind() {
      sent = 0;
    },
    size: () => ({ lines: items.length, bytes, dropped }),
  };
};
