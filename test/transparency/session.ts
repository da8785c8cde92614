import type { Finished, Options } from './command';

/** What a session may use. It knows neither whether it talks to the engine itself, nor that this matters. */
export interface Context {
  readonly socket: string;
  /** Begins the name of everything that the session makes; the same in each of its runs. */
  readonly name: string;
  /** A directory of this run alone; commands start in it. */
  readonly directory: string;
  /** A shell script with DOCKER_HOST set. */
  sh(script: string, options?: Options): Promise<Finished>;
  /** The same on a terminal of its own. */
  pty(script: string, options?: Options): Promise<Finished>;
}

export interface Session {
  /** What was seen, as plain data and Buffers; all of it is compared. */
  run(context: Context): Promise<unknown>;
  /** What must be in it anyway: two runs that fail alike are no success. */
  readonly expected: unknown;
  /** What comes of it may be the refusal of the socket in front, which does not read what is no HTTP. */
  readonly refusable?: boolean;
  /** It needs a plugin of the docker command line. */
  readonly plugin?: 'buildx' | 'compose';
}

export type Sessions = Readonly<Record<string, Session>>;

export const image = 'busybox:local';

/** A finished command, as {@link Session.expected} names it. */
export const said = (stdout: unknown, more: { code?: unknown; stderr?: unknown } = {}): unknown => ({
  code: 0,
  stderr: '',
  ...more,
  stdout,
});

/** Prints 3,000,000 bytes, as lines that the engine's log takes quickly; for a shell with this environment. */
export const threeMegabytes = `awk 'BEGIN { for (i = 0; i < 30000; i++) printf "%099d\\n", i }'`;
