import type { Caller, Command } from './command';
import type { Nanos } from './time';

/** What the audit socket changed in a request, by the option that asks for it. */
export type CallChange = 'labelCreated' | 'rewriteSocketMounts';

/** Something that a request speaks of, as it was typed there: a name, an id, a prefix of an id, or a tag. */
export interface CallRef {
  readonly type: 'container' | 'volume' | 'network' | 'image' | 'exec';
  readonly ref: string;
}

/** One request to the engine that passes the audit socket. Told before the engine has all of it. */
export interface CallBegin {
  /** Unique over all witnesses: boot id of the witness, `:c`, and a number. */
  readonly key: string;
  readonly at: Nanos;
  /** As sent, at most 20 characters. */
  readonly method: string;
  /** As sent, without version and query, at most 1 KiB. */
  readonly path: string;
  /** Parameters that are kept, encoded; never build arguments or remote contexts. */
  readonly query: string;
  readonly userAgent: string | null;
  readonly refs: readonly CallRef[];
  /** The docker command that asks for the same; null for what changes nothing, and for what is not understood. */
  readonly command: Command | null;
  /** The kernel's word of who connected. */
  readonly pid: number;
  readonly uid: number;
  /** Who that process is; null where it was gone before it could be read. */
  readonly caller: Caller | null;
  readonly changed: readonly CallChange[];
}

export interface CallEnd {
  /** Of the CallBegin. */
  readonly key: string;
  readonly at: Nanos;
  /** Of the engine's answer; null when none came. */
  readonly status: number | null;
  /** Ids or names of what the answer says was made. */
  readonly created: readonly string[];
  /** The engine's words for why not, at most 1 KiB. */
  readonly message: string | null;
  /** Bytes of the request and of the answer, heads included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Who broke it off before it was over. */
  readonly aborted: 'client' | 'engine' | null;
}

/** What is kept of a call besides what it has in common with a command. */
export interface CallDetail extends Pick<
  CallBegin,
  'method' | 'path' | 'query' | 'userAgent' | 'refs' | 'changed'
> {
  /** False: nobody knows who called. */
  readonly callerKnown: boolean;
  status: number | null;
  created: readonly string[];
  message: string | null;
  bytesIn: number;
  bytesOut: number;
  aborted: 'client' | 'engine' | null;
}
