import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from './parts';
import { ApiError } from './errors';

/** `[::1]:7373` → `::1`, `Runner-7.:80` → `runner-7`. */
const hostOf = (address: string): string => {
  if (isIP(address) !== 0) return address.toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(address)?.[1];
  return (bracketed ?? address.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
};

/**
 * A page on another site can point its own name at 127.0.0.1 and then read what it likes (DNS rebinding); its requests still
 * carry that name in `Host`. An address is no name: where every interface is listened on, any is right.
 */
export const createHostCheck = ({ listen, host }: ApiConfig): ((request: FastifyRequest) => void) => {
  const listenHost = hostOf(listen);
  const everywhere = ['0.0.0.0', '::', ''].includes(listenHost);
  const allowed = new Set(['localhost', '127.0.0.1', '::1', listenHost]);
  if (host !== undefined) allowed.add(hostOf(host));
  return ({ headers }) => {
    const asked = hostOf(headers.host ?? '');
    if (asked !== '' && (allowed.has(asked) || (everywhere && isIP(asked) !== 0))) return;
    throw new ApiError(
      'host-not-allowed',
      'use localhost, the address the daemon listens on, or the name that the key `host` of the configuration gives it',
      'Host',
    );
  };
};

const digest = (text: string, encoding: 'utf8' | 'latin1'): Buffer =>
  createHash('sha256').update(text, encoding).digest();

/** Digests are compared, so neither content nor length of the token shows in the time taken. */
export const createTokenCheck = ({ token }: ApiConfig): ((request: FastifyRequest) => void) => {
  if (token === undefined) return () => undefined;
  const expected = digest(token.reveal(), 'utf8');
  return ({ headers }) => {
    const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    // Node reads header bytes as latin1.
    if (given !== undefined && timingSafeEqual(digest(given, 'latin1'), expected)) return;
    throw new ApiError(
      'unauthorized',
      'send the header `Authorization: Bearer <api.token>`',
      'Authorization',
    );
  };
};

const reading = ['GET', 'HEAD', 'OPTIONS'];

/** A form or a script of another site cannot send JSON here without being asked for its origin first. */
export const checkWrite = ({ method, headers }: FastifyRequest): void => {
  if (reading.includes(method)) return;
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw new ApiError('origin-not-allowed', 'send no Origin, or that of this daemon', 'Origin');
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? ''))
    throw new ApiError('unsupported-media-type', 'send Content-Type: application/json', 'Content-Type');
};
