import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../log';

export interface SupervisorParts {
  /** Program and arguments of a witness for this daemon. */
  readonly command: readonly string[];
  /** Whether a witness is linked, whoever started it. */
  connected(): boolean;
  /** The configuration demands one: that it ends is an error, otherwise it is said once. */
  readonly wanted: boolean;
  /** Jobs call through it: it is not ended with the daemon. */
  readonly staysBehind?: boolean;
  readonly log: Logger;
  readonly timing?: Partial<typeof usualTiming>;
}

export interface Supervisor {
  stop(): Promise<void>;
}

const usualTiming = {
  lookMs: 200,
  /** For one that runs already to link itself; then the pause after the first end of ours. */
  firstMs: 1000,
  longestMs: 60_000,
  /** One that lived so long is started again soon. */
  soundMs: 60_000,
  /** Between asking it to end and making it. */
  patienceMs: 5000,
};

/**
 * Starts a witness when none is linked, and again when it ends, with growing pauses. It does not die with the daemon: one
 * that survives is found by the next daemon, or ends by itself when none comes.
 */
export const superviseWitness = (parts: SupervisorParts): Supervisor => {
  const { command, connected, wanted, staysBehind = false, log, timing } = parts;
  const { lookMs, firstMs, longestMs, soundMs, patienceMs } = { ...usualTiming, ...timing };
  let child: { readonly process: ChildProcess; readonly ended: Promise<void> } | undefined;
  let pauseMs = firstMs;
  let dueAt: number | undefined;
  let complained = false;
  let stopping = false;

  const complain = (how: string): void => {
    const message = `the witness ended (${how}); it is started again`;
    if (wanted) log.error(message);
    else if (complained) log.debug(message);
    else log.info(message);
    complained = true;
  };

  const start = (): void => {
    const [program, ...args] = command as [string, ...string[]];
    const bornAt = performance.now();
    // A process group of its own, where it is to stay: a Ctrl-C is for the daemon.
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: staysBehind });
    const ended = new Promise<void>((resolve) => {
      const over = (how: string): void => {
        if (child?.process !== started) return;
        child = undefined;
        resolve();
        if (stopping) return;
        const sound = performance.now() - bornAt > soundMs;
        pauseMs = sound ? firstMs : Math.min(pauseMs * 2, longestMs);
        // It gave way to one that was started by somebody else.
        if (!connected()) complain(how);
      };
      started.once('error', ({ message }) => over(message));
      started.once('exit', (code, signal) => over(signal ?? `exit code ${code}`));
    });
    child = { process: started, ended };
    log.debug({ pid: started.pid }, 'a witness was started');
  };

  const look = setInterval(() => {
    if (child || connected()) {
      dueAt = undefined;
      return;
    }
    dueAt ??= performance.now() + pauseMs;
    if (performance.now() >= dueAt) start();
  }, lookMs);

  return {
    async stop() {
      stopping = true;
      clearInterval(look);
      if (!child) return;
      const { process: running, ended } = child;
      if (staysBehind) {
        running.unref();
        log.info({ pid: running.pid }, 'the witness goes on: jobs call through its audit socket');
        return;
      }
      running.kill('SIGTERM');
      const impatient = setTimeout(() => running.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(impatient);
    },
  };
};
