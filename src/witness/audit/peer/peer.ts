import type { Caller } from '../../../domain';

/** Who connected, by the kernel's word. All of it is of the process that called connect(), whoever uses the connection. */
export interface Peer {
  /** 0 where the process is outside of the witness's pid namespace. */
  readonly pid: number;
  /** Effective ones, as the host numbers them, at the time of connect(). */
  readonly uid: number;
  readonly gid: number;
  /** Null where nobody can tell who the process is, or was. */
  readonly caller: Caller | null;
}

export interface PeersState {
  /** Why callers that could be known are not; null when there is no such reason. */
  readonly problem: string | null;
  /** Connections whose caller was told. */
  readonly identified: number;
  /** Connections without: the process had gone, or could not be read. */
  readonly unknown: number;
  /** Spent on all of them. */
  readonly seconds: number;
}
