import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Daemon {
  /** `http://127.0.0.1:40123` */
  readonly address: string;
  /** Everything it wrote so far. */
  output(): string;
  get(path: string): Promise<{ status: number; body: string }>;
  json<T>(path: string): Promise<T>;
  /** Ends it and waits; answers its exit code (null when a signal ended it). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const bin = resolve(__dirname, '../../bin/crosstalk');

// A test that fails ends nothing, and jest would wait for ever for the pipes of what it leaves behind.
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Asks again and again until the answer satisfies; fails with the last answer. */
export const eventually = async <T>(
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  seconds = 30,
): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`never came: last answer was ${JSON.stringify(answer).slice(0, 4000)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
};

/** The built daemon as a process of its own, as a user starts it. What a file's tests leave running is killed after them. */
export const startDaemon = (options: {
  readonly dockerHost: string;
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether docker commands are watched: `off` unless a test is about them. */
  readonly execs?: 'auto' | 'on' | 'off';
}): Promise<Daemon> =>
  new Promise((done, failed) => {
    const args = [
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      options.dataDir,
      '--docker-host',
      options.dockerHost,
    ];
    const child = spawn(process.execPath, [bin, ...args, ...(options.args ?? [])], {
      env: { ...process.env, CROSSTALK_WATCH_EXECS: options.execs ?? 'off', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    const ended = new Promise<number | null>((exited) => child.once('exit', exited));
    void ended.then(() => running.delete(child));
    void ended.then((code) => failed(new Error(`the daemon ended with ${code}: ${output}`)));
    const ask = async (address: string, path: string) => {
      const answer = await fetch(`${address}${path}`);
      return { status: answer.status, body: await answer.text() };
    };
    const onText = (text: Buffer): void => {
      output += text.toString();
      const address = /listening on (http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
      if (!address) return;
      done({
        address,
        output: () => output,
        get: (path) => ask(address, path),
        async json<T>(path: string) {
          const { status, body } = await ask(address, path);
          if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
          return JSON.parse(body) as T;
        },
        end(signal = 'SIGTERM') {
          child.kill(signal);
          return ended;
        },
      });
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
  });
