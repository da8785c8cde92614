import type { Static, TSchema } from '@sinclair/typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Nanos, Reader, Writer } from '../domain';
import type { Metrics } from './metrics';

/** Query, path and body have the types of their schemas. Answers do not: some are bytes, and views hold to their schemas anyway. */
interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;

export interface ApiConfig {
  /** Where the daemon listens, `127.0.0.1:7373`: its host is one that requests may name. */
  readonly listen: string;
  /** The configured name of this host, allowed in the Host header too. */
  readonly host?: string | undefined;
  /** Without it everybody who reaches the port may read and write: for loopback only. */
  readonly token?: { reveal(): string } | undefined;
}

export interface ApiLimits {
  readonly bodyBytes: number;
  readonly urlBytes: number;
  /** All headers and the request line together. */
  readonly headerBytes: number;
  readonly connections: number;
  /** Per client address; health checks do not count. */
  readonly requestsPerMinute: number;
  /** For all clients on this machine together: page, command line, Prometheus and a reverse proxy share one address. */
  readonly loopbackRequestsPerMinute: number;
  readonly streams: number;
  /** A stream's client that has so much waiting for it is dropped. */
  readonly streamBacklogBytes: number;
  readonly heartbeatMs: number;
}

export const defaultLimits: ApiLimits = {
  bodyBytes: 64 * 1024,
  urlBytes: 8 * 1024,
  headerBytes: 16 * 1024,
  connections: 1024,
  requestsPerMinute: 6_000,
  loopbackRequestsPerMinute: 300_000,
  streams: 256,
  streamBacklogBytes: 1024 * 1024,
  heartbeatMs: 15_000,
};

/** Why the daemon is not ready; ready when there is no reason. */
export type Health = () => readonly string[];

export interface ApiParts {
  readonly reader: Reader;
  readonly writer: Pick<Writer, 'setFindingStatus' | 'addSuppression' | 'removeSuppression'>;
  readonly config: ApiConfig;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Calls the listener after each commit with the commit's number; gives back how to stop that. */
  readonly onCommit: (listener: (commit: number) => void) => () => void;
  /** Of the program, for the OpenAPI document. */
  readonly version: string;
  readonly limits?: Partial<ApiLimits>;
  /** The time against which `15m` is counted. */
  readonly now?: () => Nanos;
}

/** What a group of routes is given. */
export interface RouteParts {
  readonly reader: Reader;
  readonly writer: ApiParts['writer'];
  readonly now: () => Nanos;
}
