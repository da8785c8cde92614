import type { Nanos, Observation } from '../domain';
import { type EngineClient, type Followed, type Follower, type Keep, createFollower } from '../engine';
import { writeRecording } from './write';

export interface RecordOptions {
  readonly client: EngineClient;
  readonly keep: Keep;
  readonly rescanEveryMs: number;
  readonly log: Parameters<typeof createFollower>[0]['log'];
  now(): Nanos;
  /** New file; an existing one is refused. */
  readonly file: string;
  /** Aborted when the recording is to end. */
  readonly stop: AbortSignal;
  /** Told when it has begun, and of events so far. */
  onStarted(host: string): void;
  onEvents(count: number): void;
  /** Another source beside the engine; it is told of everything that was written. */
  readonly beside?: (emit: (observations: readonly Observation[]) => void) => Promise<Beside>;
  readonly follow?: (parts: Parameters<typeof createFollower>[0]) => Follower;
}

interface Beside {
  passed(observations: readonly Observation[]): void;
  stop(): Promise<void>;
}

export interface Recorded {
  readonly lines: number;
  readonly events: number;
  readonly bytes: number;
  /** Stretches in which something may have been missed; what was before the recording is none. */
  readonly gaps: number;
}

/**
 * Follows an engine as the daemon does, into a file instead of the pipeline, until `stop`. Rejects with what the engine
 * part says, or with a RecordingError when the file cannot be written.
 */
export const recordEngine = async (options: RecordOptions): Promise<Recorded> => {
  const { client, keep, now, file, stop, log, rescanEveryMs, follow = createFollower } = options;
  const engine = await client.info();
  const header = { crosstalk: 1, engine, host: engine.name, startedAt: now() } as const;
  const recording = writeRecording(file, header, keep.keepLabel);

  let events = 0;
  let gaps = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const write = (observations: readonly Followed[]): void => {
    try {
      for (const observation of observations) {
        recording.write(observation);
        if (observation.k === 'event') events += 1;
        if (observation.k === 'gap' && observation.gap.reason !== 'start') gaps += 1;
      }
      options.onEvents(events);
    } catch {
      // The disk is full, say: what the file holds is all that it will hold, and close() tells why.
      end();
    }
  };
  const follower = follow({
    client,
    keep,
    keepText: true,
    now,
    resume: undefined,
    rescanEveryMs,
    log,
    emit(observations) {
      write(observations);
      beside?.passed(observations);
    },
  });
  let beside: Beside | undefined;
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    // First who sees callers: a command is seen before the event that it makes.
    beside = await options.beside?.((observations) => {
      write(observations);
      beside?.passed(observations);
    });
    await follower.start();
    options.onStarted(engine.name);
    await ended;
    await follower.stop();
    await beside?.stop();
  } catch (error) {
    await beside?.stop();
    await recording.close().catch(() => undefined);
    throw error;
  }
  return { ...(await recording.close()), events, gaps };
};
