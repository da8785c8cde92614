import type { EngineEvent, Nanos, Observation } from '../domain';
import { type Keep, normaliseEvent } from '../engine';
import { observeBareStream } from './bare';
import { RecordingError } from './error';
import { type Header, decodeHeader, decodeNanos, decodeSnapshotted } from './format';
import { type Line, readLines } from './lines';
import { readMeta } from './meta';

export interface ReadOptions {
  /** Which labels and variables may be kept: events are read as the live stream's are. */
  readonly keep: Keep;
  /** Told now and then how far reading has come. */
  readonly onBytes?: (readBytes: number) => void;
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const checkHeader = (file: string, line: Line, first: Record<string, unknown>): Header => {
  if (first.crosstalk !== 1)
    throw new RecordingError(
      file,
      line.number,
      `format ${JSON.stringify(first.crosstalk)} is not known (this program reads 1); it needs a newer crosstalk`,
    );
  try {
    return decodeHeader(first);
  } catch (error) {
    throw new RecordingError(file, line.number, `the first line is damaged: ${(error as Error).message}`);
  }
};

const asEvent = (value: Record<string, unknown>, event: EngineEvent | undefined): Observation => {
  const at = decodeNanos(value.at);
  return event ? { k: 'event', at, event } : { k: 'malformed', at, text: String(value.event) };
};

async function* observeOwnFormat(
  lines: AsyncIterable<Line>,
  header: Header,
  keep: Keep,
): AsyncGenerator<Observation> {
  let last: Nanos = header.startedAt;
  for await (const { text } of lines) {
    let observation: Observation;
    try {
      const value = parsed(text);
      if (typeof value?.k !== 'string') throw new Error('not a line of a recording');
      observation =
        value.k === 'event' && typeof value.event === 'string'
          ? asEvent(value, normaliseEvent(value.event, keep.keepLabel))
          : decodeSnapshotted(value as { k: string });
    } catch {
      // A recorder that was killed leaves half a line; a later program writes kinds that we do not know.
      observation = { k: 'malformed', at: last, text };
    }
    last = observation.at;
    yield observation;
  }
}

/**
 * The observations of a recording, in order: a file of our own format, or a bare event stream as `docker events
 * --format json` prints it, with `<name>.meta.json` beside it where there is one. A line that cannot be understood is a
 * `malformed` observation. Throws RecordingError, naming file and line, when the file is no recording at all.
 */
export async function* readRecording(
  file: string,
  { keep, onBytes }: ReadOptions,
): AsyncGenerator<Observation> {
  const lines = readLines(file);
  const first = await lines.next();
  if (first.done) {
    const meta = await readMeta(file);
    if (meta.connections.length === 0) throw new RecordingError(file, null, 'is empty');
    // A stream that was open and brought nothing: BuildKit on 20.10, for example, is not seen in events.
    return yield* observeBareStream(lines, meta, keep);
  }
  const value = parsed(first.value.text);
  const told = async function* (from: AsyncIterable<Line>) {
    for await (const line of from) {
      onBytes?.(line.endByte);
      yield line;
    }
  };
  if (value && 'crosstalk' in value) {
    yield* observeOwnFormat(told(lines), checkHeader(file, first.value, value), keep);
  } else if (value && 'Type' in value) {
    const all = async function* () {
      yield first.value;
      yield* lines;
    };
    yield* observeBareStream(told(all()), await readMeta(file), keep);
  } else {
    await lines.return(undefined);
    throw new RecordingError(
      file,
      first.value.number,
      'is neither the first line of a recording nor an event of an engine',
    );
  }
}
