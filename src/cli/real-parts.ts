import { devNull } from 'node:os';
import { identifierOf, runnerOf } from '../app/presets-in-use';
import { type Config, environment, loadConfig } from '../config';
import { MILLISECOND, type Nanos } from '../domain';
import { createLogger, type Logger } from '../log';
import { examineEngine } from './doctor/examine';
import { jobOfEnvironment } from './environment-job';
import type { Parts } from './parts';

// Daemon, engine and database are loaded when a command needs them: `crosstalk report` runs in every CI job and must
// start quickly, and `crosstalk doctor` must be able to say that the database does not load.
const daemon = () => import('../app');
const engineTools = () => import('../app/engine-tools');
const databaseTools = () => import('../app/database-tools');

const now = (): Nanos => BigInt(Date.now()) * MILLISECOND;

/** The parts of the program as it is installed. */
export const realParts = (version: string, stop: AbortSignal): Parts<Config> => {
  const env = environment();
  const logger = (level: Config['logLevel']): Logger =>
    createLogger({ level, pretty: process.stderr.isTTY === true });
  return {
    version,
    env,
    out: process.stdout,
    err: process.stderr,
    stop,
    now,
    nowMs: () => performance.now(),
    loadConfig: ({ file, onlyNamedFile = false, ...flags }) =>
      onlyNamedFile
        ? loadConfig({ env: { ...env, CROSSTALK_CONFIG: undefined }, file: file ?? devNull, flags })
        : loadConfig({ env, file, flags }),
    async startApp(options) {
      const { startApp } = await daemon();
      return startApp({ ...options, log: logger(options.config.logLevel), version });
    },
    async *readRecording(config, file, onBytes) {
      const { readRecordingOf } = await engineTools();
      yield* readRecordingOf(config, file, onBytes);
    },
    async replayInto(observations, options) {
      const { replayInto } = await daemon();
      return replayInto(observations, options);
    },
    async record({ config, ...options }) {
      const { recordEngineOf } = await engineTools();
      // A recording tells of its gaps itself; the log is for those who ask for more.
      const level = ['debug', 'trace'].includes(config.logLevel) ? config.logLevel : 'error';
      return recordEngineOf(config, logger(level), options);
    },
    async backup({ config, file, onProgress }) {
      const { backupDatabase } = await databaseTools();
      return backupDatabase(config, file, onProgress);
    },
    async examineEngine(config) {
      const { examinableEngine } = await engineTools();
      const identifier = identifierOf(config);
      return examineEngine(examinableEngine(config), (container) => runnerOf(identifier, container), now());
    },
    async databaseVersion() {
      const { databaseVersion } = await databaseTools();
      return databaseVersion();
    },
    jobOfEnvironment: (variables, config) => jobOfEnvironment(identifierOf(config), variables),
  };
};
