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
