import type { Terminal } from './terminal';

/** `1,234,567` */
export const grouped = (count: number): string => Math.round(count).toLocaleString('en-GB');

/** `45 s`, `3 min 20 s`, `2 h 5 min` */
export const spelt = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

export interface Progress {
  /** `done` of `total` in one unit (bytes, pages); `count` things handled so far. */
  tell(done: number, total: number, count: number): void;
  /** Clears the line. */
  end(): void;
}

const betweenTellsMs = 200;

/** One line with share, rate and time left, on a terminal only. `nowMs` is a monotonic clock. */
export const createProgress = (
  terminal: Terminal,
  label: string,
  unit: string,
  nowMs: () => number,
): Progress => {
  const startedMs = nowMs();
  let toldMs = startedMs;
  return {
    tell(done, total, count) {
      const at = nowMs();
      if (!terminal.isTerminal || at - toldMs < betweenTellsMs) return;
      toldMs = at;
      const seconds = (at - startedMs) / 1000;
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const left = share > 0 ? `, ${spelt((seconds * (1 - share)) / share)} left` : '';
      terminal.status(
        `${label}  ${Math.floor(share * 100)} %  ${grouped(count / Math.max(seconds, 0.001))} ${unit}/s${left}`,
      );
    },
    end: () => terminal.status(''),
  };
};
