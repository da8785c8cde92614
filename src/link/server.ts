import { createServer } from 'node:net';
import type { Nanos, Observation } from '../domain';
import { createInbox } from './inbox';
import { type FromWitness, type Hello, linkVersion } from './lines';
import { observationsOf } from './observe';
import { createPeer, type Peer } from './peer';
import type { CallerAnswer, CallerQuestion } from './question';
import { type Before, createSight } from './sight';
import { listenPrivately } from './socket-file';
import type { Log, SourceState, Watched } from './told';

export interface WitnessServerParts {
  /** `witness.sock` in the data directory. */
  readonly path: string;
  /** Resolves when all of it is committed. */
  emit(observations: readonly Observation[]): Promise<void>;
  now(): Nanos;
  /** Of this daemon. */
  readonly bootId: string;
  /** What an earlier daemon of the same data knew of commands, and of calls. */
  readonly before?: Before | undefined;
  readonly beforeCalls?: Before | undefined;
  /** What a process that called the audit socket is answered. */
  answer?(question: CallerQuestion): Promise<CallerAnswer>;
  /** How long after the start it is not yet said that no witness is there; 1 s when left out. */
  readonly graceMs?: number;
  readonly log: Log;
}

export interface WitnessServerState {
  readonly witness: { readonly pid: number; readonly bootId: string } | undefined;
  readonly execs: SourceState | undefined;
  /** undefined: there is no audit socket. */
  readonly calls: SourceState | undefined;
  /** Lines that could not be understood, witnesses that were turned away. */
  readonly malformed: number;
  readonly refused: number;
}

/** The daemon's end of the link. */
export interface WitnessServer {
  connected(): boolean;
  state(): WitnessServerState;
  /** A watermark that passes this moment is wanted; it becomes an observation. */
  askWatermark(): void;
  /** The end of this process is wanted, also from a witness that comes later. */
  watch(process: Watched): void;
  stop(): Promise<void>;
}

const noAuditSocket: SourceState = { state: 'off', reason: 'the witness has no audit socket (audit.socket)' };
const noAnswer: CallerAnswer = {
  status: 503,
  contentType: 'application/json',
  body: '{"message":"crosstalk: the daemon cannot answer now"}\n',
};
const heartbeatMs = 1000;
const longestAnswerMs = 10_000;
const mostWatched = 4096;

