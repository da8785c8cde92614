export interface Stat {
  readonly state: string;
  readonly ppid: number;
  readonly start: number;
}

/** Reads /proc/<pid>/stat. The second field is the process's name, which may hold anything, parentheses too. */
export const readStat = (text: string): Stat | undefined => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const stat = { state: fields[0] ?? '', ppid: Number(fields[1]), start: Number(fields[19]) };
  return Number.isInteger(stat.ppid) && Number.isInteger(stat.start) ? stat : undefined;
};

/** A zombie's life is over, whoever has not yet asked for its end. */
export const isOver = ({ state }: Stat): boolean => state === 'Z' || state === 'X' || state === 'x';
