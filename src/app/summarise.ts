import type { Changes } from '../domain';
import type { Committed } from './protocol';

/** Tells of commits, each once it is made. `lastExec`: the highest id of a command that was stored before. */
export const createSummary = (lastExec: number) => {
  let known = lastExec;
  return (changes: Changes, commit: number, seconds: number): Committed => {
    // A command is among the changes again when it ends.
    const begun = [...changes.execs].filter(({ id }) => id > known);
    for (const { id } of begun) if (id > known) known = id;
    return {
      commit,
      events: changes.events.map(({ event }) => [event.type, event.action] as const),
      execs: begun.map(({ verb }) => verb),
      calls: [...changes.calls].flatMap(({ endAt, call }) =>
        endAt === null ? [] : [[call.method, call.status] as const],
      ),
      newFindings: [...changes.findings]
        .filter((finding) => finding.count === 1 && finding.revision === 1)
        .map(({ kind, severity, confidence }) => ({ kind, severity, confidence })),
      gapReasons: changes.gaps.map((gap) => gap.reason),
      seconds,
      lastEventTime: changes.lastEventTime,
    };
  };
};
