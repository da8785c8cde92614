import { closeSync, openSync, readSync } from 'node:fs';

/** Of a command line no more is read: one argument can hold 128 KiB, all together 6 MB. */
export const maxCommandLine = 64 * 1024;
const maxEnviron = 256 * 1024;

const fill = (path: string, buffer: Buffer, max: number): number | undefined => {
  let fd;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    let length = 0;
    for (;;) {
      const read = readSync(fd, buffer, length, max - length, null);
      length += read;
      if (read === 0 || length === max) return length;
    }
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
};

export interface CommandLine {
  readonly argv: readonly string[];
  readonly truncated: boolean;
}

/** What is read below /proc; every answer is undefined when the process is gone. */
export interface ProcessFiles {
  comm(pid: number): string | undefined;
  /** Also undefined for a zombie: its command line is empty. */
  commandLine(pid: number): CommandLine | undefined;
  text(pid: number, file: 'cgroup' | 'stat' | 'status'): string | undefined;
  /** Variables that `keeps` names. Nothing else is made a string of, and the buffer is overwritten. */
  environ(pid: number, keeps: (name: string) => boolean): ReadonlyMap<string, string> | undefined;
}

/** One buffer for every reading: nothing is allocated for the thousands of processes that are none of ours. */
export const createProcessFiles = (proc = '/proc'): ProcessFiles => {
  const buffer = Buffer.alloc(maxEnviron);
  const small = Buffer.alloc(64);

  return {
    comm(pid) {
      let fd;
      try {
        fd = openSync(`${proc}/${pid}/comm`, 'r');
      } catch {
        return undefined;
      }
      try {
        const length = readSync(fd, small, 0, small.length, null);
        return length > 0 ? small.toString('latin1', 0, length - 1) : undefined;
      } catch {
        return undefined;
      } finally {
        closeSync(fd);
      }
    },
    commandLine(pid) {
      const length = fill(`${proc}/${pid}/cmdline`, buffer, maxCommandLine);
      if (!length) return undefined;
      const argv = buffer.toString('utf8', 0, length).split('\0');
      argv.pop(); // what follows the last NUL: nothing, or an argument that was cut
      buffer.fill(0, 0, length);
      return { argv, truncated: length === maxCommandLine };
    },
    text(pid, file) {
      const length = fill(`${proc}/${pid}/${file}`, buffer, maxCommandLine);
      return length ? buffer.toString('latin1', 0, length) : undefined;
    },
    environ(pid, keeps) {
      const length = fill(`${proc}/${pid}/environ`, buffer, maxEnviron);
      if (length === undefined) return undefined;
      const kept = new Map<string, string>();
      for (let at = 0; at < length;) {
        const nul = buffer.indexOf(0, at);
        const end = nul < 0 || nul > length ? length : nul;
        const equals = buffer.indexOf(0x3d, at);
        if (equals > at && equals < end && equals - at <= 64) {
          const name = buffer.toString('latin1', at, equals);
          if (keeps(name) && !kept.has(name)) kept.set(name, buffer.toString('utf8', equals + 1, end));
        }
        at = end + 1;
      }
      buffer.fill(0, 0, length);
      return kept;
    },
  };
};
