import { createProgram } from '../../src/cli/program';
import type { CliConfig, Parts } from '../../src/cli/parts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const config: CliConfig = {
  engine: { host: 'unix:///nowhere/docker.sock' },
  data: { dir: '/tmp' },
  api: { listen: '127.0.0.1:1', token: undefined },
  audit: undefined,
};

export const loaded = (from: CliConfig, file?: string) => ({ config: from, file, warnings: [] as string[] });

const notGiven = (name: string) => (): never => {
  throw new Error(`this test gives no ${name}`);
};

/** Runs one command line in this process, with captured output. `on` overrides the parts that the case needs. */
export const run = async (
  args: readonly string[],
  on: Partial<Parts> & { isTTY?: boolean } = {},
): Promise<Outcome> => {
  const text = { out: '', err: '' };
  const output = (to: 'out' | 'err') => ({
    write: (chunk: string) => {
      text[to] += chunk;
    },
    isTTY: on.isTTY ?? false,
    columns: 100,
  });
  const parts: Parts = {
    version: '1.2.3',
    env: {},
    out: output('out'),
    err: output('err'),
    stop: new AbortController().signal,
    now: () => 1_800_000_000_000_000_000n,
    nowMs: () => 0,
    loadConfig: () => loaded(config),
    startApp: notGiven('startApp'),
    readRecording: notGiven('readRecording'),
    replayInto: notGiven('replayInto'),
    runWitness: notGiven('runWitness'),
    record: notGiven('record'),
    backup: notGiven('backup'),
    examineEngine: notGiven('examineEngine'),
    examineExecWatch: async () => ({ state: 'works', priority: 'realtime', problem: null }),
    databaseVersion: async () => '3.53.0',
    jobOfEnvironment: () => undefined,
    ...on,
  };
  const code = await createProgram(parts).run(args);
  return { code, ...text };
};
