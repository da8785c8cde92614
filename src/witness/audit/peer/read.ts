import type { Caller, ProcessKey } from '../../../domain';
import { outermostContainer } from '../../cgroup';
import { exeOf, statOf } from '../../process/caller';
import type { ProcessFiles } from '../../process/files';
import { jobOf, type KeptVariables, type Lineage } from '../../process/job-variables';
import type { Stat } from '../../process/stat';
import { createAncestors } from './ancestors';

interface Parts {
  readonly files: ProcessFiles;
  readonly kept: KeptVariables;
  /** Containers that the witness is in. */
  readonly own: ReadonlySet<string>;
}

export interface CallerReader {
  /**
   * Undefined when it went before all of it was read, `unreadable` when whose job it is cannot be told. That the number is
   * still that of the same process is not looked at here: see guard.ts.
   */
  read(pid: number, uid: number): Caller | 'unreadable' | undefined;
  close(): void;
}

const inContainer = { env: {}, root: null, olderThanJob: false } as const;

/**
 * Reads who a process is, as `readCaller` does, but in an order that needs one look at its stat: last. What was read before
 * was whole if it has not begun to end then.
 */
export const createCallerReader = ({ files, kept, own }: Parts): CallerReader => {
  const ancestors = createAncestors(files, kept);
  const keeps = (name: string): boolean => kept.has(name);

  /** Its job; undefined with the process of its line whose variables cannot be read. */
  const jobIn = (pid: number, stat: Stat, variables: ReadonlyMap<string, string>) => {
    let unread: ProcessKey | undefined;
    const lineage: Lineage = {
      stat: (of) => (of === pid ? stat : ancestors.stat(of)),
      environ(of, its) {
        if (of === pid) return variables;
        // Of a process that ends they read as if there were none.
        const found = its.exiting ? undefined : ancestors.environ(of, its);
        if (found === undefined) unread = { pid: of, start: its.start };
        return found;
      },
    };
    ancestors.walk();
    return { job: jobOf(lineage, pid, kept), unread };
  };

  return {
    read(pid, uid) {
      const cgroup = files.text(pid, 'cgroup');
      if (cgroup === undefined) return undefined;
      const containerId = outermostContainer(cgroup, own);
      const variables = containerId === null ? files.environ(pid, keeps) : undefined;
      const exe = exeOf(pid);
      const stat = statOf(files, pid);
      if (stat === undefined || stat.exiting) return undefined;
      const caller = { pid, start: stat.start, uid, exe, containerId };
      if (containerId !== null) return { ...caller, ...inContainer };
      if (variables === undefined) return 'unreadable';
      const { job, unread } = jobIn(pid, stat, variables);
      if (unread === undefined || job.root !== null) return { ...caller, ...job };
      // It would pass for a process of no job. An ancestor that has just ended is no matter of rights.
      const still = statOf(files, unread.pid);
      return still?.start === unread.start && !still.exiting ? 'unreadable' : undefined;
    },
    close: ancestors.close,
  };
};
