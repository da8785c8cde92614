import { createWriteStream, openSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Nanos } from '../domain';
import type { Followed } from '../engine';
import { RecordingError } from './error';
import { type Header, type Snapshotted, encodeHeader, encodeSnapshotted } from './format';
import { scrubEvent } from './scrub';

export interface RecordingWriter {
  /** Throws what went wrong with an earlier line, for example a full disk. */
  write(observation: Followed): void;
  /** Resolves when every line is on its way to the disk; rejects when one could not be written. */
  close(): Promise<{ readonly lines: number; readonly bytes: number }>;
}

/** What the engine sent was no event: nobody knows what it holds, so only its length is kept. */
const malformed = (at: Nanos, text: string): Snapshotted => ({
  k: 'malformed',
  at,
  text: `${Buffer.byteLength(text)} bytes that are not an event`,
});

const encode = (observation: Followed, keepLabel: (key: string) => boolean): string => {
  if (observation.k === 'malformed') return encodeSnapshotted(malformed(observation.at, observation.text));
  if (observation.k !== 'event') return encodeSnapshotted(observation);
  const { at, text } = observation;
  if (text === undefined) throw new Error('an event without its text cannot be recorded');
  const event = scrubEvent(text, keepLabel);
  return event === undefined
    ? encodeSnapshotted(malformed(at, text))
    : JSON.stringify({ at: String(at), k: 'event', event });
};

const openNew = (file: string): number => {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST' ? 'exists already; choose another name' : `cannot be written: ${message}`;
    throw new RecordingError(file, null, problem);
  }
};

/**
 * Opens a new recording (an existing file is refused) and writes its first line. Secrets are dropped before anything
 * is written: command lines of execs, and labels that `keepLabel` does not name.
 */
export const writeRecording = (
  file: string,
  header: Header,
  keepLabel: (key: string) => boolean,
): RecordingWriter => {
  const stream = createWriteStream(file, { fd: openNew(file) });
  let failure: RecordingError | undefined;
  let lines = 0;
  stream.on('error', (error) => {
    failure ??= new RecordingError(file, null, `cannot be written: ${error.message}`);
  });
  const put = (line: string) => {
    if (failure) throw failure;
    lines += 1;
    stream.write(`${line}\n`);
  };
  put(encodeHeader(header));
  return {
    write: (observation) => put(encode(observation, keepLabel)),
    async close() {
      stream.end();
      await finished(stream).catch(() => undefined);
      if (failure) throw failure;
      return { lines, bytes: stream.bytesWritten };
    },
  };
};
