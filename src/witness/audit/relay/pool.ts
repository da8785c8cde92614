import { connect, type Socket } from 'node:net';

/** Who a connection to the engine works for at the moment. */
export interface BackendUser {
  data(chunk: Buffer): void;
  /** The engine has said all it will. */
  ended(): void;
  /** It is gone; with an error where there was one. */
  closed(error: NodeJS.ErrnoException | undefined): void;
  drained(): void;
}

export interface Backend {
  readonly socket: Socket;
  user: BackendUser | undefined;
  /** It served a request before this one. */
  reused: boolean;
  connected: boolean;
}

/** Connections to the engine that stand at a clean boundary between messages. */
export interface Pool {
  /** An idle one, the newest first, or one that is being made. */
  take(user: BackendUser): Backend;
  /** Its answer is over and whole, and so is its request. */
  release(backend: Backend): void;
  idle(): number;
  stop(): void;
}

const mostIdle = 64;
/** The engine keeps idle connections for long; nobody needs them for long. */
const idleMs = 30_000;

export const createPool = (socketPath: string): Pool => {
  const idle: Backend[] = [];
  let stopped = false;

  const drop = (backend: Backend): void => {
    const at = idle.indexOf(backend);
    if (at !== -1) idle.splice(at, 1);
    backend.socket.destroy();
  };

  const open = (): Backend => {
    const socket = connect({ path: socketPath, allowHalfOpen: true });
    const backend: Backend = { socket, user: undefined, reused: false, connected: false };
    let failure: NodeJS.ErrnoException | undefined;
    socket.on('connect', () => (backend.connected = true));
    // An idle one that says anything, be it goodbye, is of no use.
    socket.on('data', (chunk: Buffer) => (backend.user ? backend.user.data(chunk) : drop(backend)));
    socket.on('end', () => (backend.user ? backend.user.ended() : drop(backend)));
    socket.on('drain', () => backend.user?.drained());
    socket.on('error', (error: NodeJS.ErrnoException) => (failure = error));
    socket.on('timeout', () => drop(backend));
    socket.on('close', () => {
      drop(backend);
      backend.user?.closed(failure);
      backend.user = undefined;
    });
    return backend;
  };

  return {
    take(user) {
      const backend = idle.pop() ?? open();
      if (backend.reused) backend.socket.setTimeout(0);
      backend.user = user;
      return backend;
    },
    release(backend) {
      backend.user = undefined;
      backend.reused = true;
      if (stopped || idle.length >= mostIdle || backend.socket.destroyed) return drop(backend);
      backend.socket.setTimeout(idleMs);
      backend.socket.resume();
      idle.push(backend);
    },
    idle: () => idle.length,
    stop() {
      stopped = true;
      for (const backend of [...idle]) drop(backend);
    },
  };
};
