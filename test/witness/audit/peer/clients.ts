import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createLogger } from '../../../../src/log';
import { createPeers, type Peer, type Peers } from '../../../../src/witness/audit/peer';

/** A client of the server: `connect(then)` is at hand. */
export const script = (code: string, socket: string): string[] => [
  '-e',
  `const connect = (then) => require('node:net').connect(${JSON.stringify(socket)}, then); ${code}`,
];
/** Asks once, waits for the answer, and lives on. */
const askAndStay = `connect(function () { this.write('x') }).on('data', () => console.log('answered'));
  setInterval(() => {}, 1000);`;

const fdOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd;

export interface Server {
  readonly path: string;
  readonly peers: Peers;
  /** Of the next connection that is accepted. */
  next(): Promise<Peer>;
  close(): void;
}

export const kept = new Map([
  ['BUILD_TAG', 'value'],
  ['JENKINS_URL', 'presence'],
] as const);

/** A server that identifies and answers a byte for each connection. */
export const serve = async (
  path: string,
  parts: Partial<Parameters<typeof createPeers>[0]> = {},
): Promise<Server> => {
  const peers = await createPeers({ keptVariables: kept, log: createLogger({ level: 'silent' }), ...parts });
  const seen: Peer[] = [];
  const waiting: ((peer: Peer) => void)[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const peer = peers.identify(fdOf(socket));
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined));
    const then = waiting.shift();
    if (then) then(peer);
    else seen.push(peer);
    socket.on('data', () => socket.write('y'));
  }).listen(path);
  await once(server, 'listening');
  return {
    path,
    peers,
    next() {
      const first = seen.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => void waiting.push(resolve));
    },
    close() {
      server.close();
      peers.close();
      for (const socket of open) socket.destroy();
    },
  };
};

const running: ChildProcess[] = [];
export const endAll = (): void => running.splice(0).forEach((child) => void child.kill('SIGKILL'));

/** Starts a client that asks once and waits: its process, and whom the server took it for. */
export const ask = async (
  server: Server,
  env: Readonly<Record<string, string>> = {},
): Promise<{ child: ChildProcess; peer: Peer }> => {
  const child = spawn(process.execPath, script(askAndStay, server.path), { env, stdio: 'ignore' });
  running.push(child);
  return { child, peer: await server.next() };
};

/** The same, below a shell with variables of its own. */
export const askBelow = async (server: Server, env: Readonly<Record<string, string>>) => {
  const [code] = script(askAndStay, server.path).slice(1);
  const line = `env -i CODE="$CODE" '${process.execPath}' -e "$CODE" & wait`;
  const child = spawn('sh', ['-c', line], {
    env: { PATH: process.env['PATH']!, CODE: code!, ...env },
    stdio: 'ignore',
    detached: true,
  });
  running.push(child);
  const peer = await server.next();
  return {
    child,
    peer,
    end: () => {
      process.kill(-child.pid!, 'SIGKILL');
    },
  };
};

/**
 * Runs a client to its end, and its reaping, while this process does not look: the connection is accepted afterwards.
 * Returns its number.
 */
export const runUnseen = (server: Server, code: string): number => {
  const { pid, status } = spawnSync(process.execPath, script(code, server.path), { stdio: 'ignore' });
  expect(status).toBe(0);
  return pid;
};
