import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ringSize = 256;

export interface FakeEvent {
  readonly type?: string;
  readonly action: string;
  readonly id: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Of the event, when it is not to be now. */
  readonly time?: bigint;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * An engine without containers: a real HTTP server on a real socket that remembers 256 events, replays them by `since`
 * and `until` like the real one, and breaks, hangs, restarts and babbles on demand.
 */
export const createFakeEngine = async ({ overTcp = false } = {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'fake-engine-'));
  const socket = join(directory, 'docker.sock');
  const sockets = new Set<Socket>();
  const streams = new Set<http.ServerResponse>();
  let ring: { text: string; time: bigint }[] = [];
  let clockSkew = 0n;
  let newest = 0n;
  let server: http.Server;

  const engine = {
    host: `unix://${socket}`,
    /** Before a stream is opened that does not end by itself. */
    beforeStream: (): void => undefined,
    /** Every request's path, in order. */
    requests: [] as string[],
    pingHeaders: { 'api-version': '1.41' } as Record<string, string>,
    hanging: false,
    containers: new Map<string, Json>(),
    volumes: new Map<string, Json>(),
    networks: new Map<string, Json>(),
    images: new Map<string, Json>(),
    /** Answers with this status, whatever is asked for by a path that contains the key. */
    failing: new Map<string, number>(),
    emit,
    /** Bytes as they are, to all streams. */
    write: (bytes: Buffer | string) => streams.forEach((stream) => void stream.write(bytes)),
    /** How many bytes the streams' readers have left unread. */
    unread: () => [...streams].reduce((sum, { writableLength }) => sum + writableLength, 0),
    streams: () => streams.size,
    /** Cuts every connection, as an engine does that goes. */
    cut: () => sockets.forEach((each) => void each.destroy()),
    stop,
    start,
    /** Goes, forgets, and comes back. */
    async restart() {
      await stop();
      ring = [];
      await start();
    },
    /** The engine's clock from now on: nanoseconds that it is ahead of ours. */
    setClock: (ahead: bigint) => void (clockSkew = ahead),
    now,
    addContainer,
    async end() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };

  function now(): bigint {
    return BigInt(Date.now()) * 1_000_000n + clockSkew;
  }

  /** Answers the text that was sent. */
  function emit({ type = 'container', action, id, attributes = {}, time }: FakeEvent): string {
    // No two events of an engine bear the same time.
    newest = clockSkew < 0n || now() > newest ? now() : newest + 1n;
    const at = time ?? newest;
    const actor = { ID: id, Attributes: { name: id, ...attributes } };
    const event = {
      Type: type,
      Action: action,
      Actor: actor,
      scope: 'local',
      time: Number(at / 1_000_000_000n),
    };
    const text = `${JSON.stringify(event).slice(0, -1)},"timeNano":${at}}`;
    ring = [...ring, { text, time: at }].slice(-ringSize);
    engine.write(`${text}\n`);
    return text;
  }

  function addContainer(id: string, status = 'running', more: Json = {}): void {
    const image = `sha256:${'e'.repeat(64)}`;
    engine.images.set(image, { Id: image, RepoTags: ['busybox:local'] });
    engine.containers.set(id, {
      Id: id,
      Name: `/${id}`,
      Image: image,
      Created: '2026-11-24T05:02:41.5Z',
      State: { Status: status, Running: status === 'running' },
      Config: { Image: 'busybox:local', Labels: {}, Env: [] },
      ...more,
    });
  }

  function listed(container: Json): Json {
    const { Id, Name, Image, State } = container as { Id: string; Name: string; Image: string; State: Json };
    return { Id, Names: [Name], ImageID: Image, State: State['Status'], Created: 1795496561 };
  }

  const nanos = (seconds: string): bigint => {
    const [whole = '0', fraction = ''] = seconds.split('.');
    return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  };

  function sendEvents(query: URLSearchParams, response: http.ServerResponse): void {
    const since = query.get('since');
    const until = query.get('until');
    const from = since === null ? undefined : nanos(since);
    const to = until === null ? undefined : nanos(until);
    if (to === undefined) engine.beforeStream();
    if (from !== undefined && from > (to ?? now()))
      return answer(response, 400, { message: 'since cannot be after until' });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from !== undefined || to !== undefined) {
      // The real one walks back from the newest, and stops at the first that is too old.
      const start = ring.findLastIndex(({ time }) => time < (from ?? 0n)) + 1;
      for (const { text, time } of ring.slice(start))
        if (to === undefined || time <= to) response.write(`${text}\n`);
    }
    if (to !== undefined && to < now()) return void response.end();
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  function answer(response: http.ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function handle({ url = '' }: http.IncomingMessage, response: http.ServerResponse): void {
    engine.requests.push(url);
    const { pathname, searchParams } = new URL(url, 'http://engine');
    const path = pathname.replace(/^\/v[\d.]+/, '');
    if (engine.hanging) return;
    for (const [part, status] of engine.failing)
      if (path.includes(part)) return answer(response, status, { message: 'told to fail' });
    const [, kind = '', id = ''] = path.split('/');
    if (path === '/_ping') return void response.writeHead(200, engine.pingHeaders).end('OK');
    if (path === '/info')
      return answer(response, 200, { Name: 'fake', CgroupVersion: '2', CgroupDriver: 'systemd' });
    if (path === '/version') return answer(response, 200, { Version: '20.10.24', ApiVersion: '1.41' });
    if (path === '/events') return sendEvents(searchParams, response);
    if (path === '/containers/json')
      return answer(response, 200, [...engine.containers.values()].map(listed));
    if (path === '/volumes') return answer(response, 200, { Volumes: [...engine.volumes.values()] });
    if (path === '/networks') return answer(response, 200, [...engine.networks.values()]);
    if (path === '/images/json') return answer(response, 200, [...engine.images.values()]);
    const all: Record<string, Map<string, Json>> = {
      containers: engine.containers,
      volumes: engine.volumes,
      networks: engine.networks,
      images: engine.images,
    };
    const found = all[kind]?.get(id);
    answer(response, found ? 200 : 404, found ?? { message: `no such ${kind}` });
  }

  async function start(): Promise<void> {
    server = http.createServer(handle);
    server.on('connection', (each: Socket) => {
      sockets.add(each);
      each.on('close', () => sockets.delete(each));
    });
    await new Promise<void>((resolve) => {
      if (overTcp) server.listen(0, '127.0.0.1', resolve);
      else server.listen(socket, resolve);
    });
    if (overTcp) engine.host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function stop(): Promise<void> {
    engine.cut();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }

  await start();
  return engine;
};

export type FakeEngine = Awaited<ReturnType<typeof createFakeEngine>>;
