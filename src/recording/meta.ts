import { readFile } from 'node:fs/promises';
import type { EngineInfo, Gap, Nanos } from '../domain';
import { RecordingError } from './error';
import { decodeMeta } from './meta-format';

export interface InspectNote {
  readonly k: 'inspect';
  readonly at: Nanos;
  /** As the observer typed it. */
  readonly name: string;
  /** Parts of the engine's answer; undefined when it said that there is no such container. */
  readonly data: MetaInspection | undefined;
}

export interface MetaInspection {
  readonly State?: unknown;
  readonly RestartCount?: unknown;
  readonly Mounts?: unknown;
  readonly Networks?: Readonly<Record<string, string>>;
}

export type Note = InspectNote | { readonly k: 'gap'; readonly at: Nanos; readonly gap: Gap };

/** What stands beside a bare stream. */
export interface Meta {
  readonly engine: EngineInfo | undefined;
  /** In order of time. */
  readonly notes: readonly Note[];
  /** When the stream was connected, and at which byte of the file its lines begin. */
  readonly connections: readonly { readonly at: Nanos; readonly fromByte: number }[];
}

const nothing: Meta = { engine: undefined, notes: [], connections: [] };

/** `<name>.meta.json` beside `<name>.jsonl`; nothing where there is none. */
export const readMeta = async (recording: string): Promise<Meta> => {
  const file = `${recording.replace(/\.jsonl$/, '')}.meta.json`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw new RecordingError(file, null, (error as Error).message);
  }
  try {
    return understand(decodeMeta(JSON.parse(text)));
  } catch (error) {
    throw new RecordingError(file, null, `is not a description of a recording: ${(error as Error).message}`);
  }
};

type Raw = ReturnType<typeof decodeMeta>;
type Stream = NonNullable<Raw['streams']>[number];

const understand = ({ engine, apiVersion, commands = [], streams = [] }: Raw): Meta => ({
  engine: engine === undefined ? undefined : engineInfo(engine, apiVersion),
  notes: [...inspections(commands), ...gaps(commands, streams)].sort((a, b) => (a.at < b.at ? -1 : 1)),
  connections: streams.map(({ connected }, index) => ({
    at: connected,
    fromByte: streams.slice(0, index).reduce((sum, { bytes }) => sum + bytes, 0),
  })),
});

const engineInfo = (version: string, apiVersion = ''): EngineInfo => ({
  name: 'recording',
  version,
  apiVersion,
  kind: 'docker',
});

/** `inspect NAME…`, with the answer's parts as data, or `inspect NAME: 404`. */
const inspections = (commands: NonNullable<Raw['commands']>): InspectNote[] =>
  commands.flatMap(({ t, note, data }) => {
    const match = /^inspect ([^\s:]+)(: 404)?/.exec(note ?? '');
    if (!match || (data === undefined && !match[2])) return [];
    return [{ k: 'inspect' as const, at: t, name: match[1]!, data: match[2] ? undefined : asData(data) }];
  });

const asData = (data: unknown): MetaInspection =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};

/** Each stream but a last one that the recorder itself closed ended in a break. */
const gaps = (commands: NonNullable<Raw['commands']>, streams: readonly Stream[]): Note[] =>
  streams.flatMap(({ connected, ended, how }, index) => {
    const next = streams[index + 1];
    const broken = next !== undefined || how?.startsWith('aborted');
    if (!broken || ended === undefined) return [];
    const restarted = commands.some(
      ({ t, note }) =>
        note !== undefined &&
        /dockerd|--live-restore/.test(note) &&
        t >= connected &&
        (next === undefined || t <= next.connected),
    );
    const gap: Gap = {
      source: 'events',
      from: ended,
      to: next?.connected ?? null,
      reason: restarted ? 'engine-restart' : 'stream-break',
      missing: 'events between the two connections, as far as the engine did not repeat them',
    };
    return [{ k: 'gap' as const, at: next?.connected ?? ended, gap }];
  });
