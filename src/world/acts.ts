import { type Act, type ActVerb, type Container, type Nanos, SECOND } from '../domain';
import type { Context } from './context';

/** After its last event an act waits this long for what explains it: who takes the name, who else was hit. */
export const settleAfter: Nanos = 2n * SECOND;
/** What follows a death within this time (stop, restart, destroy) belongs to what caused it. */
const aftermath: Nanos = 15n * SECOND;
/** `docker stop -t` waits this long at the most that we follow it between its first signal and the last. */
const stopPatience: Nanos = 300n * SECOND;
/** A GitLab runner detaches a container from its networks just before it kills it. */
const justDetached: Nanos = 30n * SECOND;

export const openActOf = ({ world }: Context, container: Container): Act | undefined =>
  [...world.actsOfContainer.of(container.id)].find((act) => act.dueAt !== null);

const schedule = ({ world, timers }: Context, act: Act): void => {
  act.dueAt = world.clock + settleAfter;
  timers.set(`act ${act.id}`, act.dueAt);
  world.openActs.add(act);
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

/** A further event of an act, or what a scan shows of it (no event); changes what it is and puts its judgement off. */
export const continueAct = (
  context: Context,
  act: Act,
  at: Nanos,
  event: number | null,
  change: Partial<Act> = {},
): void => {
  Object.assign(act, change);
  act.lastAt = at;
  if (event !== null && act.events.length < 50) act.events = [...act.events, event];
  schedule(context, act);
};

const latestActOf = ({ world }: Context, container: Container): Act | undefined =>
  [...world.actsOfContainer.of(container.id)].findLast(
    (act) => act.verb !== 'pause' && act.verb !== 'rename',
  );

/** The act that a death, stop, restart or destroy at this time belongs to. */
export const actAt = (context: Context, container: Container, at: Nanos): Act | undefined => {
  const act = latestActOf(context, container);
  return act && at - act.lastAt < (act.diedAt === null ? stopPatience : aftermath) ? act : undefined;
};

/** The act that a further signal at this time belongs to: the escalation of a stop, not a kill of what was started since. */
export const actOfSignal = (context: Context, container: Container, at: Nanos): Act | undefined => {
  const act = actAt(context, container, at);
  return act?.diedAt === null ? act : undefined;
};

export const dropAct = ({ world, timers }: Context, act: Act): void => {
  act.dueAt = null;
  world.openActs.delete(act);
  timers.clear(`act ${act.id}`);
  world.changes.acts.add(act);
};
