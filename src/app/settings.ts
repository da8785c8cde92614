import type { Config } from '../config';
import type { WorkerSettings } from './protocol';

export const workerSettings = (config: Config, dbFile: string, host: string): WorkerSettings => ({
  dbFile,
  host,
  presets: config.jobs.presets,
  detect: config.detect,
  retention: config.data.retention,
});
