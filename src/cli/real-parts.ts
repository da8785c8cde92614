import { devNull } from 'node:os';
import { replayInto, startApp } from '../app';
import {
  backupDatabase,
  databaseVersion,
  examinableEngine,
  identifierOf,
  readRecordingOf,
  recordEngineOf,
  runnerOf,
  wallClock,
} from '../app/tools';
import { type Config, environment, loadConfig } from '../config';
import { createLogger, type Logger } from '../log';
import { examineEngine } from './doctor/examine';
import { jobOfEnvironment } from './environment-job';
import type { Parts } from './parts';

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
    now: wallClock,
    nowMs: () => performance.now(),
    loadConfig: ({ file, onlyNamedFile = false, ...flags }) =>
      onlyNamedFile
        ? loadConfig({ env: { ...env, CROSSTALK_CONFIG: undefined }, file: file ?? devNull, flags })
        : loadConfig({ env, file, flags }),
    startApp: (options) => startApp({ ...options, log: logger(options.config.logLevel), version }),
    readRecording: readRecordingOf,
    replayInto,
    record: ({ config, ...options }) =>
      // A recording has its own line of progress: only what goes wrong is logged, unless more was asked for.
      recordEngineOf(config, logger(config.logLevel === 'info' ? 'warn' : config.logLevel), options),
    backup: ({ config, file, onProgress }) => backupDatabase(config, file, onProgress),
    examineEngine(config) {
      const identifier = identifierOf(config);
      return examineEngine(
        examinableEngine(config),
        (container) => runnerOf(identifier, container),
        wallClock(),
      );
    },
    databaseVersion,
    jobOfEnvironment: (variables, config) => jobOfEnvironment(identifierOf(config), variables),
  };
};
