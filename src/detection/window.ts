import { type Act, type Nanos, SECOND } from '../domain';
import type { History } from './history';

/** Acts whose first signals lie this close together can come from one command. */
const commandWindow: Nanos = SECOND;

export const isHarmful = (act: Act): boolean => act.diedAt !== null || act.verb === 'rename';

/** Harm once a command shows whose doing it was: of a pause, and of the removal of what had stopped, events alone say nothing. */
export const canHarm = (act: Act): boolean =>
  isHarmful(act) || act.verb === 'pause' || act.verb === 'remove' || act.signals.includes(9);

/** What else was done to containers at that time, by whomever. */
export const actsNear = (act: Act, history: History): readonly Act[] =>
  history
    .actsBetween(act.at - commandWindow, act.at + commandWindow)
    .filter((other) => isHarmful(other) && (other.verb === 'rename') === (act.verb === 'rename'));

const endOf = (act: Act): Nanos => act.diedAt ?? act.lastAt;

/**
 * Acts that can be one command with this one: a client signals all its containers before the first of them has ended
 * (it works in parallel: 25 ms were measured). What two jobs do shortly after each other does not overlap.
 */
export const windowOf = (act: Act, history: History): readonly Act[] =>
  actsNear(act, history).filter((other) => other.at <= endOf(act) && act.at <= endOf(other));

/** Of these, the acts that began before the first of them ended. */
export const atOnce = <T extends { readonly act: Act }>(hit: readonly T[]): readonly T[] => {
  const firstEnd = hit.reduce<Nanos | undefined>(
    (first, { act }) =>
      act.diedAt !== null && (first === undefined || act.diedAt < first) ? act.diedAt : first,
    undefined,
  );
  return firstEnd === undefined ? [] : hit.filter(({ act }) => act.at < firstEnd);
};

/** From the first signal to the last, in milliseconds. */
export const spanMs = (acts: readonly Act[]): number => {
  const times = acts.map(({ at }) => at);
  const latest = times.reduce((a, b) => (b > a ? b : a));
  return Number((latest - times.reduce((a, b) => (b < a ? b : a))) / 1_000_000n);
};
