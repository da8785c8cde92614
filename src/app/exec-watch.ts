import type { Config } from '../config';
import { parseHost } from '../engine/host';
import { type CreateExecWatch, type ExecWatch, type SourceState, whyUnavailable } from '../link';
import { identifierOf } from './presets-in-use';
import { createExecWatch } from './witness';

type Parts = Parameters<CreateExecWatch>[0];

/** An engine on another host has no socket here, and its commands cannot be told from those for a third one. */
export const socketsOf = (host: string): readonly string[] => {
  const address = parseHost(host);
  return address.kind === 'socket' ? [address.socketPath] : [];
};

/** Starts the exec watch as configured; rejects with why it cannot work here. */
export const watchExecs = async (
  config: Config,
  parts: Pick<Parts, 'bootId' | 'emit' | 'onEnded' | 'log'>,
  create: CreateExecWatch = createExecWatch,
): Promise<ExecWatch> =>
  create({
    ...parts,
    keptVariables: identifierOf(config).keptVariables(),
    clients: config.watch.clients,
    // Who calls through the audit socket means the engine behind it.
    engineSockets: [...socketsOf(config.engine.host), ...(config.audit ? [config.audit.socket] : [])],
  });

/** How well it sees, as the daemon is told. */
export const sourceStateOf = (watch: ExecWatch): SourceState => {
  const { problem, priority } = watch.state();
  if (problem !== null) return { state: 'degraded', reason: problem };
  if (priority === 'normal')
    return {
      state: 'degraded',
      reason: 'its reader has no priority: on a busy host one or two commands in a hundred are missed',
    };
  return { state: 'on', reason: null };
};

/** What `crosstalk doctor` says about it. */
export type ExecWatchExamination =
  | { readonly state: 'off' }
  | {
      readonly state: 'works';
      readonly priority: ReturnType<ExecWatch['state']>['priority'];
      readonly problem: string | null;
    }
  | {
      readonly state: 'missing';
      /** Short code, where the watch knows what is missing. */
      readonly why: string | undefined;
      readonly message: string;
      /** The configuration demands it. */
      readonly wanted: boolean;
    };

/** Tries it: starts it, asks how far it has come, stops it. */
export const examineExecWatch = async (
  config: Config,
  log: Parts['log'],
  create?: CreateExecWatch,
): Promise<ExecWatchExamination> => {
  if (config.watch.execs === 'off') return { state: 'off' };
  try {
    const parts = { bootId: 'doctor', emit: () => undefined, onEnded: () => undefined, log };
    const watch = await watchExecs(config, parts, create);
    try {
      await watch.drained();
      const { priority, problem } = watch.state();
      return { state: 'works', priority, problem };
    } finally {
      await watch.stop();
    }
  } catch (error) {
    const { message } = error as Error;
    return {
      state: 'missing',
      why: whyUnavailable(error),
      message,
      wanted: config.watch.execs === 'on',
    };
  }
};
