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
  /** How many, where that was counted; not stored. */
  readonly count?: number | undefined;
}

/** How well a source besides the engine's events sees, and since when. Events tell theirs by gaps. */
export interface SourceState {
  readonly source: 'execs' | 'calls';
  state: 'on' | 'off' | 'degraded';
  since: Nanos;
  /** Why it is not on, in words. */
  reason: string | null;
  /** Boot id of the witness that was linked last. */
  witness: string | null;
  /** What it is known to have missed since then. */
  lost: number;
}

export type Mode = 'events-only' | 'exec-watch' | 'audit-socket';
