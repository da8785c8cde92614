import type { ExecBegin, ExecEnd, Nanos, ProcessExit } from '../domain';

/** What the watch tells, in the order in which it read it. */
export type Told =
  | { readonly k: 'exec.begin'; readonly exec: ExecBegin }
  | { readonly k: 'exec.end'; readonly end: ExecEnd }
  | { readonly k: 'exit'; readonly exit: ProcessExit }
  | {
      readonly k: 'lost';
      readonly reason: 'exec-overflow' | 'exec-vanished';
      /** How many; null where the kernel does not say. */
      readonly count: number | null;
      readonly from: Nanos;
      readonly to: Nanos;
    };

/** A process whose end is wanted; without its start, the one that has the number now. */
export interface WatchedProcess {
  readonly pid: number;
  readonly start: number | null;
}
