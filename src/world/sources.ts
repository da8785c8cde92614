import type { Gap, Observation } from '../domain';
import type { Context } from './context';

/** A witness's source of sight was won or lost. */
export const learnSource = (
  { world }: Context,
  { at, source, state, reason, witness }: Extract<Observation, { k: 'source' }>,
): void => {
  const known = world.sources.get(source);
  const same = known?.state === state && known.reason === reason;
  const boot = witness ?? known?.witness ?? null;
  if (same && known.witness === boot) return;
  const next = {
    source,
    state,
    since: same ? known.since : at,
    reason,
    lost: known?.lost ?? 0,
    witness: boot,
  };
  world.sources.set(source, next);
  world.changes.sources.add(next);
};

/** What a source itself says it missed. */
export const countLost = ({ world }: Context, { source, reason, count = 1 }: Gap): void => {
  const known = source === 'events' ? undefined : world.sources.get(source);
  if (!known || !['exec-overflow', 'exec-vanished', 'buffer-overflow'].includes(reason)) return;
  known.lost += count;
  world.changes.sources.add(known);
};
