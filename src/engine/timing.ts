/** How long the follower waits for what, in milliseconds. Tests shorten it. */
export interface Timing {
  /** Between two ticks. */
  readonly tick: number;
  /** From the beginning of a listing until its scan is told: events from before it have arrived by then. */
  readonly scanSettle: number;
  /** After a listing that failed. */
  readonly scanRetry: number;
  /** Between two pings, and how long one may take. */
  readonly ping: number;
  readonly pingAnswer: number;
  /** Before the first attempt to connect again, and at most; a stream that lasted longer than that counts as mended. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** How long a replay of the engine's memory may pause before it counts as complete. */
  readonly replayIdle: number;
  /** How long after its network went a container that does not run counts as one whose start failed. */
  readonly failedStart: number;
}

export const usualTiming: Timing = {
  tick: 1000,
  scanSettle: 1000,
  scanRetry: 5000,
  ping: 10_000,
  pingAnswer: 10_000,
  retryFirst: 100,
  retryMost: 5000,
  replayIdle: 1000,
  failedStart: 500,
};
