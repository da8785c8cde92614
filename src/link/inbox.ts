import type { Observation } from '../domain';
import type { Peer } from './peer';
import type { Log } from './told';

/** Where an observation came from; without it, from the daemon's own end. */
interface Origin {
  readonly peer: Peer;
  /** Of a line that wants to be acknowledged. */
  readonly bootId?: string;
  readonly seq?: number;
}

export interface Inbox {
  add(observation: Observation, origin?: Origin): void;
  /** Whether this line came for the first time; it counts as come from now on. */
  isNew(bootId: string, seq: number): boolean;
  /** This line is of no use: it is acknowledged when what came before it is. */
  skip(peer: Peer, bootId: string, seq: number): void;
  /** The last line of this witness that is recorded; 0 for none. */
  recorded(bootId: string): number;
  /** Resolves when everything was handed on. */
  settled(): Promise<void>;
}

const longestBatch = 500;
/** With so many waiting the witness is not read from; its own buffer takes over. */
const mostWaiting = 2000;
/** Witnesses whose numbers are remembered: the one there is, and those before it. */
const bootsRemembered = 16;

/** Between the link and the writer: in order, each line once, acknowledged when it is committed. */
export const createInbox = ({
  emit,
  log,
}: {
  emit(observations: readonly Observation[]): Promise<void>;
  log: Log;
}): Inbox => {
  let waiting: { readonly observation?: Observation; readonly origin: Origin | undefined }[] = [];
  const boots = new Map<string, { come: number; recorded: number }>();
  const paused = new Set<Peer>();
  let pump: Promise<void> | undefined;

  const bootOf = (bootId: string) => {
    const known = boots.get(bootId);
    if (known) return known;
    const fresh = { come: 0, recorded: 0 };
    boots.set(bootId, fresh);
    if (boots.size > bootsRemembered) boots.delete(boots.keys().next().value!);
    return fresh;
  };

  const acknowledge = (batch: typeof waiting): void => {
    const last = batch.findLast(({ origin }) => origin?.seq !== undefined)?.origin;
    if (!last) return;
    bootOf(last.bootId!).recorded = last.seq!;
    last.peer.send({ ack: last.seq! });
  };

  /** Not recorded, so not acknowledged: their witness has to send all of it again. */
  const giveBack = (batch: typeof waiting): void => {
    for (const peer of new Set([...batch, ...waiting].map(({ origin }) => origin?.peer))) peer?.drop();
    waiting = waiting.filter(({ origin }) => origin === undefined);
    for (const boot of boots.values()) boot.come = boot.recorded;
  };

  const deliver = async (): Promise<void> => {
    await Promise.resolve(); // lines that came in one piece go in one batch
    while (waiting.length > 0) {
      const batch = waiting.splice(0, longestBatch);
      try {
        const observations = batch.flatMap(({ observation }) => observation ?? []);
        if (observations.length > 0) await emit(observations);
        acknowledge(batch);
      } catch (error) {
        log.warn({ err: error, observations: batch.length }, 'what the witness told could not be recorded');
        giveBack(batch);
      }
      if (waiting.length > mostWaiting / 2) continue;
      for (const peer of paused) peer.resume();
      paused.clear();
    }
    pump = undefined;
  };

  const isNew = (bootId: string, seq: number): boolean => {
    const boot = bootOf(bootId);
    if (seq <= boot.come) return false;
    boot.come = seq;
    return true;
  };

  return {
    add(observation, origin) {
      waiting.push({ observation, origin });
      if (origin && waiting.length > mostWaiting) {
        origin.peer.pause();
        paused.add(origin.peer);
      }
      pump ??= deliver();
    },
    isNew,
    skip(peer, bootId, seq) {
      if (!isNew(bootId, seq)) return;
      waiting.push({ origin: { peer, bootId, seq } });
      pump ??= deliver();
    },
    recorded: (bootId) => bootOf(bootId).recorded,
    settled: async () => pump,
  };
};
