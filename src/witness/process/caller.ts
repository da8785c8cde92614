import { readlinkSync } from 'node:fs';
import type { Caller } from '../../domain';
import { outermostContainer } from '../cgroup';
import type { ProcessFiles } from './files';
import { jobVariables, type KeptVariables } from './job-variables';
import { isOver, readStat, type Stat } from './stat';

export const exeOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
};

export const statOf = (files: ProcessFiles, pid: number): Stat | undefined => {
  const text = files.text(pid, 'stat');
  const stat = text === undefined ? undefined : readStat(text);
  return stat === undefined || isOver(stat) ? undefined : stat;
};

/** Whether everything that was read of it until now was its own, and whole: it is there and has not begun to end. */
export const isWhole = (files: ProcessFiles, pid: number, start: number): boolean => {
  const stat = statOf(files, pid);
  return stat !== undefined && stat.start === start && !stat.exiting;
};

const uidOf = (files: ProcessFiles, pid: number): number | undefined => {
  const uid = /^Uid:\s(\d+)/m.exec(files.text(pid, 'status') ?? '')?.[1];
  return uid === undefined ? undefined : Number(uid);
};

interface Parts {
  readonly files: ProcessFiles;
  readonly kept: KeptVariables;
  /** Containers that the witness is in. */
  readonly own: ReadonlySet<string>;
}

/** Who a process is: undefined when it went before all of it was read, or its number was given to another meanwhile. */
export const readCaller = ({ files, kept, own }: Parts, pid: number, exe: string): Caller | undefined => {
  const cgroup = files.text(pid, 'cgroup');
  const before = statOf(files, pid);
  if (cgroup === undefined || before === undefined) return undefined;
  const containerId = outermostContainer(cgroup, own);
  const uid = uidOf(files, pid);
  const variables =
    containerId === null ? jobVariables(files, pid, kept) : { env: {}, root: null, olderThanJob: false };
  if (uid === undefined || !isWhole(files, pid, before.start)) return undefined;
  return { pid, start: before.start, uid, exe, containerId, ...variables };
};
