import type { Container, EngineEvent } from '../domain';
import { actAt, actOfSignal, beginAct, continueAct, dropAct, openActOf } from './acts';
import { containerOf, markEnded, markRemoved, markStarted, renameTo } from './containers';
import type { Context } from './context';
import { isAnothersRemoval } from './execs';

type Handler = (context: Context, container: Container, event: EngineEvent, row: number) => void;

const killed: Handler = (context, container, event, row) => {
  const signal = container.imitated.includes('signal') ? undefined : event.signal;
  const act = actOfSignal(context, container, event.time);
  const signals = [...(act?.signals ?? []), ...(signal === undefined ? [] : [signal])];
  if (act) continueAct(context, act, event.time, row, { signals });
  else beginAct(context, container, 'kill', event.time, row, signals);
};

const died: Handler = (context, container, event, row) => {
  const act = actAt(context, container, event.time);
  if (act && act.diedAt === null) continueAct(context, act, event.time, row, { diedAt: event.time });
  // A label named exitCode wins over the engine's own value: then only the inspection that follows is believed.
  const exitCode = container.imitated.includes('exitCode') ? null : (event.exitCode ?? null);
  const death = markEnded(context, container, event.time, exitCode, act?.id ?? null);
  context.emit({ k: 'death', death, container });
};

const stopped: Handler = (context, container, event, row) => {
  const act = actAt(context, container, event.time);
  if (act) continueAct(context, act, event.time, row, act.verb === 'kill' ? { verb: 'stop' } : {});
};

const restarted: Handler = (context, container, event, row) => {
  const act = actAt(context, container, event.time);
  if (act) continueAct(context, act, event.time, row, { verb: 'restart' });
};

const destroyed: Handler = (context, container, event, row) => {
  const ending = actAt(context, container, event.time);
  // Two jobs, two acts: one ended it, another took away what was left.
  const another =
    ending && !container.autoRemove && isAnothersRemoval(context.world, container, ending, event.time);
  const act = another ? undefined : ending;
  // `rm -f` is kill, die, destroy; the engine's own `--rm` and a `rm` after a `stop` change nothing of the act.
  const removal = act?.verb === 'kill' && !container.autoRemove;
  if (act) continueAct(context, act, event.time, row, removal ? { verb: 'remove' } : {});
  // Of something that does not run: harm only where a command shows whose doing it was.
  else if (!container.autoRemove) beginAct(context, container, 'remove', event.time, row);
  markRemoved(context, container, event.time);
};

const renamed: Handler = (context, container, event, row) => {
  // Compose recreates under a temporary name and then renames: what has never run is nobody's victim.
  if (container.startedAt !== null) beginAct(context, container, 'rename', event.time, row);
  if (event.name) renameTo(context, container, event.name, event.time);
};

const setStatus =
  (status: Container['status']): Handler =>
  ({ world }, container) => {
    container.status = status;
    world.changes.containers.add(container);
  };

const handlers: Readonly<Record<string, Handler>> = {
  start: (context, container, event) => markStarted(context, container, event.time),
  kill: killed,
  die: died,
  stop: stopped,
  restart: restarted,
  destroy: destroyed,
  rename: renamed,
  oom({ world }, container) {
    container.oomKilled = true;
    world.changes.containers.add(container);
  },
  pause(context, container, event, row) {
    setStatus('paused')(context, container, event, row);
    beginAct(context, container, 'pause', event.time, row);
  },
  unpause: setStatus('running'),
  commit(context, container) {
    const pause = openActOf(context, container);
    // The pause inside a commit is the engine's own.
    if (pause?.verb === 'pause') dropAct(context, pause);
  },
};

export const applyContainerEvent = (
  context: Context,
  event: EngineEvent,
  row: number,
): Container | undefined => {
  // A prune is told as an event of no container.
  if (event.id === '') return undefined;
  const known = context.world.containersByEngineId.get(event.id);
  // Its end is all we ever saw of it: there is nothing to tell.
  if (!known && event.action === 'destroy') return undefined;
  const container = containerOf(context, event);
  const handler = handlers[event.action];
  // Repeated by an overlap that no identity caught: what is removed stays removed.
  if (handler && container.removedAt === null) handler(context, container, event, row);
  return container;
};
