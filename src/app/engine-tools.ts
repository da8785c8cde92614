import type { Config } from '../config';
import { MILLISECOND, type Nanos, type Observation } from '../domain';
import { createClient, type EngineClient } from '../engine';
import { parseHost } from '../engine/host';
import { get } from '../engine/request';
import type { Logger } from '../log';
import { readRecording, recordEngine, type RecordOptions } from '../recording';
import { startOwnWitness } from './own-witness';
import { identifierOf } from './presets-in-use';
import { askFor } from './sighted';

const wallClock = (): Nanos => BigInt(Date.now()) * MILLISECOND;

export const readRecordingOf = (
  config: Config,
  file: string,
  onBytes: (readBytes: number) => void,
): AsyncIterable<Observation> => readRecording(file, { keep: identifierOf(config), onBytes });

export const recordEngineOf = (
  config: Config,
  log: Logger,
  {
    execs,
    onNotice,
    ...options
  }: Pick<RecordOptions, 'file' | 'stop' | 'onStarted' | 'onEvents'> & {
    readonly execs: boolean;
    onNotice(text: string): void;
  },
) => {
  const keep = identifierOf(config);
  const client = createClient({ host: config.engine.host, keep });
  return recordEngine({
    ...options,
    ...(execs &&
      config.watch.execs !== 'off' && {
        async beside(emit: (observations: readonly Observation[]) => void) {
          const witness = await startOwnWitness({
            config,
            emit,
            onUnavailable: (reason) => onNotice(`docker commands are not recorded: ${reason}`),
            now: wallClock,
            log,
          });
          return { passed: (seen) => askFor(seen, witness), stop: witness.stop };
        },
      }),
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
