import type { Logger } from '../log';
import type { CallBegin, CallEnd, ExecBegin, ExecEnd, GapReason, Nanos, ProcessExit } from '../domain';

/** Something that a source missed. */
export interface Lost<Reason extends GapReason = GapReason> {
  readonly k: 'lost';
  readonly reason: Reason;
  /** null: nobody knows how many. */
  readonly count: number | null;
  readonly from: Nanos;
  readonly to: Nanos;
  /** How many of them were lines of calls; none when left out. */
  readonly calls?: number | undefined;
}

/** What the exec watch tells, in the order in which it saw it. */
export type Told =
  | { readonly k: 'exec.begin'; readonly exec: ExecBegin }
  | { readonly k: 'exec.end'; readonly end: ExecEnd }
  | { readonly k: 'exit'; readonly exit: ProcessExit }
  | Lost<'exec-overflow' | 'exec-vanished'>;

/** What the audit socket tells. */
export type CallTold =
  { readonly k: 'call.begin'; readonly call: CallBegin } | { readonly k: 'call.end'; readonly end: CallEnd };

/** What goes over the link: what both tell, and what its buffer had no room for. */
export type Sent = Told | CallTold | Lost<'buffer-overflow'>;

/** A process whose end is wanted; `start` null: the one that has this pid now. */
export interface Watched {
  readonly pid: number;
  readonly start: number | null;
}

export interface ExecWatchState {
  readonly priority: 'realtime' | 'nice' | 'normal';
  /** What is wrong with it at the moment, in words. */
  readonly problem: string | null;
  /** Commands seen, commands whose process was gone before it was read, overflows of the socket. */
  readonly seen: number;
  readonly vanished: number;
  readonly overflows: number;
}

/** The kernel's exec events, reduced to docker commands. */
export interface ExecWatch {
  watch(process: Watched): void;
  /** Everything before the time that this resolves with has been given to `emit`. */
  drained(): Promise<Nanos>;
  state(): ExecWatchState;
  stop(): Promise<void>;
}

export interface ExecWatchParts {
  /** Variables that may be kept: with their value, or only that they are set. */
  readonly keptVariables: ReadonlyMap<string, 'value' | 'presence'>;
  /** Further names under which a Docker client runs. */
  readonly clients: readonly string[];
  /** Paths of the sockets of the engine that is watched. */
  readonly engineSockets: readonly string[];
  /** Of this witness; begins the keys of its commands. */
  readonly bootId: string;
  emit(told: Told): void;
  /** It ended although nobody stopped it: nothing more comes. */
  onEnded(error: Error): void;
  readonly log: Logger;
}

/** Rejects with an Error that has `why` when this host or its rights do not allow it; see `whyUnavailable`. */
export type CreateExecWatch = (parts: ExecWatchParts) => Promise<ExecWatch>;

/** Short code of what is missing; undefined for any other error. */
export const whyUnavailable = (error: unknown): string | undefined => {
  const { why } = (error ?? {}) as { why?: unknown };
  return error instanceof Error && typeof why === 'string' ? why : undefined;
};

/** Whether a source sees, and why not. */
export interface SourceState {
  readonly state: 'on' | 'off' | 'degraded';
  readonly reason: string | null;
}

/** What of a pino logger this part uses. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
