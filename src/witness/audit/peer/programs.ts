import { closeSync, openSync, readSync } from 'node:fs';
import { exeOf, statOf } from '../../process/caller';
import type { ProcessFiles } from '../../process/files';
import type { KeptVariables, Lineage } from '../../process/job-variables';
import type { Stat } from '../../process/stat';

const maxKnown = 128;

/** What a process that called was read as. */
interface Called {
  readonly exe: string;
  readonly containerId: string | null;
}

interface Program {
  readonly stat: Stat;
  readonly variables: ReadonlyMap<string, string>;
  /** Its environment. The descriptor is of the program as it ran when it was opened. */
  readonly fd: number;
  /** The last walk in which it was found to run. */
  seen: number;
  called?: Called;
}

export interface Programs extends Lineage {
  /** What is asked until the next is one walk upwards. */
  walk(): void;
  /** What a process was read as, if it runs the same program still. */
  called(pid: number): (Called & Pick<Program, 'variables' | 'stat'>) | undefined;
  /** Remembers it. */
  call(pid: number, stat: Stat, containerId: string | null): void;
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
 * The ancestors of clients are the same few, some clients open a connection for each call, and to read a process costs
 * 30 µs and more. So one is remembered for as long as the same program runs in the same process, which one byte tells
 * (2 µs): the kernel ties an open /proc/<pid>/environ to the memory of that program, and it reads as empty when the process
 * has ended or has executed another.
 *
 * Its parent can be another only if that one has ended, and its number can then be somebody else's: so what is remembered
 * is believed only while the parent runs that it is remembered with.
 */
export const createPrograms = (files: ProcessFiles, kept: KeptVariables): Programs => {
  const known = new Map<number, Program>();
  const byte = Buffer.alloc(1);
  const keeps = (name: string): boolean => kept.has(name);
  let walk = 0;

  const forget = (pid: number): void => {
    const program = known.get(pid);
    if (program) closeSync(program.fd);
    known.delete(pid);
  };
  const isRunning = ({ fd }: Program): boolean => {
    try {
      return readSync(fd, byte, 0, 1, 0) === 1;
    } catch {
      return false;
    } finally {
      byte[0] = 0;
    }
  };
  const find = (pid: number): Program | undefined => {
    const program = known.get(pid);
    if (program === undefined || program.seen === walk) return program;
    if (isRunning(program)) {
      program.seen = walk;
      return program;
    }
    forget(pid);
    return undefined;
  };
  const hasParent = ({ stat }: Program): boolean =>
    stat.ppid <= 1 || (find(stat.ppid)?.stat.start ?? Infinity) <= stat.start;

  const environ: Lineage['environ'] = (pid, stat) => {
    const program = known.get(pid);
    if (program) return program.variables;
    // Opened first: if another program is executed meanwhile, the next walk sees that.
    const fd = opened(pid);
    const variables = files.environ(pid, keeps);
    if (fd === undefined) return variables;
    if (variables === undefined) {
      closeSync(fd);
      return undefined;
    }
    if (known.size >= maxKnown) forget(known.keys().next().value!);
    known.set(pid, { stat, variables, fd, seen: walk });
    return variables;
  };

  return {
    walk: () => void (walk += 1),
    stat(pid) {
      const program = find(pid);
      if (program && hasParent(program)) return program.stat;
      forget(pid);
      return statOf(files, pid);
    },
    environ,
    called(pid) {
      const program = find(pid);
      return program?.called && { ...program.called, variables: program.variables, stat: program.stat };
    },
    call(pid, stat, containerId) {
      if (find(pid)?.stat.start !== stat.start) forget(pid);
      environ(pid, stat);
      const program = known.get(pid);
      // Its file is read again now that the descriptor is there, for the same reason.
      if (program) program.called = { exe: exeOf(pid), containerId };
    },
    close() {
      for (const pid of [...known.keys()]) forget(pid);
    },
  };
};
