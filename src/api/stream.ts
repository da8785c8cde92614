import type { ServerResponse } from 'node:http';
import type { Reader, StreamChange } from '../domain';
import type { ApiLimits } from './parts';

/** Changes read from the store at once. */
const batchSize = 500;
const reconnectMs = 2_000;

interface Client {
  readonly answer: ServerResponse;
  /** Everything up to this commit has been written to it. */
  position: number;
  /** Position at the last heartbeat, while it catches up: no progress until the next one means that nobody reads. */
  positionAtBeat: number | undefined;
}

/**
 * Only the last message of a commit carries the commit's number: a client that breaks off in the middle of one then asks
 * for the whole of it again, and misses nothing.
 */
const toMessages = (changes: readonly StreamChange[]): Buffer =>
  Buffer.from(
    changes
      .map(({ commit, event, data }, index) => {
        const id = changes[index + 1]?.commit === commit ? '' : `id: ${commit}\n`;
        return `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      })
      .join(''),
  );

interface Parts {
  readonly reader: Pick<Reader, 'commit' | 'changesAfter'>;
  readonly limits: Pick<ApiLimits, 'streams' | 'streamBacklogBytes' | 'heartbeatMs'>;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends committed changes to everybody who listens. Live clients have all seen the same commits, so what is new is read and
 * serialised once for all of them; a client that resumes catches up alone, at its own pace, and then joins them.
 */
export const createStream = ({ reader, limits, onError }: Parts) => {
  const live = new Set<Client>();
  const catchingUp = new Set<Client>();
  /** Everything up to this commit has been written to every live client. */
  let sent = reader.commit();
  let scheduled = false;

  const forget = (client: Client): void => {
    live.delete(client);
    catchingUp.delete(client);
  };
  const drop = (client: Client): void => {
    forget(client);
    client.answer.destroy();
  };

  /** Sends what is new to all live clients, at most a batch of it. True when there may be more. */
  const flush = (): boolean => {
    const newest = reader.commit();
    // A commit of this very moment may be seen in part only: it is left to its own announcement.
    const changes =
      live.size === 0 ? [] : reader.changesAfter(sent, batchSize).filter((change) => change.commit <= newest);
    if (changes.length === 0) {
      sent = Math.max(sent, newest); // commits that changed nothing to tell
      return false;
    }
    const messages = toMessages(changes);
    sent = changes.at(-1)!.commit;
    for (const client of live) {
      // Looked at before writing: whoever reads has had a turn of the event loop to take the batch before.
      if (client.answer.writableLength > limits.streamBacklogBytes) drop(client);
      else client.answer.write(messages);
      client.position = sent;
    }
    return true;
  };

  const flushSoon = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      try {
        if (flush()) flushSoon();
      } catch (error) {
        onError(error); // the next commit brings it
      }
    });
  };

  const catchUp = (client: Client): void => {
    if (!catchingUp.has(client)) return;
    try {
      // The live clients may be behind this one: before it joins them they must not.
      while (sent < client.position) flush();
      for (;;) {
        // What the live clients have not seen yet comes to this one together with them.
        const changes = reader
          .changesAfter(client.position, batchSize)
          .filter((change) => change.commit <= sent);
        if (changes.length === 0) break;
        client.position = changes.at(-1)!.commit;
        if (!client.answer.write(toMessages(changes))) {
          client.answer.once('drain', () => catchUp(client));
          return;
        }
      }
      client.position = sent;
      catchingUp.delete(client);
      live.add(client);
    } catch (error) {
      onError(error);
      drop(client); // it comes again with the last id that it has
    }
  };

  const beat = (): void => {
    for (const client of live) client.answer.write(':\n\n');
    for (const client of catchingUp) {
      if (client.positionAtBeat === client.position) drop(client);
      else client.positionAtBeat = client.position;
    }
  };
  const heartbeat = setInterval(beat, limits.heartbeatMs).unref();

  return {
    isFull: (): boolean => live.size + catchingUp.size >= limits.streams,

    /** Takes over an answer whose head has been written. `after`: the last commit that the client knows. */
    add(answer: ServerResponse, after: number | undefined): void {
      const newest = reader.commit();
      // A number from the future is of another database: what it knew is gone.
      const position = after === undefined || after > newest ? newest : after;
      const client: Client = { answer, position, positionAtBeat: undefined };
      answer.once('close', () => forget(client));
      answer.on('error', () => drop(client));
      answer.write(`retry: ${reconnectMs}\nid: ${position}\n\n`);
      catchingUp.add(client);
      catchUp(client);
    },

    /** Told after each commit; several in one turn of the event loop are sent together. */
    announce: flushSoon,

    close(): void {
      clearInterval(heartbeat);
      for (const client of [...live, ...catchingUp]) {
        forget(client);
        client.answer.end();
      }
    },
  };
};

export type Stream = ReturnType<typeof createStream>;
