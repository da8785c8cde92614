import { type Act, type ActVerb, type Container, type Nanos, SECOND } from '../domain';
import type { Context } from './context';

/** After its last event an act waits this long for what explains it: who takes the name, who else was hit. */
export const settleAfter: Nanos = 2n * SECOND;
/** Events of one container within this time after a signal belong to that signal: `docker stop` waits 10 s by default. */
const sameAct: Nanos = 15n * SECOND;
/** A GitLab runner detaches a container from its networks just before it kills it. */
const justDetached: Nanos = 30n * SECOND;

export const openActOf = ({ world }: Context, container: Container): Act | undefined =>
  [...world.actsOfContainer.of(container.id)].find((act) => act.dueAt !== null);

const schedule = ({ world, timers }: Context, act: Act): void => {
  act.dueAt = world.clock + settleAfter;
  timers.set(`act ${act.id}`, act.dueAt);
  world.changes.acts.add(act);
};

export const beginAct = (
  context: Context,
  container: Container,
  verb: ActVerb,
  at: Nanos,
  event: number,
  signals: readonly number[] = [],
): Act => {
  const { world } = context;
  const act: Act = {
    id: ++world.lastIds.act,
    container: container.id,
    verb,
    at,
    lastAt: at,
    signals,
    detachedBefore: container.detachedAt !== null && at - container.detachedAt < justDetached,
    diedAt: null,
    events: [event],
    dueAt: null,
  };
  world.acts.set(act.id, act);
  world.actsOfContainer.add(container.id, act);
  schedule(context, act);
  return act;
};

/** A further event of an act; it changes what the act is and puts its judgement off. */
export const continueAct = (
  context: Context,
  act: Act,
  at: Nanos,
  event: number,
  change: Partial<Act> = {},
): void => {
  Object.assign(act, change);
  act.lastAt = at;
  if (act.events.length < 50) act.events = [...act.events, event];
  schedule(context, act);
};

/** The act that a signal, death, stop or destroy at this time belongs to. */
export const actAt = (context: Context, container: Container, at: Nanos): Act | undefined => {
  const open = openActOf(context, container);
  return open && open.verb !== 'pause' && open.verb !== 'rename' && at - open.lastAt < sameAct
    ? open
    : undefined;
};

export const dropAct = ({ world, timers }: Context, act: Act): void => {
  act.dueAt = null;
  timers.clear(`act ${act.id}`);
  world.changes.acts.add(act);
};
