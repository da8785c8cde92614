import { spawn } from 'node:child_process';

/** Once the output (since the last step) matches, this is done. */
export interface Step {
  readonly after: RegExp;
  readonly send?: string;
  readonly signal?: NodeJS.Signals;
}

export interface Options {
  /** All of its stdin, which then ends; without it and without steps there is none. */
  readonly input?: Buffer;
  /** What a user does at the keyboard: stdin stays open. */
  readonly steps?: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Finished {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const patience = 60_000;

/** Runs a shell script, and fails where it has no end; to signal a program in it, let the script `exec` that. */
export const runCommand = (
  script: string,
  { input, steps, env }: Options,
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Finished> =>
  new Promise((done, failed) => {
    const open = input !== undefined || steps !== undefined;
    const child = spawn('sh', ['-c', script], {
      cwd: place.cwd,
      env: { ...process.env, ...place.env, ...env },
      stdio: [open ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const pending = [...(steps ?? [])];
    let seen = '';
    let hung = false;

    const act = (): void => {
      for (let step = pending[0]; step?.after.test(seen); step = pending[0]) {
        pending.shift();
        seen = '';
        if (step.send !== undefined) child.stdin?.write(step.send);
        if (step.signal !== undefined) child.kill(step.signal);
      }
    };
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      chunks.push(chunk);
      if (pending.length > 0) seen += chunk.toString('latin1');
      act();
    };
    child.stdout!.on('data', keep(out));
    child.stderr!.on('data', keep(err));
    // A program that ends without reading all of its input is no failure of the test.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin!.end(input);

    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, patience);
    child.on('error', failed);
    child.on('exit', () => child.stdin?.destroy());
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(out);
      const stderr = Buffer.concat(err);
      if (!hung) done({ code: code ?? signal!, stdout, stderr });
      else failed(new Error(`no end of ${script}: ${stdout.subarray(-500)}${stderr.subarray(-500)}`));
    });
  });

/** The same on a pseudo terminal, whose output is stdout. */
export const runOnTerminal: typeof runCommand = (script, options, { cwd, env }) =>
  runCommand(
    'exec script -qec "exec sh -c \\"\\$ON_TERMINAL\\"" /dev/null',
    { steps: [], ...options },
    { cwd, env: { ...env, SHELL: '/bin/sh', TERM: 'dumb', ON_TERMINAL: script } },
  );
