import { createHash } from 'node:crypto';
import { existsSync, lstatSync, statSync } from 'node:fs';
import type { ExecBegin } from '../domain';
import type { NamedEngine } from './command';
import { pathIn, readIn } from './process/root';

/** The caller as far as it decides where its calls go. */
interface Client {
  readonly pid: number;
  readonly uid: number;
  readonly named: NamedEngine;
  /** Its own variables: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME. */
  env(name: string): string | undefined;
}

/** Variables of a client that decide which engine it means. They are read, and told to nobody. */
export const engineVariables: ReadonlySet<string> = new Set([
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'HOME',
]);

const usualSocket = '/var/run/docker.sock';

const json = (text: string | undefined): Record<string, unknown> => {
  const value: unknown = text === undefined ? {} : JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
};
const textIn = (value: unknown, name: string): string | undefined => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** The address a client uses, in the order in which docker asks: -H, --context, DOCKER_HOST, DOCKER_CONTEXT, its configuration. */
const addressOf = ({ uid, named, env }: Client, root: string): string | undefined => {
  const home = env('HOME') ?? (uid === 0 ? '/root' : undefined);
  const config = named.config ?? env('DOCKER_CONFIG') ?? (home === undefined ? undefined : `${home}/.docker`);
  if (named.host !== null) return named.host;
  const usual = env('DOCKER_HOST') || `unix://${usualSocket}`;
  const context =
    named.context ??
    (env('DOCKER_HOST') ? 'default' : env('DOCKER_CONTEXT')) ??
    (config === undefined
      ? undefined
      : (textIn(json(readIn(root, `${config}/config.json`)), 'currentContext') ?? 'default'));
  if (context === 'default' || context === '') return usual;
  if (context === undefined || config === undefined) return undefined;
  const id = createHash('sha256').update(context).digest('hex');
  const meta = json(readIn(root, `${config}/contexts/meta/${id}/meta.json`));
  return textIn(Reflect.get(Object(meta['Endpoints']), 'docker'), 'Host');
};

const fileKey = ({ dev, ino }: { readonly dev: number | bigint; readonly ino: number | bigint }): string =>
  `${dev}:${ino}`;

/**
 * Tells whether a client's calls go to the engine that is watched. Paths say nothing, as every container has its own:
 * the socket's device and inode are the same through any mount.
 * @param sockets paths of the engine's socket, and of others that lead to it
 */
export const createEngineTest =
  (sockets: readonly string[], proc = '/proc') =>
  (client: Client): ExecBegin['engine'] => {
    const root = `${proc}/${client.pid}/root`;
    try {
      const address = addressOf(client, root);
      if (address === undefined) return 'unknown';
      if (!address.startsWith('unix://')) return /^(fd|npipe):/.test(address) ? 'unknown' : 'other';
      const path = address.slice('unix://'.length) || usualSocket;
      if (!path.startsWith('/')) return 'unknown';
      const found = pathIn(root, path);
      if (found === undefined) return existsSync(root) ? 'other' : 'unknown';
      // Asked each time: an engine that is restarted makes a new one.
      const ours = sockets.flatMap(
        (socket) => statSync(socket, { throwIfNoEntry: false, bigint: true }) ?? [],
      );
      return ours.map(fileKey).includes(fileKey(lstatSync(found, { bigint: true }))) ? 'this' : 'other';
    } catch {
      return 'unknown';
    }
  };
