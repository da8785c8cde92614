/** Of each accepted connection, before any of its bytes is read. */
export interface Observer {
  /** @param fd the accepted socket: who connected can be asked of it, now and synchronously */
  connected(fd: number): Connection;
}

export interface Connection {
  /** A head is complete, and nothing of it has gone to the engine. Undefined: let it pass and tell nothing more of it. */
  request(head: RequestHead): Exchange | Answer | undefined;
  closed(): void;
}

export interface RequestHead {
  readonly method: string;
  /** As sent. */
  readonly target: string;
  /** First value of that name. */
  header(name: string): string | undefined;
  /** `length`: its bytes. */
  readonly body: Framing;
}

export interface ResponseHead {
  readonly status: number;
  header(name: string): string | undefined;
}

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** Of an answer without either: until its connection ends. */
  | { readonly kind: 'rest' };

/** An answer of our own: nothing of the request goes to the engine. */
export interface Answer {
  readonly answer: Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>;
}

/** What happens to one request, told as it happens. Nothing here may throw; what does is counted and goes unnoticed. */
export interface Exchange {
  /** `hold`: its body is given whole to `alter` before any of the request goes on; one over the limit passes as it is. */
  readonly requestBody: 'pass' | 'hold';
  /** The decoded body. What is returned goes in its place, undefined: everything as it came, byte for byte. */
  alter?(body: Buffer): Buffer | undefined | Promise<Buffer | undefined>;
  /** It was too long to be held, and passes as it is. */
  tooLong?(): void;
  /** Head of the final answer. Returns how many bytes of the decoded body it wants at most. */
  answered(head: ResponseHead): number;
  /** The beginning of the body, as much as was wanted and came. */
  answerBody?(body: Buffer): void;
  /** Once for each, whatever happened. Of a tunnel: when it has ended. */
  ended(outcome: Outcome): void;
}

export interface Outcome {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Who broke it off before it was over. */
  readonly aborted: 'client' | 'engine' | null;
}
