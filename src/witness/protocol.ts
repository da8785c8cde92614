import type { ListenError } from './netlink/socket';
import type { KeptVariables } from './process/job-variables';
import type { Priority } from './priority';
import type { Told, WatchedProcess } from './told';

/** What the thread is started with. */
export interface ThreadSettings {
  readonly kept: KeptVariables;
  readonly clients: readonly string[];
  readonly engineSockets: readonly string[];
  readonly bootId: string;
  readonly priority: Priority;
  readonly counters: Int32Array;
}

/** Places in the shared counters. */
export const counter = { execs: 0, seen: 1, vanished: 2, overflows: 3, length: 4 } as const;

export type ToThread = { readonly k: 'watch'; readonly process: WatchedProcess } | { readonly k: 'stop' };

export type FromThread =
  | {
      readonly k: 'ready';
      readonly port: number;
      readonly priority: Priority;
      readonly problem: string | null;
    }
  | { readonly k: 'refused'; readonly why: ListenError['why'] | 'no-koffi'; readonly message: string }
  | { readonly k: 'told'; readonly told: Told }
  | { readonly k: 'fence'; readonly id: number }
  | { readonly k: 'failed'; readonly message: string };
