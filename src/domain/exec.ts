import { MINUTE, type Nanos } from './time';

/** A process: pids are used again, its start tells which one it was. */
export interface ProcessKey {
  readonly pid: number;
  /** Clock ticks from the host's boot to its start (field 22 of /proc/<pid>/stat). */
  readonly start: number;
}

/** Who ran a command or made a call, as the witness read it from /proc. */
export interface Caller extends ProcessKey {
  readonly uid: number;
  /** Path of the executable; empty when the process was gone too soon. */
  readonly exe: string;
  /** 64-hex id of the outermost container of its cgroup; null for a process of the host. */
  readonly containerId: string | null;
  /** Of a process of the host: allow-listed job variables, its own or those of the nearest ancestor that has some. */
  readonly env: Readonly<Record<string, string>>;
  /** The topmost process with these variables: its end is the job's. Null without variables. */
  readonly root: ProcessKey | null;
  /** It, or what stands between it and the root, is older than the root or carries another job's variables. */
  readonly olderThanJob: boolean;
}

/** What a docker command line says, reduced to what is kept; see docs/exec-watch.md. */
export interface Command {
  /** `rm`, `kill`, `run`, `volume rm`, `compose up` …: aliases folded, groups before their verb; `signal` is kill, pkill, killall. */
  readonly verb: string;
  /** Names, ids and id prefixes as typed: containers, volumes, networks or images. */
  readonly targets: readonly string[];
  /** The command line was longer than is read: that a target is absent proves nothing. */
  readonly truncated: boolean;
  /** `--name` of run and create. */
  readonly name: string | null;
  /** Image that run and create name, or that commit, tag, build, pull, load make: see `tags` for the latter. */
  readonly image: string | null;
  /** Tags made: of build, tag, commit, pull, import. */
  readonly tags: readonly string[];
  /** Compose project: of -p or COMPOSE_PROJECT_NAME; null when it follows from a directory. */
  readonly project: string | null;
  /** `--filter` values of prunes. */
  readonly filters: readonly string[];
  /** `-f`, `--force` of rm, rmi, prunes. */
  readonly force: boolean;
  /** `--rm` of run. */
  readonly autoRemove: boolean;
}

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

/** A command as the core keeps it: one row of `execs`. */
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
}
