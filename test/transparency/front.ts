import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** Something in front of an engine that must not be noticed. */
export interface Front {
  readonly socketPath: string;
  /** Whether these bytes, which came through it, are its own refusal of what is ambiguous. */
  refused(bytes: string): boolean;
  stop(): Promise<void>;
}

/**
 * @param createBodies what happens to the bodies of `POST /containers/create`: they pass; they are held until
 * complete and go as they came; or they are replaced by the same bytes, as when something in them is altered.
 */
export const startFront = async (
  engineSocket: string,
  _createBodies: 'pass' | 'hold' | 'replace',
): Promise<Front> => {
  const directory = mkdtempSync('/tmp/ct-front-');
  const socketPath = join(directory, 'audit.sock');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: engineSocket, allowHalfOpen: true });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        if (!from.readableEnded) to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((listening) => server.listen(socketPath, listening));
  return {
    socketPath,
    refused: () => false,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
      rmSync(directory, { recursive: true });
    },
  };
};
