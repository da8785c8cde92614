import { type Config, loadConfig } from '../../src/config';
import type { CreateExecWatch, ExecWatch } from '../../src/link';
import type { Told, Watched } from '../../src/link/told';

type Parts = Parameters<CreateExecWatch>[0];

/** A configuration with this data directory. */
export const configFor = (dataDir: string, yamlEnv: Readonly<Record<string, string>> = {}): Config =>
  loadConfig({ env: yamlEnv, file: '/dev/null', flags: { dataDir } }).config;

/** An exec watch that does what a test says. */
export const fakeWatch = (state: Partial<ReturnType<ExecWatch['state']>> = {}) => {
  const watched: Watched[] = [];
  let parts: Parts | undefined;
  let stopped = 0;
  let through = 0n;
  const create: CreateExecWatch = async (given) => {
    parts = given;
    return {
      watch: (process) => watched.push(process),
      drained: async () => (through += 1n),
      state: () => ({ priority: 'realtime', problem: null, seen: 0, vanished: 0, overflows: 0, ...state }),
      stop: async () => void (stopped += 1),
    };
  };
  return {
    create,
    watched,
    parts: () => parts!,
    tell: (told: Told) => parts!.emit(told),
    stopped: () => stopped,
  };
};

/** What the exec watch of a host says that does not allow it. */
export const unavailable: CreateExecWatch = async () => {
  throw Object.assign(new Error('needs root'), { why: 'not-root' });
};
