import type { CallBegin, CallChange, Caller, Nanos } from '../../../domain';
import type { CallTold } from '../../../link';
import type { Peer, Peers } from '../peer';
import type { Answer, Connection, Exchange, Observer, RequestHead } from '../relay';
import { readAnswer, wantedOf } from './answer';
import { type Alteration, readBody, readCreate } from './body';
import { type Meaning, readMeaning } from './meaning';
import { keptQuery, readTarget, type Target } from './target';

/** What is changed in what jobs create. */
export interface CallOptions {
  /** The key of the caller's job is put on; null where it is not to be, or is not known. */
  jobOf: ((caller: Caller) => Promise<string | null>) | null;
  readonly auditSocket: string | null;
  isEngineSocket(path: string): boolean;
}

export interface ObserverParts {
  readonly peers: Pick<Peers, 'identify'>;
  /** Begins the keys of calls. */
  readonly bootId: string;
  now(): Nanos;
  emit(told: CallTold): void;
  /** An address of our own; undefined: it is none. */
  own(path: string, query: URLSearchParams, accept: string, peer: Peer): Answer | undefined;
  readonly options: CallOptions;
}

const longestAgent = 200;

const cleaned = (text: string): string => text.replace(/[\0-\x1f\x7f]/g, '').slice(0, longestAgent);

/** Tells of every call: that it begins before the engine has it, and how it ended. */
export const createObserver = (parts: ObserverParts): Observer => {
  const { peers, bootId, now, emit, own, options } = parts;
  let last = 0;

  const begun = (
    head: RequestHead,
    target: Target,
    meaning: Meaning,
    peer: Peer,
  ): Omit<CallBegin, 'changed'> => {
    const agent = head.header('user-agent');
    return {
      key: `${bootId}:c${++last}`,
      at: now(),
      method: head.method.slice(0, 20),
      path: target.path,
      query: keptQuery(target.query),
      userAgent: agent === undefined ? null : cleaned(agent),
      refs: meaning.refs,
      command: meaning.command,
      pid: peer.pid,
      uid: peer.uid,
      caller: peer.caller,
    };
  };

  const exchange = (head: RequestHead, target: Target, meaning: Meaning, peer: Peer): Exchange => {
    const call = begun(head, target, meaning, peer);
    const held = meaning.body !== null && head.body.kind !== 'none';
    let told = false;
    let status: number | null = null;
    let answer: ReturnType<typeof readAnswer> = { created: [], message: null };
    const begin = (command: CallBegin['command'], changed: readonly CallChange[]): void => {
      told = true;
      emit({ k: 'call.begin', call: { ...call, command, changed } });
    };
    const alter = (body: Buffer, job: string | null): Buffer | undefined => {
      const alteration: Alteration = {
        job,
        auditSocket: options.auditSocket,
        isEngineSocket: options.isEngineSocket,
      };
      if (meaning.body !== 'container') {
        begin(readBody(body, meaning), []);
        return undefined;
      }
      const read = readCreate(body, meaning, alteration);
      begin(read.command, read.changed);
      return read.body;
    };
    if (!held) begin(call.command, []);
    return {
      requestBody: held ? 'hold' : 'pass',
      alter: (body) =>
        meaning.body === 'container' && options.jobOf && peer.caller
          ? options.jobOf(peer.caller).then((job) => alter(body, job))
          : alter(body, null),
      tooLong: () => begin(call.command, []),
      answered(answered) {
        ({ status } = answered);
        return wantedOf(meaning, answered.status);
      },
      answerBody(body) {
        answer = readAnswer(meaning, status ?? 0, body);
      },
      ended({ bytesIn, bytesOut, aborted }) {
        if (!told) begin(call.command, []);
        emit({
          k: 'call.end',
          end: { key: call.key, at: now(), status, ...answer, bytesIn, bytesOut, aborted },
        });
      },
    };
  };

  return {
    connected(fd): Connection {
      const peer = peers.identify(fd);
      return {
        request(head) {
          const target = readTarget(head.target);
          const answer = own(target.path, target.query, head.header('accept') ?? '*/*', peer);
          return answer ?? exchange(head, target, readMeaning(head.method, target), peer);
        },
        closed: () => undefined,
      };
    },
  };
};
