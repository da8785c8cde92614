import type { Config } from '../config';
import { socketsOf } from './exec-watch';
import type { WorkerSettings } from './protocol';

export const workerSettings = (config: Config, dbFile: string, host: string): WorkerSettings => ({
  dbFile,
  host,
  presets: config.jobs.presets,
  detect: {
    ...config.detect,
    bypassedSocket: config.audit && socketsOf(config.engine.host)[0],
  },
  retention: config.data.retention,
});
