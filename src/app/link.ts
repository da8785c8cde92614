import { randomBytes } from 'node:crypto';
import type { Config } from '../config';
import type { Nanos, Observation, ProcessKey } from '../domain';
import { type CallerAnswer, type CallerQuestion, createWitnessServer, type WitnessServer } from '../link';
import type { Logger } from '../log';
import { witnessSocket } from './run-witness';
import { askFor } from './sighted';
import { superviseWitness } from './supervise-witness';

/** The daemon's sight of callers. */
export interface CallerSight {
  /** Told of everything that went to the pipeline, after it was queued there. */
  passed(observations: readonly Observation[]): void;
  /** What is not well, for `/readyz`. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

interface Before {
  readonly bootId: string;
  readonly through: Nanos;
}

interface Parts {
  readonly config: Config;
  readonly log: Logger;
  now(): Nanos;
  /** What an earlier daemon of the same data knew. */
  readonly before: Before | undefined;
  readonly beforeCalls: Before | undefined;
  /** What a process that called the audit socket is answered. */
  answer(question: CallerQuestion): Promise<CallerAnswer>;
  /** Processes whose end it waited for. */
  readonly roots: readonly ProcessKey[];
  submit(observations: readonly Observation[]): Promise<void>;
  /** Program and arguments that start a witness; undefined: none is started. */
  readonly command: readonly string[] | undefined;
}

const none: CallerSight = { passed: () => undefined, problems: () => [], stop: () => Promise.resolve() };

/**
 * Waits for a witness, and starts one when none comes. What it tells goes the same way as what the engine tells: each
 * source waits for its own commits, so its order is kept, and the writer takes the batches of both one after the other.
 */
export const startCallerSight = async (parts: Parts): Promise<CallerSight> => {
  const { config, log, now, submit, command } = parts;
  const wanted = config.watch.execs === 'on';
  const audited = config.audit !== undefined;
  /** The daemon goes on without: coverage says why. */
  const blind = async (reason: string): Promise<void> =>
    submit([{ k: 'source', at: now(), source: 'execs', state: 'off', reason }]);
  if (config.watch.execs === 'off' && !audited) {
    await blind('switched off (watch.execs)');
    return none;
  }
  if (process.platform !== 'linux') {
    const reason = 'docker commands are seen on Linux only';
    log.info(reason);
    await blind(reason);
    return wanted ? { ...none, problems: () => [reason] } : none;
  }

  let saidWhy = false;
  /** The first reason only: whoever wants more finds it in the coverage. */
  const sayWhy = (observation: Observation): void => {
    if (saidWhy || observation.k !== 'source' || observation.source !== 'execs') return;
    if (observation.state === 'on' || config.watch.execs === 'off' || !server?.connected()) return;
    saidWhy = true;
    const message = `docker commands are ${observation.state === 'off' ? 'not' : 'not all'} seen`;
    log[wanted ? 'error' : 'info']({ reason: observation.reason }, message);
  };
  const passed = (observations: readonly Observation[]): void => {
    if (server) askFor(observations, server);
  };
  let server: WitnessServer | undefined = undefined;
  server = await createWitnessServer({
    path: witnessSocket(config),
    bootId: randomBytes(8).toString('hex'),
    async emit(observations) {
      const committed = submit(observations);
      passed(observations);
      observations.forEach(sayWhy);
      await committed;
    },
    now,
    before: parts.before,
    beforeCalls: parts.beforeCalls,
    answer: parts.answer,
    log,
  }).catch(async (error: Error) => {
    log.warn({ err: error }, 'no witness can link itself');
    await blind(error.message);
    return undefined;
  });
  if (!server) return none;
  for (const root of parts.roots) server.watch(root);
  const { connected, state, stop } = server;
  const supervisor =
    command && superviseWitness({ command, connected, wanted: wanted || audited, staysBehind: audited, log });
  return {
    passed,
    problems() {
      const { execs, calls } = state();
      return [
        ...(wanted && execs?.state !== 'on'
          ? [`docker commands are not seen: ${execs?.reason ?? 'no witness yet'}`]
          : []),
        ...(audited && calls?.state !== 'on'
          ? [`calls are not seen: ${calls?.reason ?? 'no witness yet'}`]
          : []),
      ];
    },
    async stop() {
      await supervisor?.stop();
      await stop();
    },
  };
};
