import { type EngineEvent, type Nanos, type Scan, SECOND } from '../domain';

/** A bound on memory only: a container that is forgotten costs a needless inspection at most. */
const mostContainers = 10_000;

type Phase =
  { readonly is: 'created' } | { readonly is: 'running' } | { readonly is: 'ended'; readonly at: Nanos };

export interface FailedStarts {
  see(event: EngineEvent): void;
  scanned(scan: Scan): void;
  stop(): void;
}

/**
 * A start that fails has no event of its own. What shows is that a network was disconnected from a container that does
 * not run: before its first start (28: without having been connected), and not as a part of its end, which disconnects
 * it too, before its `die` (26 and newer) or after it (20.10).
 */
export const watchFailedStarts = ({
  afterMs,
  onSuspected,
}: {
  readonly afterMs: number;
  onSuspected(container: string): void;
}): FailedStarts => {
  const phases = new Map<string, Phase>();
  const timers = new Map<string, NodeJS.Timeout>();

  const enter = (container: string, phase: Phase): void => {
    phases.delete(container);
    phases.set(container, phase);
    if (phases.size > mostContainers) phases.delete(phases.keys().next().value!);
  };
  const forget = (container: string): void => {
    phases.delete(container);
    clearTimeout(timers.get(container));
    timers.delete(container);
  };
  const suspect = (container: string): void => {
    if (timers.has(container)) return;
    const look = (): void => {
      timers.delete(container);
      const phase = phases.get(container);
      if (phase && phase.is !== 'running') onSuspected(container);
    };
    timers.set(container, setTimeout(look, afterMs));
  };

  return {
    see({ type, action, id, container, time }) {
      if (type === 'container') {
        if (action === 'create') enter(id, { is: 'created' });
        else if (action === 'start') enter(id, { is: 'running' });
        else if (action === 'die') enter(id, { is: 'ended', at: time });
        else if (action === 'destroy') forget(id);
      } else if (type === 'network' && action === 'disconnect' && container !== undefined) {
        const phase = phases.get(container);
        if (!phase || phase.is === 'running') return;
        if (phase.is === 'created' || time - phase.at > SECOND) suspect(container);
      }
    },
    scanned({ from, containers }) {
      for (const { id, status } of containers) {
        if (phases.has(id)) continue;
        if (status === 'created') enter(id, { is: 'created' });
        else enter(id, ['exited', 'dead'].includes(status) ? { is: 'ended', at: from } : { is: 'running' });
      }
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
};
