import type { Observation } from '../domain';
import type { Context } from './context';

/** A witness's source of sight was won or lost. */
export const learnSource = (
  { world }: Context,
  { at, source, state, reason }: Extract<Observation, { k: 'source' }>,
): void => {
  const known = world.sources.get(source);
  if (known?.state === state && known.reason === reason) return;
  const next = { source, state, since: at, reason, lost: known?.lost ?? 0 };
  world.sources.set(source, next);
  world.changes.sources.add(next);
};
