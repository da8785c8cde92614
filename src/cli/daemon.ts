import http from 'node:http';
import { CommandError, exitCodes } from './exit';
import { harmless } from './terminal';

/** Where the daemon is asked. */
export interface DaemonAddress {
  /** `127.0.0.1:7373`, `[::1]:7373`, `0.0.0.0:7373`. */
  readonly listen: string;
  readonly token: string | undefined;
}

export interface Daemon {
  /** For people: `http://127.0.0.1:7373`. */
  readonly url: string;
  /** Follows redirects (a job's or finding's old address). Throws CommandError unless the answer is 200. */
  get(path: string, query?: Query): Promise<string>;
  getJson<T>(path: string, query?: Query): Promise<T>;
  /** The open answer to a GET; its reader ends it. */
  open(path: string, headers: http.OutgoingHttpHeaders, signal: AbortSignal): Promise<http.IncomingMessage>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** An answer of the daemon that is not what was asked for. */
export class DaemonRefused extends CommandError {
  constructor(
    readonly status: number,
    /** The problem's stable code, for example `job-not-found`; '' when it gave none. */
    readonly problemCode: string,
    message: string,
  ) {
    // 400: what the command line asked for is not understood.
    super(message, status === 400 ? exitCodes.usage : exitCodes.failed);
  }
}

const mostRedirects = 3;
const longestWaitMs = 30_000;
const longestAnswerBytes = 64 << 20;

/** An address to listen on may mean every interface; to ask, take the loopback one. */
const toAsk = (listen: string): { host: string; port: number } => {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(listen.slice(colon + 1));
  if (host === '0.0.0.0' || host === '') return { host: '127.0.0.1', port };
  return { host: host === '::' ? '::1' : host, port };
};

export const createDaemon = ({ listen, token }: DaemonAddress): Daemon => {
  const { host, port } = toAsk(listen);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

  const open: Daemon['open'] = (path, headers, signal) =>
    new Promise((resolve, reject) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const request = http.get(
        { host, port, path, headers: { ...headers, ...authorization }, signal },
        resolve,
      );
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(new CommandError(unreachable(url, error), 1, { cause: error })),
      );
    });

  const get: Daemon['get'] = async (path, query = {}) => {
    let target = withQuery(path, query);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const answer = await open(target, {}, AbortSignal.timeout(longestWaitMs));
      const body = await readAll(answer, url);
      const location = answer.headers.location;
      if (answer.statusCode === 308 && location?.startsWith('/'))
        target = location.includes('?') ? location : withQuery(location, query);
      else if (answer.statusCode === 200) return body;
      else throw refused(url, answer.statusCode ?? 0, body);
    }
    throw new CommandError(`${url} redirects without end`);
  };

  return {
    url,
    get,
    getJson: async <T>(path: string, query?: Query) => {
      const body = await get(path, query);
      try {
        return JSON.parse(body) as T;
      } catch {
        throw new CommandError(`what answers at ${url} is not crosstalk`);
      }
    },
    open,
  };
};

const withQuery = (path: string, query: Query): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
};

const readAll = async (answer: http.IncomingMessage, url: string): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > longestAnswerBytes) throw new Error('more than 64 MiB');
      chunks.push(chunk);
    }
  } catch (error) {
    throw new CommandError(`the answer of ${url} broke off: ${(error as Error).message}`, 1, {
      cause: error,
    });
  }
  return Buffer.concat(chunks).toString('utf8');
};

const unreachable = (url: string, error: NodeJS.ErrnoException): string =>
  error.code === 'ECONNREFUSED'
    ? `crosstalk is not running at ${url}; start it with \`crosstalk serve\`, or say where it listens with --config or CROSSTALK_LISTEN`
    : `cannot reach crosstalk at ${url}: ${harmless(error.message)}`;

export const refused = (url: string, status: number, body: string): DaemonRefused => {
  const problem = asProblem(body);
  if (status === 401 || status === 403)
    return new DaemonRefused(
      status,
      problem.code,
      `crosstalk at ${url} wants a valid token: set CROSSTALK_TOKEN, or api.token in the configuration file`,
    );
  return new DaemonRefused(
    status,
    problem.code,
    problem.text === '' ? `what answers at ${url} is not crosstalk (status ${status})` : problem.text,
  );
};

/** RFC 9457. */
const asProblem = (body: string): { code: string; text: string } => {
  try {
    const problem = JSON.parse(body) as Record<string, unknown> | null;
    const words = (value: unknown): string => (typeof value === 'string' ? value : '');
    const text = words(problem?.detail) || words(problem?.title);
    const field = words(problem?.field);
    return {
      code: words(problem?.code),
      text: harmless(field === '' ? text : `${field}: ${text}`),
    };
  } catch {
    return { code: '', text: '' };
  }
};
