import type { ProcessFiles } from './files';

export interface Stat {
  readonly state: string;
  readonly ppid: number;
  readonly start: number;
  /** It has begun to end: its memory may be gone, and under cgroup v1 it is shown in the root cgroup. */
  readonly exiting: boolean;
  /** Page faults until now. The first instruction of a program is one: while the number stands, nothing was executed. */
  readonly faults: number;
}

/** PF_EXITING, set before anything of a process is torn down. */
const exitingFlag = 4;

/** Reads /proc/<pid>/stat. The second field is the process's name, which may hold anything, parentheses too. */
export const readStat = (text: string): Stat | undefined => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 20);
  const stat = {
    state: fields[0] ?? '',
    ppid: Number(fields[1]),
    start: Number(fields[19]),
    exiting: (Number(fields[6]) & exitingFlag) !== 0,
    faults: Number(fields[7]) + Number(fields[9]),
  };
  return Number.isInteger(stat.ppid) && Number.isInteger(stat.start) ? stat : undefined;
};

/** A zombie's life is over, whoever has not yet asked for its end. */
export const isOver = ({ state }: Pick<Stat, 'state'>): boolean =>
  state === 'Z' || state === 'X' || state === 'x';

export const statOf = (files: ProcessFiles, pid: number): Stat | undefined => {
  const text = files.text(pid, 'stat');
  const stat = text === undefined ? undefined : readStat(text);
  return stat === undefined || isOver(stat) ? undefined : stat;
};
