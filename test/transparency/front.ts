import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../src/log';
import { createRelay, type Exchange } from '../../src/witness/audit/relay';

/** Something in front of an engine that must not be noticed. */
export interface Front {
  readonly socketPath: string;
  /** Whether these bytes, which came through it, end with its own refusal of what is ambiguous. */
  refused(bytes: string): boolean;
  stop(): Promise<void>;
}

/**
 * @param createBodies what happens to the bodies of `POST /containers/create`: they pass; they are held until
 * complete and go as they came; or they are replaced by the same bytes, as when something in them is altered.
 */
export const startFront = async (
  engineSocket: string,
  createBodies: 'pass' | 'hold' | 'replace',
): Promise<Front> => {
  const directory = mkdtempSync('/tmp/ct-front-');
  const socketPath = join(directory, 'audit.sock');
  const exchange: Exchange = {
    requestBody: createBodies === 'pass' ? 'pass' : 'hold',
    alter: (body) => (createBodies === 'replace' ? body : undefined),
    answered: () => 1024,
    ended: () => undefined,
  };
  const watched: Exchange = { requestBody: 'pass', answered: () => 1024, ended: () => undefined };
  const relay = createRelay({
    engine: engineSocket,
    observer: {
      connected: () => ({
        request: ({ method, target }) =>
          method === 'POST' && /\/containers\/create(\?|$)/.test(target) ? exchange : watched,
        closed: () => undefined,
      }),
    },
    log: createLogger({ level: 'error' }),
  });
  await new Promise<void>((listening) => relay.server.listen(socketPath, listening));
  return {
    socketPath,
    refused: (bytes) => /HTTP\/1\.1 (400|431) [^\r]*\r\nServer: crosstalk\r\n[^]*$/.test(bytes),
    async stop() {
      await relay.stop(0);
      rmSync(directory, { recursive: true });
    },
  };
};
