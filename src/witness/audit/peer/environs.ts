import type { ProcessFiles } from '../../process/files';
import type { KeptVariables, ReadEnviron } from '../../process/job-variables';

const maxRemembered = 512;

interface Remembered {
  readonly start: number;
  readonly faults: number;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Kept variables of processes. The ancestors of clients are the same few, mostly asleep: their variables are remembered
 * until they have another page fault. A process that executes another program, and so may get other variables, has one at
 * the first instruction.
 */
export const rememberEnvirons = (files: ProcessFiles, kept: KeptVariables): ReadEnviron => {
  const remembered = new Map<number, Remembered>();
  const keeps = (name: string): boolean => kept.has(name);

  return (pid, { start, faults }) => {
    const known = remembered.get(pid);
    if (known?.start === start && known.faults === faults) return known.variables;
    const variables = files.environ(pid, keeps);
    if (variables === undefined) return undefined;
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(pid, { start, faults, variables });
    return variables;
  };
};