/** Listens, and resolves when it does. Without a witness it says why nothing is seen; that is no gap. */
export const createWitnessServer = async (parts: WitnessServerParts): Promise<WitnessServer> => {
  const { path, emit, now, bootId, graceMs = 1000, log } = parts;
  const inbox = createInbox({ emit, log });
  const observe = (observation: Observation): void => inbox.add(observation);
  const sight = createSight('execs', now, observe, parts.before);
  const callSight = createSight('calls', now, observe, parts.beforeCalls);
  /** Calls are spoken of only where there is, or was, an audit socket. */
  let hasCalls = parts.beforeCalls !== undefined;
  const sights = () => (hasCalls ? [sight, callSight] : [sight]);
  let witness: { readonly peer: Peer; readonly hello: Hello } | undefined;
  const peers = new Set<Peer>();
  let malformed = 0;
  let refused = 0;
  const watched = new Map<string, Watched>();
  let asked: { readonly n: number; readonly sinceMs: number; again: boolean } | undefined;
  let lastAsked = 0;
  /** A witness that stays keeps what it sees for the next daemon: going away now is no loss. */
  let stopping = false;

  const sees = (): boolean =>
    witness !== undefined &&
    sights().some((each) => each.state() !== undefined && each.state()?.state !== 'off');

  const askWatermark = (): void => {
    if (!witness || !sees()) return;
    if (asked) {
      asked.again = true;
      return;
    }
    asked = { n: ++lastAsked, sinceMs: performance.now(), again: false };
    witness.peer.send({ watermark: asked.n });
  };

  const tellCalls = (state: SourceState): void => {
    hasCalls = true;
    callSight.tell(state);
  };

  const answerFor = async (question: CallerQuestion): Promise<CallerAnswer> => {
    try {
      if (parts.answer) return await parts.answer(question);
    } catch (error) {
      log.warn({ err: error, what: question.what }, 'a process that asked could not be answered');
    }
    return noAnswer;
  };

  const take = (line: FromWitness, peer: Peer, hello: Hello): void => {
    if (line.k === 'source') {
      if (line.execs) sight.tell(line.execs);
      if (line.calls) tellCalls(line.calls);
      askWatermark();
    } else if (line.k === 'ask') {
      const { k: _, n, ...question } = line;
      void answerFor(question).then((answer) => peer.send({ answer: n, ...answer }));
    } else if (line.k === 'watermark') {
      if (line.n !== asked?.n) return;
      const { again } = asked;
      asked = undefined;
      for (const each of sights()) {
        each.heard();
        each.seenThrough(line.at);
      }
      inbox.add({ k: 'watermark', at: now(), through: line.at }, { peer });
      if (again) askWatermark();
    } else if (inbox.isNew(hello.bootId, line.seq)) {
      for (const each of sights()) each.heard();
      if (line.k === 'exit')
        for (const [key, { pid, start }] of watched)
          if (pid === line.exit.pid && (start === null || start === line.exit.start)) watched.delete(key);
      for (const observation of observationsOf(line, now()))
        inbox.add(observation, { peer, bootId: hello.bootId, seq: line.seq });
    } else peer.send({ ack: inbox.recorded(hello.bootId) });
  };

  const greet = (peer: Peer, hello: Hello): void => {
    if (witness && witness.hello.bootId !== hello.bootId) {
      refused += 1;
      const message = `another witness (process ${witness.hello.pid}) is linked already`;
      log.info({ pid: hello.pid }, `a witness was turned away: ${message}`);
      return peer.refuse(message);
    }
    // The same witness again: its old connection is dead, though its end has not been told yet.
    witness?.peer.drop();
    witness = { peer, hello };
    asked = undefined;
    log.info({ pid: hello.pid, execs: hello.sources.execs.state }, 'a witness is linked');
    sight.linked(hello.bootId);
    sight.tell(hello.sources.execs);
    if (hello.sources.calls) hasCalls = true;
    if (hasCalls) callSight.linked(hello.bootId);
    if (hasCalls) callSight.tell(hello.sources.calls ?? noAuditSocket);
    peer.send({ link: linkVersion, pid: process.pid, bootId, ack: inbox.recorded(hello.bootId) });
    for (const process of watched.values()) peer.send({ watch: process });
    askWatermark();
  };

  const refuseVersion = (peer: Peer, version: number): void => {
    const message = `it speaks version ${version} of the link, this daemon ${linkVersion}`;
    refused += 1;
    if (!witness) {
      sight.misheard(`a witness was refused: ${message}`);
      sight.tell({ state: 'off', reason: `a witness was refused: ${message}` });
    }
    log.warn({}, `a witness was refused: ${message}; install the same version of both`);
    peer.refuse(message);
  };

  const misunderstood = (peer: Peer, problem: string, seq: number | undefined): void => {
    malformed += 1;
    log.warn({ malformed }, `the link was dropped: ${problem}`);
    if (peer !== witness?.peer) return;
    for (const each of sights()) each.misheard(`${problem}, so the link to the witness was dropped`);
    // Sent once more it would be no better.
    if (seq !== undefined) inbox.skip(peer, witness.hello.bootId, seq);
  };

  const closed = (peer: Peer): void => {
    peers.delete(peer);
    if (peer !== witness?.peer) return;
    const { hello } = witness;
    witness = undefined;
    asked = undefined;
    if (stopping) return;
    for (const each of sights()) {
      each.parted(hello.bootId, `the witness (process ${hello.pid}) was away`);
      if (each.state()?.state !== 'off')
        each.tell({ state: 'off', reason: 'the link to the witness is down' });
    }
    log.info({ pid: hello.pid }, 'the witness is gone');
  };

  const server = createServer((socket) =>
    peers.add(createPeer(socket, { greet, refuseVersion, take, misunderstood, closed })),
  );
  await listenPrivately(server, path);
  server.on('error', (error) => log.warn({ err: error, path }, 'the socket of the link has a problem'));

  const grace = setTimeout(() => {
    for (const each of sights())
      if (!each.state()) each.tell({ state: 'off', reason: 'no witness is running' });
  }, graceMs);
  const heartbeat = setInterval(() => {
    if (asked && performance.now() - asked.sinceMs > longestAnswerMs) {
      log.warn({}, 'the witness does not answer; the link is dropped');
      witness?.peer.drop();
    } else askWatermark();
  }, heartbeatMs);

  return {
    connected: () => witness !== undefined,
    state: () => ({
      witness: witness && { pid: witness.hello.pid, bootId: witness.hello.bootId },
      execs: sight.state(),
      calls: callSight.state(),
      malformed,
      refused,
    }),
    askWatermark,
    watch(process) {
      const key = `${process.pid}:${process.start ?? ''}`;
      if (watched.has(key)) return;
      watched.set(key, process);
      if (watched.size > mostWatched) watched.delete(watched.keys().next().value!);
      witness?.peer.send({ watch: process });
    },
    async stop() {
      stopping = true;
      clearTimeout(grace);
      clearInterval(heartbeat);
      for (const peer of peers) peer.bye();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await inbox.settled();
    },
  };
};
