import type { CallDetail } from './call';
import type { Caller, Command, ProcessKey } from './command';
import { MINUTE, type Nanos } from './time';

/** A command that the kernel saw being executed. */
export interface ExecBegin extends Command {
  /** Unique over all witnesses: boot id of the witness and number of its line. */
  readonly key: string;
  readonly at: Nanos;
  /** Whether it was meant for the engine that is watched. */
  readonly engine: 'this' | 'other' | 'unknown';
  readonly caller: Caller;
}

export interface ExecEnd {
  /** Of the ExecBegin. */
  readonly key: string;
  readonly at: Nanos;
  readonly code: number | null;
  readonly signal: number | null;
}

/** The end of a process that the daemon asked about: a container's main process, or the root of a host job. */
export interface ProcessExit extends ProcessKey {
  readonly at: Nanos;
  /** Both null: it was found gone, how it ended was not seen. */
  readonly code: number | null;
  readonly signal: number | null;
}

/** An event of the engine that a command may have brought about. */
export interface Effect {
  /** Row of `events`. */
  readonly id: number;
  readonly at: Nanos;
  readonly type: string;
  readonly action: string;
  /** Name of a network, volume or container, or the tag of an image; else the engine's id. */
  readonly name: string;
  readonly engineId: string;
  /** Internal ids of what was touched, and of the container that a network event speaks of. */
  readonly resource: number | null;
  readonly container: number | null;
}

/** What a command may bring about besides the ends of containers, which are acts: actions of events by their type. */
export const effectActions: Readonly<Record<string, readonly string[]>> = {
  container: ['exec_create', 'attach', 'archive-path', 'extract-to-dir', 'commit', 'destroy', 'prune'],
  network: ['connect', 'disconnect', 'destroy', 'prune'],
  volume: ['destroy', 'prune'],
  image: ['tag', 'untag', 'delete', 'prune'],
  builder: ['prune'],
};

/** Commands that are told of late are told of within this time. */
export const effectMemory: Nanos = 2n * MINUTE;

/** A command as the core keeps it: one row of `execs`, or, as a call that asks for the same, one of `calls`. */
export interface Exec extends Command {
  readonly id: number;
  readonly key: string;
  readonly at: Nanos;
  endAt: Nanos | null;
  code: number | null;
  signal: number | null;
  readonly engine: 'this' | 'other' | 'unknown';
  readonly pid: number;
  readonly start: number;
  readonly uid: number;
  readonly exe: string;
  readonly containerId: string | null;
  /** The caller's job as known when it was handled; a container's owner may become known later. */
  job: number | null;
  readonly olderThanJob: boolean;
  /** Of a run or create that chose no name: the one container it made. */
  made: number | null;
  /** Set for a call: `code` is then 0 when the engine did it and 1 when it refused, `verb` empty where no command asks for the same. */
  readonly call: CallDetail | null;
}

/** A call of the audit socket as the core keeps it: one row of `calls`. */
export interface Call extends Exec {
  readonly call: CallDetail;
}

export const isCall = (exec: Exec): exec is Call => exec.call !== null;
