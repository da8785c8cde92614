import type { Answer, Connection, Exchange, Observer, Outcome, RequestHead, ResponseHead } from './seam';

/** What is told to the observer of one connection; its failures are counted, and traffic does not notice them. */
export interface WatchedConnection {
  request(head: RequestHead): Exchange | Answer | undefined;
  closed(): void;
}

export interface Watch {
  connected(fd: number): WatchedConnection;
  answered(exchange: Exchange | undefined, head: ResponseHead): number;
  answerBody(exchange: Exchange | undefined, body: Buffer): void;
  ended(exchange: Exchange | undefined, outcome: Outcome): void;
  /** The other body, undefined for the same one. */
  alter(exchange: Exchange, body: Buffer): Promise<Buffer | undefined> | Buffer | undefined;
  tooLong(exchange: Exchange): void;
  failures(): number;
}

export const createWatch = (observer: Observer, onFailure: (error: unknown) => void): Watch => {
  let failures = 0;
  const fail = (error: unknown): void => {
    failures += 1;
    onFailure(error);
  };
  const safely = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch (error) {
      fail(error);
      return otherwise;
    }
  };
  return {
    connected(fd) {
      const connection: Connection | undefined = safely(() => observer.connected(fd), undefined);
      return {
        request: (head) => safely(() => connection?.request(head), undefined),
        closed: () => safely(() => connection?.closed(), undefined),
      };
    },
    answered: (exchange, head) => safely(() => exchange?.answered(head) ?? 0, 0),
    answerBody: (exchange, body) => safely(() => exchange?.answerBody?.(body), undefined),
    ended: (exchange, outcome) => safely(() => exchange?.ended(outcome), undefined),
    alter(exchange, body) {
      const altered = safely(() => exchange.alter?.(body), undefined);
      if (!(altered instanceof Promise)) return altered;
      return altered.catch((error: unknown) => {
        fail(error);
        return undefined;
      });
    },
    tooLong: (exchange) => safely(() => exchange.tooLong?.(), undefined),
    failures: () => failures,
  };
};
