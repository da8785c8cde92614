import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../../../log';
import { createConnection, type RelayedConnection } from './connection';
import { createPool } from './pool';
import type { Observer } from './seam';
import { createWatch } from './watched';

export type { Answer, Connection, Exchange, Observer, Outcome, RequestHead, ResponseHead } from './seam';

export interface RelayParts {
  /** Path of the engine's own socket. */
  readonly engine: string;
  readonly observer: Observer;
  readonly log: Logger;
  /** Bodies up to this length are held where that is wanted; 1 MiB when left out. */
  readonly holdLimit?: number;
}

export interface RelayStats {
  readonly connections: number;
  readonly requests: number;
  readonly refused: number;
  readonly unreachable: number;
  readonly observerFailures: number;
}

/** Passes connections on to the engine, byte for byte, and tells an observer of the requests in them. */
export interface Relay {
  /** Not listening yet. Half-open connections are what the engine's protocol is made of. */
  readonly server: Server;
  stats(): RelayStats;
  /** No new connection; idle ones end, what is under way may end by itself until the grace is over. */
  stop(graceMs: number): Promise<void>;
}

const quietMs = 60_000;

export const createRelay = ({ engine, observer, log, holdLimit = 1 << 20 }: RelayParts): Relay => {
  let saidAt = -Infinity;
  const complain = (message: string) => (error: unknown) => {
    if (performance.now() - saidAt < quietMs) return;
    saidAt = performance.now();
    log.error({ err: error }, message);
  };
  const watch = createWatch(observer, complain('a call could not be told of; it passed all the same'));
  const failed = complain('a connection was broken off by a mistake of ours');
  const pool = createPool(engine);
  const connections = new Set<RelayedConnection>();
  const count = { requests: 0, refused: 0, unreachable: 0 };

  const accept = (client: Socket): void => {
    const connection = createConnection({
      client,
      pool,
      watch,
      holdLimit,
      count,
      failed,
      closed: () => connections.delete(connection),
    });
    connections.add(connection);
  };
  // Nothing is read before it is known who connected: the observer is asked in the same turn.
  const server = createServer({ allowHalfOpen: true }, accept);

  return {
    server,
    stats: () => ({ connections: connections.size, ...count, observerFailures: watch.failures() }),
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.stop();
      const late = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, graceMs);
      await closed;
      clearTimeout(late);
      pool.stop();
    },
  };
};
