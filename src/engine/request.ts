import http from 'node:http';
import https from 'node:https';
import { asEngineError, EngineRefused } from './errors';
import type { Address } from './host';

const answerWithinMs = 30_000;
const longestErrorBytes = 8192;

export interface Answer {
  readonly response: http.IncomingMessage;
  /** Ends the connection. */
  close(): void;
}

/** A GET, answered with its headers; any status but 200 is an error. Nothing of the body has been read. */
export const get = (host: string, address: Address, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(asEngineError(host, error));
    const target =
      address.kind === 'socket'
        ? { socketPath: address.socketPath, headers: { host: 'docker' } }
        : { hostname: address.hostname.replace(/^\[(.*)\]$/, '$1'), port: address.port };
    const { request } = address.kind === 'tcp' && address.secure ? https : http;
    const call = request({ ...target, path, method: 'GET', agent: false });
    const close = (): void => void call.destroy();
    const late = setTimeout(
      () => call.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)),
      answerWithinMs,
    );
    call.on('error', (error) => {
      clearTimeout(late);
      fail(error);
    });
    call.on('response', (response) => {
      clearTimeout(late);
      if (response.statusCode === 200) return resolve({ response, close });
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= longestErrorBytes) chunks.push(chunk);
      });
      const refuse = (): void =>
        fail(
          new EngineRefused(
            response.statusCode ?? 0,
            `the engine at ${host} answered ${response.statusCode}: ${Buffer.concat(chunks).toString('utf8')}`,
          ),
        );
      response.on('close', refuse);
    });
    call.end();
  });
