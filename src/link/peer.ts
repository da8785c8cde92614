import type { Socket } from 'node:net';
import {
  createLineCutter,
  decodeFromWitness,
  decodeHello,
  encodeLine,
  type FromDaemon,
  type FromWitness,
  type Hello,
  linkVersion,
  seqOf,
  versionOf,
} from './lines';

/** One connection to the daemon. */
export interface Peer {
  send(line: FromDaemon): void;
  refuse(message: string): void;
  /** The daemon ends in order. */
  bye(): void;
  drop(): void;
  /** Takes nothing more from it, or goes on. */
  pause(): void;
  resume(): void;
}

export interface PeerEvents {
  greet(peer: Peer, hello: Hello): void;
  refuseVersion(peer: Peer, version: number): void;
  take(line: FromWitness, peer: Peer, hello: Hello): void;
  misunderstood(peer: Peer, problem: string, seq: number | undefined): void;
  /** Called once for each. */
  closed(peer: Peer): void;
}

const longestHelloMs = 5000;
const longestEndMs = 500;

/** Reads a connection: first its hello, then its lines. What cannot be understood ends it. */
export const createPeer = (socket: Socket, events: PeerEvents): Peer => {
  let hello: Hello | undefined;
  let ending = false;

  const end = (line: FromDaemon): void => {
    ending = true;
    socket.end(encodeLine(line));
    // A witness that does not read would hold the connection for ever.
    setTimeout(() => socket.destroy(), longestEndMs).unref();
  };
  const peer: Peer = {
    send(line) {
      if (!ending) socket.write(encodeLine(line));
    },
    refuse: (message) => end({ refused: message }),
    bye: () => end({ bye: true }),
    drop: () => socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };

  const onLine = (text: string): void => {
    if (ending) return;
    if (hello) return events.take(decodeFromWitness(text), peer, hello);
    const version = versionOf(text);
    if (version !== linkVersion) return events.refuseVersion(peer, version);
    hello = decodeHello(text);
    clearTimeout(silent);
    events.greet(peer, hello);
  };

  const fail = (problem: string, seq?: number): void => {
    if (socket.destroyed) return;
    events.misunderstood(peer, problem, seq);
    socket.destroy();
  };
  const silent = setTimeout(() => socket.destroy(), longestHelloMs);
  const cut = createLineCutter((text) => {
    if (socket.destroyed) return;
    try {
      onLine(text);
    } catch (error) {
      fail((error as Error).message, seqOf(text));
    }
  });
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    try {
      cut(chunk);
    } catch (error) {
      fail((error as Error).message);
    }
  });
  socket.on('error', () => undefined); // 'close' follows and says enough
  socket.once('close', () => {
    clearTimeout(silent);
    events.closed(peer);
  });
  return peer;
};
