import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A tree of maps, lists and scalars that nobody has checked yet. */
export type Raw = Record<string, unknown>;

/** The one place that reads the environment of the process; everybody else is given it. */
export const environment = (): Environment => process.env;

/** Environment variable for a key of the file, over which it wins. */
export const variables: Readonly<Record<string, string>> = {
  CROSSTALK_DOCKER_HOST: 'engine.host',
  CROSSTALK_DATA_DIR: 'data.dir',
  CROSSTALK_LISTEN: 'api.listen',
  CROSSTALK_TOKEN: 'api.token',
  CROSSTALK_LOG_LEVEL: 'logLevel',
  CROSSTALK_AUDIT_SOCKET: 'audit.socket',
  CROSSTALK_WATCH_EXECS: 'watch.execs',
};

/** Command-line options, which win over everything. */
export const flagKeys = {
  dockerHost: { flag: '--docker-host', key: 'engine.host' },
  dataDir: { flag: '--data-dir', key: 'data.dir' },
  listen: { flag: '--listen', key: 'api.listen' },
} as const;

export type Flags = Readonly<Partial<Record<keyof typeof flagKeys, string | undefined>>>;

const isMap = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `ENOENT` and the like. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

const parse = (text: string, name: string, problems: string[]): Raw => {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  for (const { message, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    // What follows a colon quotes the file, and that may be a secret.
    problems.push(`${name}, line ${line}, column ${col}: ${message.split(':')[0]}`);
  }
  if (document.errors.length > 0) return {};
  let root: unknown;
  try {
    root = document.toJS();
  } catch {
    problems.push(`${name}: an alias (*name) stands for nothing, or for too much`);
    return {};
  }
  if (root === null || root === undefined) return {};
  if (isMap(root)) return root;
  problems.push(
    `${name}: expected sections such as "api:", got ${Array.isArray(root) ? 'a list' : 'one value'}`,
  );
  return {};
};

/** The file that was asked for, which must be there; else crosstalk.yml, which may be missing. */
export const readFile = (
  asked: { readonly file: string; readonly by: string } | undefined,
  cwd: string,
  problems: string[],
): { readonly raw: Raw; readonly file: string | undefined } => {
  const name = asked?.file ?? 'crosstalk.yml';
  const file = resolve(cwd, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    if (asked || !missing) problems.push(`${asked?.by ?? name}: cannot read ${file} (${codeOf(error)})`);
    return { raw: {}, file: undefined };
  }
  return { raw: parse(text, name, problems), file };
};

/** Sets `a.b` in a tree. Where `a` is no map, the file is wrong there and the schema will say so. */
const put = (raw: Raw, key: string, value: string): void => {
  const [first, second] = key.split('.') as [string, string?];
  if (second === undefined) {
    raw[first] = value;
    return;
  }
  const inner = raw[first] ?? {};
  if (isMap(inner)) raw[first] = { ...inner, [second]: value };
};

/** Environment and flags over the file. `origins` tells for each key who set it, where that was not the file. */
export const overlay = (
  file: Raw,
  env: Environment,
  flags: Flags,
): { raw: Raw; origins: Map<string, string> } => {
  const raw = { ...file };
  const origins = new Map<string, string>();
  const set = (key: string, value: string | undefined, origin: string): void => {
    // Compose files pass unset variables on as empty ones.
    if (value === undefined || value === '') return;
    put(raw, key, value);
    origins.set(key, origin);
  };

  // What other Docker clients go by: only where nobody said it for us.
  const engine = raw.engine;
  if (!isMap(engine) || engine.host === undefined) set('engine.host', env.DOCKER_HOST, 'DOCKER_HOST');
  for (const [variable, key] of Object.entries(variables)) set(key, env[variable], variable);
  for (const [name, { flag, key }] of Object.entries(flagKeys)) set(key, flags[name as keyof Flags], flag);
  return { raw, origins };
};
