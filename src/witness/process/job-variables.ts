import type { Caller, ProcessKey } from '../../domain';
import type { ProcessFiles } from './files';
import { isOver, readStat, type Stat } from './stat';

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

/** How a process and its ancestors are read; undefined when they cannot be. */
export interface Lineage {
  stat(pid: number): Stat | undefined;
  /** Its kept variables. Asked right after its stat. */
  environ(pid: number, stat: Stat): ReadonlyMap<string, string> | undefined;
}

const readLineage = (files: ProcessFiles, kept: KeptVariables): Lineage => ({
  stat(pid) {
    const text = files.text(pid, 'stat');
    return text === undefined ? undefined : readStat(text);
  },
  environ: (pid) => files.environ(pid, (name) => kept.has(name)),
});

/** The process and its ancestors, as far as they can be read. */
function* upwards(lineage: Lineage, pid: number, kept: KeptVariables): Generator<Step> {
  let at = pid;
  let youngest = Infinity;
  for (let step = 0; step <= maxAncestors && at > 1; step += 1) {
    const stat = lineage.stat(at);
    // A parent that started after its child is another process with the number of one that is gone.
    if (stat === undefined || isOver(stat) || stat.start > youngest) return;
    const found = lineage.environ(at, stat);
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
export const jobVariables = (files: ProcessFiles, pid: number, kept: KeptVariables): Found =>
  jobOf(readLineage(files, kept), pid, kept);

/** The same, of what is read in another way. */
export const jobOf = (lineage: Lineage, pid: number, kept: KeptVariables): Found => {
  let claimed: Step | undefined;
  let root: Step | undefined;
  for (const step of upwards(lineage, pid, kept)) {
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
