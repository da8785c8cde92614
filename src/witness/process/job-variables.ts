import type { Caller, ProcessKey } from '../../domain';
import type { ProcessFiles } from './files';
import { statOf, type Stat } from './stat';

/** Which variables may be kept, by name: with their value, or only that they are set. */
export type KeptVariables = ReadonlyMap<string, 'value' | 'presence'>;

type Found = Pick<Caller, 'env' | 'root' | 'olderThanJob'>;

const maxAncestors = 16;
const maxValue = 1024;

interface Step extends ProcessKey {
  /** Values of ids; empty where it has none. */
  readonly ids: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string>>;
}

/** The kept variables of a process that was just found to be as `stat` says; undefined when they cannot be read. */
export type ReadEnviron = (pid: number, stat: Stat) => ReadonlyMap<string, string> | undefined;

interface Known {
  /** Of the process itself, where it has just been read. */
  readonly own?: Stat;
  /** In place of reading it every time. */
  readonly environ?: ReadEnviron;
}

/** The process and its ancestors, as far as they can be read. */
function* upwards(files: ProcessFiles, pid: number, kept: KeptVariables, known: Known): Generator<Step> {
  const environ = known.environ ?? ((of) => files.environ(of, (name) => kept.has(name)));
  let at = pid;
  let youngest = Infinity;
  for (let step = 0; step <= maxAncestors && at > 1; step += 1) {
    const stat = (step === 0 ? known.own : undefined) ?? statOf(files, at);
    // A parent that started after its child is another process with the number of one that is gone.
    if (stat === undefined || stat.start > youngest) return;
    const found = environ(at, stat);
    if (found === undefined) return;
    const cut = [...found].map(([name, value]) => [name, value.slice(0, maxValue)] as const);
    yield {
      pid: at,
      start: stat.start,
      ids: new Map(cut.filter(([name, value]) => kept.get(name) === 'value' && value !== '')),
      env: Object.fromEntries(cut.map(([name, value]) => [name, kept.get(name) === 'value' ? value : ''])),
    };
    at = stat.ppid;
    youngest = stat.start;
  }
}

/**
 * Of which job a process of the host is: its own variables, or those of the nearest ancestor that has an id. The root is
 * the topmost process with all the same ids. An ancestor where an id has another value speaks against it: a daemon that
 * an earlier job left, or somebody who set the variable.
 */
export const jobVariables = (
  files: ProcessFiles,
  pid: number,
  kept: KeptVariables,
  known: Known = {},
): Found => {
  let claimed: Step | undefined;
  let root: Step | undefined;
  for (const step of upwards(files, pid, kept, known)) {
    if (claimed === undefined) {
      if (step.ids.size > 0) claimed = root = step;
      continue;
    }
    const ids = [...claimed.ids];
    if (ids.some(([name, value]) => (step.ids.get(name) ?? value) !== value))
      return { env: claimed.env, root: keyOf(root), olderThanJob: true };
    if (ids.every(([name]) => step.ids.has(name))) root = step;
  }
  return { env: claimed?.env ?? {}, root: keyOf(root), olderThanJob: false };
};

const keyOf = (step: Step | undefined): ProcessKey | null =>
  step === undefined ? null : { pid: step.pid, start: step.start };
