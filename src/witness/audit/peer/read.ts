import type { Caller, ProcessKey } from '../../../domain';
import { outermostContainer } from '../../cgroup';
import { exeOf, statOf } from '../../process/caller';
import type { ProcessFiles } from '../../process/files';
import { jobOf, type KeptVariables, type Lineage } from '../../process/job-variables';
import type { Stat } from '../../process/stat';
import { createPrograms } from './programs';

interface Parts {
  readonly files: ProcessFiles;
  readonly kept: KeptVariables;
  /** Containers that the witness is in. */
  readonly own: ReadonlySet<string>;
}

export interface CallerReader {
  /**
   * Undefined when it went before all of it was read, `unreadable` when whose job it is may not be read. That the number is
   * still that of the same process is not looked at here: see guard.ts.
   */
  read(pid: number, uid: number): Caller | 'unreadable' | undefined;
  close(): void;
}

type Variables = ReadonlyMap<string, string>;

const inContainer = { env: {}, root: null, olderThanJob: false } as const;
const maxOnce = 64;

/**
 * Reads who a process is, as `readCaller` does, but in an order that needs one look at its stat: last. What was read before
 * was whole if it has not begun to end then. One that calls for the second time is remembered.
 */
export const createCallerReader = ({ files, kept, own }: Parts): CallerReader => {
  const programs = createPrograms(files, kept);
  const keeps = (name: string): boolean => kept.has(name);
  /** Starts of those that have called once. */
  const once = new Map<number, number>();

  const calledBefore = (pid: number, start: number): boolean => {
    if (once.get(pid) === start) return once.delete(pid);
    if (once.size >= maxOnce) once.clear();
    once.set(pid, start);
    return false;
  };

  /** Its job, and a process of its line whose variables cannot be read. */
  const jobIn = (pid: number, stat: Stat, variables: Variables) => {
    let unread: ProcessKey | undefined;
    const lineage: Lineage = {
      stat: (of) => (of === pid ? stat : programs.stat(of)),
      environ(of, its) {
        if (of === pid) return variables;
        // Of a process that ends they read as if there were none.
        const found = its.exiting ? undefined : programs.environ(of, its);
        if (found === undefined) unread = { pid: of, start: its.start };
        return found;
      },
    };
    return { job: jobOf(lineage, pid, kept), unread };
  };

  const ofHost = (
    caller: Omit<Caller, keyof typeof inContainer>,
    stat: Stat,
    variables: Variables,
  ): Caller | 'unreadable' | undefined => {
    const { job, unread } = jobIn(caller.pid, stat, variables);
    if (unread === undefined || job.root !== null) return { ...caller, ...job };
    // It would pass for a process of no job. An ancestor that has just ended is no matter of rights.
    const still = statOf(files, unread.pid);
    return still?.start === unread.start && !still.exiting ? 'unreadable' : undefined;
  };

  return {
    read(pid, uid) {
      programs.walk();
      const cgroup = files.text(pid, 'cgroup');
      if (cgroup === undefined) return undefined;
      const containerId = outermostContainer(cgroup, own);
      const before = programs.called(pid);
      // Its memory was there after its cgroup was read: so it had not left that by ending.
      if (before?.containerId === containerId) {
        const { exe, variables } = before;
        const stat = containerId === null ? programs.stat(pid) : before.stat;
        if (stat === undefined || stat.exiting) return undefined;
        const caller = { pid, start: stat.start, uid, exe, containerId };
        return containerId === null ? ofHost(caller, stat, variables) : { ...caller, ...inContainer };
      }
      const variables = containerId === null ? files.environ(pid, keeps) : undefined;
      const exe = exeOf(pid);
      const stat = statOf(files, pid);
      if (stat === undefined || stat.exiting) return undefined;
      if (calledBefore(pid, stat.start)) programs.call(pid, stat, containerId);
      const caller = { pid, start: stat.start, uid, exe, containerId };
      if (containerId !== null) return { ...caller, ...inContainer };
      return variables === undefined ? 'unreadable' : ofHost(caller, stat, variables);
    },
    close: programs.close,
  };
};
