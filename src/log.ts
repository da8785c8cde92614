import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';
import { withoutCredentials } from './secret';

export type Logger = PinoLogger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Fields that are never shown, at the top and one level down. Cookies carry the token of the page. */
const hidden = ['token', 'password', 'secret', 'authorization', 'cookie', 'set-cookie'];
const hiddenPaths = hidden.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`]);

const labels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}

/** Texts from containers may hold control characters: a terminal would obey them. Line ends are left to stacks. */
const harmless = (text: string, lineEnds = false): string =>
  text.replace(lineEnds ? /[^\P{Cc}\n]/gu : /\p{Cc}/gu, '?');

/** One line of JSON as a person reads it: `12:00:01 warn  the stream broke  gap=ring-overflow`. */
const readable = (json: string): string => {
  const { level, time, msg, err, ...fields } = JSON.parse(json) as Line & Record<string, unknown>;
  const clock = new Date(time).toISOString().slice(11, 19);
  const details = Object.entries(fields).map(
    ([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = err?.stack === undefined ? '' : `\n${harmless(err.stack, true)}`;
  const line = `${clock} ${(labels[level] ?? '').padEnd(5)} ${msg ?? ''}${details.join('')}`;
  return harmless(line) + stack;
};

const prettyTo = (out: DestinationStream): DestinationStream => ({
  write: (line) => out.write(`${readable(line)}\n`),
});

/**
 * A logger that writes JSON lines, or readable ones with `pretty`. Secrets do not get through: hidden fields, values of
 * type Secret, and credentials in addresses wherever they stand.
 */
export const createLogger = (options: {
  readonly level: LogLevel;
  readonly pretty?: boolean;
  /** Standard error when left out: standard output belongs to what a command prints. */
  readonly out?: DestinationStream;
}): Logger => {
  const out = options.out ?? pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      redact: { paths: hiddenPaths, censor: '<secret>' },
      hooks: { streamWrite: withoutCredentials },
    },
    options.pretty ? prettyTo(out) : out,
  );
};
