import type { Socket } from 'node:net';
import { createClientSide } from './client-side';
import { createEngineSide } from './engine-side';
import { createLine, type LineParts } from './line';

interface ConnectionParts extends LineParts {
  closed(): void;
}

/** One client: its requests one after the other, each to a connection of the engine that is its own meanwhile. */
export const createConnection = ({ closed, ...parts }: ConnectionParts) => {
  const { client, watch } = parts;
  const { _handle: handle } = client as Socket & { readonly _handle?: { readonly fd?: number } };
  const watched = watch.connected(handle?.fd ?? -1);
  const line = createLine(parts);
  const { connect } = createEngineSide(line);
  const { pump, saidAll } = createClientSide(line, watched, connect);
  line.pump = pump;
  line.saidAll = saidAll;

  client.on('data', (chunk: Buffer) => {
    line.pending = line.pending && line.pending.length > 0 ? Buffer.concat([line.pending, chunk]) : chunk;
    pump();
  });
  client.on('drain', () => line.turn?.backend?.socket.resume());
  client.on('end', () => {
    line.clientEnded = true;
    saidAll();
  });
  client.on('error', () => undefined); // close follows
  client.on('close', () => {
    if (line.turn) line.abort('client');
    line.phase = 'closed';
    watched.closed();
    closed();
  });

  return {
    /** It goes when what is under way is over. */
    stop() {
      line.stopping = true;
      if (line.turn === undefined && line.phase === 'head') line.endClient();
    },
    destroy: () => client.destroy(),
  };
};

export type RelayedConnection = ReturnType<typeof createConnection>;
