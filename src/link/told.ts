import type { Logger } from '../log';
import type { CallerAnswer, CallerQuestion } from './question';
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

export interface AuditSocketState {
  readonly connections: number;
  readonly requests: number;
  /** Requests that it refused, and those that found no engine. */
  readonly refused: number;
  readonly unreachable: number;
  /** What makes it tell less than it could; null when nothing does. */
  readonly problem: string | null;
}

/** The engine's API, passed on, and every call told of. */
export interface AuditSocket {
  state(): AuditSocketState;
  /** Everything before the time that this gives has been given to `emit`. */
  drained(): Nanos;
  /** Running connections may end by themselves for so long. */
  stop(graceMs: number): Promise<void>;
}

export interface AuditSocketParts {
  /** Path, rights and group of its file. */
  readonly place: { readonly socket: string; readonly mode: number; readonly group: string | undefined };
  /** Path of the engine's own socket. */
  readonly engineSocket: string;
  readonly keptVariables: ExecWatchParts['keptVariables'];
  readonly bootId: string;
  readonly labelCreated: boolean;
  readonly rewriteSocketMounts: boolean;
  emit(told: CallTold): void;
  /** What the daemon says to a process that calls. */
  ask(question: CallerQuestion): Promise<CallerAnswer>;
  /** Of the process: what systemd hands on stands there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** Rejects where it cannot listen, or not tell who calls. */
export type CreateAuditSocket = (parts: AuditSocketParts) => Promise<AuditSocket>;

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
