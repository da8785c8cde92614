export interface Stat {
  readonly state: string;
  readonly ppid: number;
  readonly start: number;
  /** It has begun to end: its memory may be gone, and under cgroup v1 it is shown in the root cgroup. */
  readonly exiting: boolean;
}

/** PF_EXITING, set before anything of a process is torn down. */
const exitingFlag = 4;

/** Reads /proc/<pid>/stat. The second field is the process's name, which may hold anything, parentheses too. */
export const readStat = (text: string): Stat | undefined => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const stat = {
    state: fields[0] ?? '',
    ppid: Number(fields[1]),
    start: Number(fields[19]),
    exiting: (Number(fields[6]) & exitingFlag) !== 0,
  };
  return Number.isInteger(stat.ppid) && Number.isInteger(stat.start) ? stat : undefined;
};

/** A zombie's life is over, whoever has not yet asked for its end. */
export const isOver = ({ state }: Pick<Stat, 'state'>): boolean =>
  state === 'Z' || state === 'X' || state === 'x';
