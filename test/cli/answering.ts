import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FindingView } from '../../src/domain';
import { secret } from '../../src/secret';
import { config, loaded } from './run';

export interface Answering {
  /** Requests so far, `GET /path?query`. */
  readonly asked: string[];
  readonly headers: http.IncomingHttpHeaders[];
  /** A configuration that points here. */
  readonly config: typeof config;
  readonly loadConfig: () => ReturnType<typeof loaded>;
  readonly url: string;
  close(): Promise<void>;
}

/** A real HTTP server in place of the daemon. */
export const answering = async (
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
  token?: string,
): Promise<Answering> => {
  const asked: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listen = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const here = { ...config, api: { listen, token: token === undefined ? undefined : secret(token) } };
  return {
    asked,
    headers,
    url: `http://${listen}`,
    config: here,
    loadConfig: () => loaded(here),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export const json = (response: http.ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

export const finding = (changes: Partial<FindingView> = {}): FindingView => ({
  id: 7,
  kind: 'foreign-kill',
  variant: 'remove',
  severity: 'critical',
  confidence: 'likely',
  status: 'open',
  title: 'container web of job gitlab:101 was removed',
  summary: 'summary',
  advice: 'use docker compose -p with the job id',
  host: 'runner-7',
  victims: [{ job: 'gitlab:101', system: null, container: 'web', confidence: 'certain', because: [] }],
  actors: [],
  resource: { type: 'container', id: 'a', name: 'web' },
  firstSeenAt: '2026-11-23T20:29:45.381754400Z',
  lastSeenAt: '2026-11-23T20:29:45.381754400Z',
  count: 1,
  act: null,
  settled: true,
  revision: 1,
  note: null,
  fingerprint: 'f',
  ...changes,
});
