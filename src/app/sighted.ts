import type { Observation } from '../domain';
import type { Watched } from '../link';

/** Somebody who sees callers. */
export interface Witness {
  /** A watermark that passes this moment is wanted. */
  askWatermark(): void;
  /** The end of this process is wanted. */
  watch(process: Watched): void;
}

/** Events that happen by themselves, many times a minute: nobody asks who made them. */
const nobodys = /^(exec_die|health_status|top|resize)/;

const asksWho = (observation: Observation): boolean =>
  observation.k === 'event' && !nobodys.test(observation.event.action);

const watchedBy = (observation: Observation): Watched | undefined => {
  if (observation.k === 'exec.begin') return observation.exec.caller.root ?? undefined;
  if (observation.k !== 'inspect' || observation.inspection.type !== 'container') return undefined;
  const { status, details } = observation.inspection.found;
  const alive = status === 'running' || status === 'paused';
  // A daemon in a pid namespace of its own sees 0.
  return alive && details?.pid ? { pid: details.pid, start: null } : undefined;
};

/** Looks at what passes to the pipeline and asks the witness for what goes with it. */
export const askFor = (observations: readonly Observation[], witness: Witness): void => {
  for (const observation of observations) {
    const process = watchedBy(observation);
    if (process) witness.watch(process);
  }
  if (observations.some(asksWho)) witness.askWatermark();
};
