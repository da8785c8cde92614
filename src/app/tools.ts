import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentifier } from '../attribution/identify';
import type { Identifier } from '../attribution/identity';
import type { Config } from '../config';
import { type ContainerSnapshot, MILLISECOND, type Nanos, type Observation } from '../domain';
import { createClient, type EngineClient } from '../engine';
import { parseHost } from '../engine/host';
import { get } from '../engine/request';
import type { Logger } from '../log';
import { readRecording, recordEngine, type RecordOptions } from '../recording';
import { openDatabase, openReadOnly } from '../store/database';

export const wallClock = (): Nanos => BigInt(Date.now()) * MILLISECOND;

/** The presets in use. */
export const identifierOf = (config: Config): Identifier => createIdentifier(config.jobs.presets);

export const readRecordingOf = (
  config: Config,
  file: string,
  onBytes: (readBytes: number) => void,
): AsyncIterable<Observation> => readRecording(file, { keep: identifierOf(config), onBytes });

export const recordEngineOf = (
  config: Config,
  log: Logger,
  options: Pick<RecordOptions, 'file' | 'stop' | 'onStarted' | 'onEvents'>,
) => {
  const keep = identifierOf(config);
  const client = createClient({ host: config.engine.host, keep });
  return recordEngine({
    ...options,
    client,
    keep,
    log,
    now: wallClock,
    rescanEveryMs: config.engine.rescanEveryMs,
  });
};

/** The engine's client, and what of `/info` only `doctor` wants to know. */
export const examinableEngine = (
  config: Config,
): EngineClient & { cgroups(): Promise<{ version: number | undefined; driver: string }> } => {
  const { host } = config.engine;
  return {
    ...createClient({ host, keep: identifierOf(config) }),
    async cgroups() {
      const { response } = await get(host, parseHost(host), '/info');
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const info = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      // 20.10 and newer tell; Podman calls it `v2`.
      const version = Number(String(info.CgroupVersion ?? '').replace(/^v/, ''));
      return { version: version || undefined, driver: String(info.CgroupDriver ?? 'unknown') };
    },
  };
};

/** The preset of the runner that a container belongs to, by what a list or an inspection shows. */
export const runnerOf = (identifier: Identifier, container: ContainerSnapshot): string | null =>
  identifier.identify({
    kind: 'container',
    name: container.name,
    image: container.image,
    labels: container.labels,
    env: container.details?.env ?? {},
    networks: container.networks,
    volumes: container.mounts.flatMap(({ name }) => (name === undefined ? [] : [name])),
    binds: container.mounts.flatMap(({ type, source, destination }) =>
      type === 'bind' ? [`${source}:${destination}`] : [],
    ),
  }).runner;

/** A consistent copy of the database in a new file, also while a daemon writes to it. */
export const backupDatabase = async (
  config: Config,
  file: string,
  onProgress: (donePages: number, totalPages: number) => void,
): Promise<void> => {
  const source = join(config.data.dir, 'crosstalk.db');
  if (!existsSync(source)) throw new Error(`there is no database at ${source}; nothing was recorded yet`);
  if (existsSync(file)) throw new Error(`${file} exists already; choose another name`);
  const db = openReadOnly(source);
  try {
    await db.backup(file, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages - remainingPages, totalPages);
        return pagesPerStep;
      },
    });
  } finally {
    db.close();
  }
};

/** Between steps the writer may write; a step that is too short never ends on a busy database. */
const pagesPerStep = 5000;

/** Makes a database and throws it away; what is returned is SQLite's version. */
export const databaseVersion = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-doctor-'));
  try {
    const db = openDatabase(join(dir, 'doctor.db'));
    const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    db.close();
    return version;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
