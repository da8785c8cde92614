import type { EngineEvent, Nanos } from '../domain';
import type { EngineClient } from './client';
import { EngineRefused } from './errors';
import { createLineReader } from './lines';
import { normaliseEvent } from './normalise';
import type { Keep } from './keep';
import type { Timing } from './timing';

export interface StreamParts {
  readonly client: EngineClient;
  readonly keepLabel: Keep['keepLabel'];
  readonly timing: Timing;
}

export interface Readers {
  onEvent(event: EngineEvent, text: string): void;
  /** What came was no event. Nobody knows what it holds, so only its length is told. */
  onMalformed(lengthBytes: number): void;
}

const reader = (keepLabel: Keep['keepLabel'], { onEvent, onMalformed }: Readers) =>
  createLineReader({
    onLine(text) {
      const event = normaliseEvent(text, keepLabel);
      if (event) onEvent(event, text);
      else onMalformed(Buffer.byteLength(text));
    },
    onTooLong: onMalformed,
  });

/** What the engine remembers from `since` on: all that comes until it ends the answer, or nothing comes any more. */
export const replay = async (
  { client, keepLabel, timing }: StreamParts,
  since: Nanos,
  until: Nanos,
): Promise<{ readonly events: readonly EngineEvent[]; readonly lines: number }> => {
  const events: EngineEvent[] = [];
  let lines = 0;
  const lineReader = reader(keepLabel, {
    onEvent(event) {
      events.push(event);
      lines += 1;
    },
    onMalformed: () => void (lines += 1),
  });
  await new Promise<void>((resolve, reject) => {
    let idle: NodeJS.Timeout | undefined;
    let opened: { close(): void } | undefined;
    // Where the engine's clock is behind ours, `until` lies in its future and it would wait for it.
    const wait = (): void => {
      clearTimeout(idle);
      idle = setTimeout(() => {
        opened?.close();
        resolve();
      }, timing.replayIdle);
    };
    const onChunk = (chunk: Buffer): void => {
      lineReader.push(chunk);
      wait();
    };
    const onEnd = (): void => {
      clearTimeout(idle);
      resolve();
    };
    client.openEvents({ since, until, onChunk, onEnd }).then((stream) => {
      opened = stream;
      wait();
    }, reject);
  });
  return { events, lines };
};

export interface OpenStream {
  /** Why it ended, in words. */
  readonly ended: Promise<string>;
  close(): void;
}

/** Opens the stream and watches that the engine still answers: an idle stream and a dead engine look alike. */
export const openStream = async (
  { client, keepLabel, timing }: StreamParts,
  since: Nanos | undefined,
  readers: Readers,
): Promise<OpenStream> => {
  const lineReader = reader(keepLabel, readers);
  let end: (why: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const stream = await client.openEvents({
    ...(since !== undefined && { since }),
    onChunk: (chunk) => lineReader.push(chunk),
    onEnd: () => end('the engine closed the stream'),
  });
  const finish = (why: string): void => {
    stream.close();
    end(why);
  };
  const ping = async (): Promise<void> => {
    const late = setTimeout(() => finish('the engine does not answer any more'), timing.pingAnswer);
    try {
      await client.ping();
    } catch (error) {
      if (!(error instanceof EngineRefused)) finish('the engine cannot be reached any more');
    } finally {
      clearTimeout(late);
    }
  };
  const pings = setInterval(() => void ping(), timing.ping);
  void ended.then(() => clearInterval(pings));
  return { ended, close: () => finish('closed') };
};
