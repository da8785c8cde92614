import type { Gap, Nanos, Observation } from '../domain';
import type { SourceState } from './told';

/** What the daemon knows of one source of its sight: whether it sees, and since when something may be missing. */
export interface Sight {
  readonly state: () => SourceState | undefined;
  /** Observed when it is something new. */
  tell(state: SourceState): void;
  /** A witness is there. The same one as before has kept what it saw. */
  linked(bootId: string): void;
  /** It told something: what was unseen until now has an end. */
  heard(): void;
  /** Everything before this time has come. */
  seenThrough(at: Nanos): void;
  parted(bootId: string, why: string): void;
  /** Something came that could not be understood, so it is missing. */
  misheard(why: string): void;
}

/** What an earlier daemon of the same data knew: until when it had heard of commands, and from which witness. */
export interface Before {
  readonly bootId: string;
  readonly through: Nanos;
}

export const createSight = (
  source: 'execs' | 'calls',
  now: () => Nanos,
  observe: (observation: Observation) => void,
  before?: Before,
): Sight => {
  let told: SourceState | undefined;
  let witness: string | undefined;
  let through = before?.through;
  /** What is missing ends when a witness is heard; one with this boot id brings it. */
  let unseen:
    { readonly from: Nanos; readonly bootId: string | undefined; readonly why: string } | undefined =
    before && {
      from: before.through,
      bootId: before.bootId,
      why: 'the daemon was away, and its witness too',
    };

  const gap = (from: Nanos, why: string): void => {
    const at = now();
    const missing = `${source === 'execs' ? 'docker commands' : 'calls'}: ${why}`;
    const made: Gap = { source, from, to: at, reason: 'link-down', missing };
    observe({ k: 'gap', at, gap: made });
  };

  return {
    state: () => told,
    tell({ state, reason }) {
      if (told?.state === state && told.reason === reason) return;
      told = { state, reason };
      observe({ k: 'source', at: now(), source, state, reason, witness });
    },
    linked(bootId) {
      if (unseen?.bootId === bootId) unseen = undefined;
      if (witness !== bootId) told = undefined;
      witness = bootId;
      // Until its first watermark this is all that is known; before it nobody looked, or a gap says so.
      through ??= now();
    },
    heard() {
      if (!unseen) return;
      gap(unseen.from, unseen.why);
      unseen = undefined;
    },
    seenThrough(at) {
      if (through === undefined || at > through) through = at;
    },
    parted(bootId, why) {
      if (through !== undefined) unseen ??= { from: through, bootId, why };
    },
    misheard(why) {
      // Told once: it ends with the first line that is understood again.
      if (unseen && unseen.bootId === undefined) return;
      gap(unseen?.from ?? through ?? now(), why);
      unseen = { from: now(), bootId: undefined, why };
    },
  };
};
