import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What a finished command said; a code of -1 means that it could not be run or died of a signal. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A dockerd of the test's own: its network, mounts, files and socket are nobody else's. */
export interface Engine {
  /** Path of the API socket. */
  readonly socket: string;
  /** The same as a DOCKER_HOST. */
  readonly host: string;
  /** As the engine tells it, e.g. `20.10.24+dfsg1`. */
  readonly version: string;
  /** A temporary directory that exists inside the engine's root too: for bind mounts and scripts. */
  readonly directory: string;
  docker(...args: string[]): Promise<CommandResult>;
  /** Runs a shell script with DOCKER_HOST set. */
  sh(script: string, env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Ends dockerd alone, and waits for its end; containers stay as the signal leaves them. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts dockerd again on the same data, ending it first where it still runs. */
  restart(): Promise<void>;
  /** Removes the engine with its containers, mounts and files. */
  stop(): Promise<void>;
}

const recipe = resolve(
  __dirname,
  '../engines',
  `${process.env['CROSSTALK_TEST_ENGINE_VERSION'] ?? 'installed'}.sh`,
);

const run = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> =>
  new Promise((done) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });

const runRecipe = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run('sh', [recipe, ...args]);
  if (code !== 0) throw new Error(`${recipe} ${args.join(' ')} failed: ${stderr}`);
  return stdout.trim();
};

/**
 * Starts an engine with the image `busybox:local` (every busybox applet, no CMD). Which engine:
 * CROSSTALK_TEST_ENGINE_VERSION, one of the recipes in test/engines, by default the one installed.
 * @param options further options for dockerd, e.g. `--live-restore`
 */
export const startEngine = async (...options: string[]): Promise<Engine> => {
  const directory = mkdtempSync('/tmp/ct-');
  const socket = join(directory, 'docker.sock');
  const host = `unix://${socket}`;
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: join(directory, 'client') };
  const start = () => runRecipe('start', directory, String(process.pid), '--', ...options);
  const stop = async () => void (await runRecipe('stop', directory));
  const kill = async (signal: string) => void (await runRecipe('halt', directory, signal));

  const version = await start().catch(async (problem: unknown) => {
    await stop();
    throw problem;
  });

  return {
    socket,
    host,
    version,
    directory,
    docker: (...args) => run('docker', args, env),
    sh: (script, more) => run('sh', ['-c', script], { ...env, ...more }),
    kill,
    async restart() {
      await kill('SIGTERM');
      await start();
    },
    stop,
  };
};

/** Why no engine can be started here, or undefined where one can. */
const missing = (): string | undefined => {
  if (process.env['CROSSTALK_TEST_ENGINE'] === 'none') return 'CROSSTALK_TEST_ENGINE is none';
  const { status, stderr } = spawnSync('sh', [recipe, 'check'], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
};

/**
 * A `describe` for suites that need {@link startEngine}. Without the ability to start one they are counted as
 * skipped, or fail where CROSSTALK_TEST_ENGINE is `required`. Their files end in `.engine.test.ts`: the runner
 * gives those one after the other.
 */
export const describeWithEngine = (name: string, suite: () => void): void => {
  jest.setTimeout(120_000);
  const reason = missing();
  if (reason === undefined) return describe(name, suite);
  if (process.env['CROSSTALK_TEST_ENGINE'] !== 'required') return describe.skip(name, suite);
  describe(name, () => {
    test('needs an engine', () => {
      throw new Error(reason);
    });
  });
};
