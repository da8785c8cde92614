import { type EngineEvent, eventIdentity } from '../domain';

/** A replay repeats at most what the engine remembers (256 events), and Podman's log a second of events. */
const mostRemembered = 4096;

/** Remembers the newest events that were read, so that a replay's repetitions are known as such. */
export const createRecent = (identities: readonly string[]) => {
  const seen = new Set(identities.slice(-mostRemembered));
  return {
    /** True the first time. */
    first(event: EngineEvent): boolean {
      const identity = eventIdentity(event);
      if (seen.has(identity)) return false;
      seen.add(identity);
      if (seen.size > mostRemembered) seen.delete(seen.values().next().value!);
      return true;
    },
  };
};
