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
// The witness loads neither database nor HTTP server: it is to stay small.
const witness = () => import('../app/run-witness');
const execWatch = () => import('../app/exec-watch');

const now = (): Nanos => BigInt(Date.now()) * MILLISECOND;

/** How long a witness that a daemon started outlives it: a restart should find it. */
const outlivesSeconds = 60;

/** The command line that starts a witness for a daemon with this configuration. */
const ownWitness = (config: Config, file: string | undefined): readonly string[] => [
  process.execPath,
  // A debugger's port is taken by the daemon.
  ...process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
  process.argv[1]!,
  'witness',
  ...(file === undefined ? [] : ['--config', file]),
  '--data-dir',
  config.data.dir,
  '--docker-host',
  config.engine.host,
  '--give-up-after',
  String(outlivesSeconds),
];

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
    async startApp({ configFile, ...options }) {
      const { startApp } = await daemon();
      const witnessCommand = ownWitness(options.config, configFile);
      return startApp({ ...options, witnessCommand, log: logger(options.config.logLevel), version });
    },
    async *readRecording(config, file, onBytes) {
      const { readRecordingOf } = await engineTools();
      yield* readRecordingOf(config, file, onBytes);
    },
    async replayInto(observations, options) {
      const { replayInto } = await daemon();
      return replayInto(observations, options);
    },
    async runWitness(options) {
      const { runWitness } = await witness();
      const log = logger(options.config.logLevel).child({ part: 'witness' });
      return runWitness({ ...options, log });
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
    async examineExecWatch(config) {
      const { examineExecWatch } = await execWatch();
      return examineExecWatch(config, logger('error'));
    },
    async databaseVersion() {
      const { databaseVersion } = await databaseTools();
      return databaseVersion();
    },
    jobOfEnvironment: (variables, config) => jobOfEnvironment(identifierOf(config), variables),
  };
};
