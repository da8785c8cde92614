import { MILLISECOND, type Caller, type ExecBegin, type Nanos } from '../domain';
import { readCommand, type NamedEngine, type Tools } from './command';
import type { CommandLine, ProcessFiles } from './process/files';
import { isWhole, statOf } from './process/caller';
import type { Told, WatchedProcess } from './told';

/** A docker command lives 10 ms at the least: what had gone sooner than this was none. */
const shortestCommand = 8n * MILLISECOND;

interface Client {
  readonly pid: number;
  readonly uid: number;
  readonly named: NamedEngine;
  env(name: string): string | undefined;
}

interface Parts {
  readonly tools: Tools;
  readonly files: ProcessFiles;
  readonly bootId: string;
  exeOf(pid: number): string;
  callerOf(pid: number, exe: string): Caller | undefined;
  /** Variables of the client's own that `engineOf` asks for. */
  readonly engineVariables: ReadonlySet<string>;
  engineOf(client: Client): ExecBegin['engine'];
  /** Wall clock. */
  now(): Nanos;
  /** Asks for the ends of these processes and no others. */
  wantExits(pids: readonly number[]): void;
  tell(told: Told): void;
}

/** How something ended; both null where that was not seen. */
interface End {
  readonly at: Nanos;
  readonly code: number | null;
  readonly signal: number | null;
}

interface Begun {
  readonly key: string;
  readonly start: number;
  /** What it is, to know it again. */
  readonly likeness: string;
}

export interface Reader {
  exec(pid: number, at: () => Nanos): void;
  exit(pid: number, end: () => End): void;
  watch(process: WatchedProcess): void;
  /** After a loss: tells the ends that were not seen. */
  sweep(): void;
  /** Tells what was put together so far: processes that went before they were looked at. */
  flush(): void;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Turns the kernel's events into what is told. Nearly all of them are of other programs, so nothing is computed before a
 * process's name has matched; then everything is read at once, as the process may be gone in milliseconds.
 */
export const createReader = (parts: Parts): Reader => {
  const { tools, files, tell, now } = parts;
  const begun = new Map<number, Begun>();
  const watched = new Map<number, number>();
  let number = 0;
  let gone: { count: number; from: Nanos; to: Nanos } | undefined;

  const vanished = (at: Nanos): void => {
    gone = gone ? { count: gone.count + 1, from: gone.from, to: at } : { count: 1, from: at, to: at };
  };

  const flush = (): void => {
    if (gone) tell({ k: 'lost', reason: 'exec-vanished', ...gone });
    gone = undefined;
  };

  const endCommand = (pid: number, end: End): void => {
    const command = begun.get(pid);
    if (command === undefined) return;
    begun.delete(pid);
    tell({ k: 'exec.end', end: { key: command.key, ...end } });
  };
  const endWatched = (pid: number, end: End): void => {
    const start = watched.get(pid);
    if (start === undefined) return;
    watched.delete(pid);
    tell({ k: 'exit', exit: { pid, start, ...end } });
  };

  /**
   * Asks for the end of one more. It may have come before the asking: then it is told without how it ended. Those that
   * ended stay asked for until then, which costs nothing.
   */
  const track = (pid: number, start: number): void => {
    parts.wantExits([...new Set([...begun.keys(), ...watched.keys()])]);
    if (statOf(files, pid)?.start === start) return;
    const unseen = { at: now(), code: null, signal: null };
    endCommand(pid, unseen);
    endWatched(pid, unseen);
  };

  const begin = (pid: number, comm: string, exe: string, line: CommandLine, at: Nanos): void => {
    let own: ReturnType<ProcessFiles['environ']>;
    /** Its own variables, once they are asked for. */
    const variables = (): typeof own =>
      (own ??= files.environ(pid, (it) => it === 'COMPOSE_PROJECT_NAME' || parts.engineVariables.has(it)));
    const env = (name: string): string | undefined => variables()?.get(name);
    const read = readCommand({ comm, exe, ...line }, env, tools);
    const likeness = read === undefined ? '' : JSON.stringify([exe, read.command]);
    // `env docker kill` are two execs of one process: where the first was read late, both look like the second.
    if (read !== undefined && begun.get(pid)?.likeness === likeness) return;
    // A wrapper that becomes the real client: one process, one command at a time.
    endCommand(pid, { at, code: null, signal: null });
    if (read === undefined) return;
    const { tool, command, named } = read;
    const caller = parts.callerOf(pid, exe);
    if (caller === undefined) return vanished(at);
    if (tool === 'signal' && caller.containerId === null) return;
    const engine =
      tool === 'podman'
        ? 'other'
        : tool === 'signal' || variables() === undefined // without them nothing is known
          ? 'unknown'
          : parts.engineOf({ pid, uid: caller.uid, named, env });
    // The variables of a process that ends read as if there were none.
    const isSure = tool === 'podman' || isWhole(files, pid, caller.start);
    number += 1;
    const key = `${parts.bootId}:${number}`;
    begun.set(pid, { key, start: caller.start, likeness });
    tell({ k: 'exec.begin', exec: { ...command, key, at, engine: isSure ? engine : 'unknown', caller } });
    track(pid, caller.start);
  };

  return {
    exec(pid, at) {
      const comm = files.comm(pid);
      if (comm === undefined) {
        const time = at();
        if (now() - time >= shortestCommand) vanished(time);
        return;
      }
      let exe: string | undefined;
      if (tools.ofComm(comm) === undefined) {
        exe = parts.exeOf(pid);
        if (tools.ofFile(fileName(exe)) === undefined) return;
      }
      const time = at();
      const line = files.commandLine(pid);
      if (line === undefined) return vanished(time);
      begin(pid, comm, exe ?? parts.exeOf(pid), line, time);
    },
    exit(pid, end) {
      if (!begun.has(pid) && !watched.has(pid)) return;
      const how = end();
      endCommand(pid, how);
      endWatched(pid, how);
    },
    watch({ pid, start }) {
      const found = statOf(files, pid);
      if (found === undefined || (start !== null && found.start !== start)) {
        const exit = { pid, start: start ?? 0, at: now(), code: null, signal: null };
        tell({ k: 'exit', exit });
        return;
      }
      if (watched.has(pid) && watched.get(pid) !== found.start)
        endWatched(pid, { at: now(), code: null, signal: null });
      watched.set(pid, found.start);
      track(pid, found.start);
    },
    sweep() {
      const unseen = { at: now(), code: null, signal: null };
      for (const [pid, { start }] of [...begun])
        if (statOf(files, pid)?.start !== start) endCommand(pid, unseen);
      for (const [pid, start] of [...watched])
        if (statOf(files, pid)?.start !== start) endWatched(pid, unseen);
    },
    flush,
  };
};
