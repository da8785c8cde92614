import { closeSync, openSync, readSync } from 'node:fs';
import { statOf } from '../../process/caller';
import type { ProcessFiles } from '../../process/files';
import type { KeptVariables, Lineage } from '../../process/job-variables';
import type { Stat } from '../../process/stat';

const maxKept = 128;

interface Ancestor {
  readonly stat: Stat;
  readonly variables: ReadonlyMap<string, string>;
  /** Its environment. The descriptor is of the program as it ran when it was opened. */
  readonly fd: number;
  /** The last walk in which it was found to run. */
  seen: number;
}

export interface Ancestors extends Lineage {
  /** What is asked until the next is one walk upwards. */
  walk(): void;
  /** Closes what is held. */
  close(): void;
}

const opened = (pid: number): number | undefined => {
  try {
    return openSync(`/proc/${pid}/environ`, 'r');
  } catch {
    return undefined;
  }
};

/**
 * The ancestors of clients are the same few, and reading one costs 30 µs. So an ancestor is remembered for as long as the
 * same program runs in the same process, which one byte tells (2 µs): the kernel ties an open /proc/<pid>/environ to the
 * memory of that program, and it reads as empty when the process has ended or has executed another.
 *
 * Its parent can be another only if that one has ended, and its number can then be somebody else's: so an ancestor is
 * believed only while the parent runs that it is remembered with.
 */
export const createAncestors = (files: ProcessFiles, kept: KeptVariables): Ancestors => {
  const known = new Map<number, Ancestor>();
  const byte = Buffer.alloc(1);
  const keeps = (name: string): boolean => kept.has(name);
  let walk = 0;

  const forget = (pid: number): void => {
    const ancestor = known.get(pid);
    if (ancestor) closeSync(ancestor.fd);
    known.delete(pid);
  };
  const isRunning = ({ fd }: Ancestor): boolean => {
    try {
      return readSync(fd, byte, 0, 1, 0) === 1;
    } catch {
      return false;
    } finally {
      byte[0] = 0;
    }
  };
  const find = (pid: number): Ancestor | undefined => {
    const ancestor = known.get(pid);
    if (ancestor === undefined || ancestor.seen === walk) return ancestor;
    if (isRunning(ancestor)) {
      ancestor.seen = walk;
      return ancestor;
    }
    forget(pid);
    return undefined;
  };
  const hasParent = ({ stat }: Ancestor): boolean =>
    stat.ppid <= 1 || (find(stat.ppid)?.stat.start ?? Infinity) <= stat.start;

  return {
    walk: () => void (walk += 1),
    stat(pid) {
      const ancestor = find(pid);
      if (ancestor && hasParent(ancestor)) return ancestor.stat;
      forget(pid);
      return statOf(files, pid);
    },
    environ(pid, stat) {
      const ancestor = known.get(pid);
      if (ancestor) return ancestor.variables;
      // Opened first: if another program is executed meanwhile, the next walk sees that.
      const fd = opened(pid);
      const variables = files.environ(pid, keeps);
      if (fd === undefined) return variables;
      if (variables === undefined || stat.exiting) {
        closeSync(fd);
        return variables;
      }
      if (known.size >= maxKept) for (const old of [...known.keys()]) forget(old);
      known.set(pid, { stat, variables, fd, seen: walk });
      return variables;
    },
    close() {
      for (const pid of [...known.keys()]) forget(pid);
    },
  };
};
