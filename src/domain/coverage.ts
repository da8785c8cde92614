import type { Nanos } from './time';

export const gapReasons = [
  'start',
  'stream-break',
  'ring-overflow',
  'queue-overflow',
  'engine-restart',
  'rescan-drift',
  'inspect-missed',
  'exec-overflow',
  'exec-vanished',
  'link-down',
  'buffer-overflow',
  'disk',
  'clock',
] as const;
export type GapReason = (typeof gapReasons)[number];

/** A stretch of time in which something may have happened unseen. */
export interface Gap {
  readonly source: 'events' | 'execs' | 'calls';
  /** null: since before we looked for the first time. */
  readonly from: Nanos | null;
  readonly to: Nanos | null;
  readonly reason: GapReason;
  /** What is known to be missing, in words. */
  readonly missing: string;
}

export type Mode = 'events-only' | 'exec-watch' | 'audit-socket';
