import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, refused } from './daemon';
import { CommandError } from './exit';

/** One server-sent event. */
export interface StreamMessage {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export interface FollowParts {
  readonly daemon: Pick<Daemon, 'open' | 'url'>;
  readonly path: string;
  readonly stop: AbortSignal;
  onConnected(again: boolean): void;
  onLost(why: string): void;
  /** Delays between attempts, in milliseconds; the last one repeats. */
  readonly delaysMs?: readonly number[];
}

const defaultDelaysMs = [200, 1000, 2000, 5000, 10_000];

/** Splits a stream of text into messages. Comments (heartbeats) give none. */
export const createMessageParser = () => {
  let rest = '';
  let id = '';
  let event = '';
  let data: string[] = [];
  return (chunk: string): StreamMessage[] => {
    const messages: StreamMessage[] = [];
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line === '') {
        if (data.length > 0) messages.push({ id, event: event || 'message', data: data.join('\n') });
        event = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') id = value;
      else if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
    }
    return messages;
  };
};

/**
 * Messages of the daemon's stream until `stop`; connects again after a break and asks for what it missed. The first
 * connection must succeed: its error is thrown. So is a refusal (a wrong token), at any time.
 */
export async function* followStream(parts: FollowParts): AsyncGenerator<StreamMessage> {
  const { daemon, path, stop, onConnected, onLost, delaysMs = defaultDelaysMs } = parts;
  let lastId = '';
  let failures = 0;
  for (let connected = false; !stop.aborted;) {
    try {
      const headers = { accept: 'text/event-stream', ...(lastId !== '' && { 'last-event-id': lastId }) };
      const answer = await daemon.open(path, headers, stop);
      if (answer.statusCode !== 200) {
        answer.resume();
        throw refused(daemon.url, answer.statusCode ?? 0, '');
      }
      onConnected(connected);
      connected = true;
      failures = 0;
      const parse = createMessageParser();
      answer.setEncoding('utf8');
      for await (const chunk of answer as AsyncIterable<string>) {
        for (const message of parse(chunk)) {
          lastId = message.id;
          yield message;
        }
      }
      if (!stop.aborted) onLost('the daemon ended the stream');
    } catch (error) {
      if (stop.aborted) return;
      if (!connected || isFinal(error)) throw error;
      if (failures === 0) onLost((error as Error).message);
    }
    const delayMs = delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 1000;
    failures += 1;
    await sleep(delayMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** A daemon that is starting answers 503; what it answers otherwise will not change by asking again. */
const isFinal = (error: unknown): boolean =>
  error instanceof CommandError && 'status' in error && Number(error.status) < 500;
