import { randomBytes } from 'node:crypto';
import type { Nanos, Observation } from '../domain';
import { type CreateExecWatch, observationsOf } from '../link';
import type { Logger } from '../log';
import type { Config } from '../config';
import { sourceStateOf, watchExecs } from './exec-watch';
import type { Witness } from './sighted';

const heartbeatMs = 1000;

/**
 * A witness in this process, for a recording: without a link, but telling the same. Where commands cannot be seen it says
 * so to `onUnavailable` and in the recording.
 */
export const startOwnWitness = async (options: {
  readonly config: Config;
  emit(observations: readonly Observation[]): void;
  onUnavailable(message: string): void;
  now(): Nanos;
  readonly log: Logger;
  readonly create?: CreateExecWatch | undefined;
}): Promise<Witness & { stop(): Promise<void> }> => {
  const { config, emit, onUnavailable, now, log, create } = options;
  const off = (reason: string): void => {
    emit([{ k: 'source', at: now(), source: 'execs', state: 'off', reason }]);
    onUnavailable(reason);
  };
  const parts = {
    bootId: randomBytes(8).toString('hex'),
    emit: (told: Parameters<typeof observationsOf>[0]) => emit(observationsOf(told, now())),
    onEnded: (error: Error) => off(`the exec watch broke: ${error.message}`),
    log,
  };
  const watch = await watchExecs(config, parts, create).catch((error: Error) => off(error.message));
  if (!watch) return { askWatermark: () => undefined, watch: () => undefined, stop: () => Promise.resolve() };
  emit([{ k: 'source', at: now(), source: 'execs', ...sourceStateOf(watch) }]);

  let stopped = false;
  let asking = false;
  let again = false;
  const askWatermark = (): void => {
    again = asking;
    if (asking) return;
    asking = true;
    void watch
      .drained()
      .then((through) => stopped || emit([{ k: 'watermark', at: now(), through }]))
      .catch((error: unknown) => log.warn({ err: error }, 'the exec watch does not say how far it is'))
      .finally(() => {
        asking = false;
        if (again && !stopped) askWatermark();
      });
  };
  const heartbeat = setInterval(askWatermark, heartbeatMs);
  return {
    askWatermark,
    watch: (process) => watch.watch(process),
    async stop() {
      clearInterval(heartbeat);
      stopped = true;
      await watch.stop();
    },
  };
};
