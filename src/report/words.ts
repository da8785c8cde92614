import type { Confidence, DeathView, JobView, Mode, PartyView, ReportVerdict } from '../domain';
import { fromRfc3339 } from '../domain';

/** What people read for the API's confidence words. */
export const howSure: Record<Confidence, string> = {
  certain: 'seen',
  likely: 'inferred',
  possible: 'possible',
};

export const verdictWords: Record<ReportVerdict, string> = {
  interfered: 'INTERFERED: this job was hurt from outside.',
  interfering: 'INTERFERING: this job hurt other jobs.',
  both: 'BOTH: this job was hurt from outside, and hurt other jobs.',
  clean: 'CLEAN: no interference was found.',
  unknown: 'UNKNOWN: what was seen does not decide.',
};

export const modeWords: Record<Mode, string> = {
  'events-only': 'events only (what happened was seen, not who asked for it)',
  'exec-watch': 'exec watch (docker commands were seen with the process that ran them)',
  'audit-socket': 'audit socket (calls that passed it were seen with their callers)',
};

/** `20:29:45.381`, in UTC; the text as it is when it is no time. */
export const timeOfDay = (at: string): string => /T(\d\d:\d\d:\d\d(?:\.\d{1,3})?)/.exec(at)?.[1] ?? at;

/** `2026-11-23 20:29:45`, in UTC. */
export const dateAndTime = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** `1 h 2 min`, `5 min 32 s`, `650 ms`; empty when one of both is no time. */
export const duration = (from: string, to: string): string => {
  const [start, end] = [fromRfc3339(from), fromRfc3339(to)];
  if (start === undefined || end === undefined || end < start) return '';
  const ms = Number((end - start) / 1_000_000n);
  if (ms < 1_000) return `${ms} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const signalNames: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** `exit 137, SIGKILL, out of memory`. */
export const howItEnded = (death: DeathView): string =>
  [
    death.exitCode === null ? 'exit code not known' : `exit ${death.exitCode}`,
    death.signal === null ? undefined : (signalNames[death.signal] ?? `signal ${death.signal}`),
    death.oomKilled ? 'out of memory' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

/** `this job, container db` or `gitlab:102` or `the host`. */
export const partyName = (party: PartyView, job: JobView): string => {
  const who =
    party.job === job.key ? 'this job' : (party.job ?? (party.system === 'host' ? 'the host' : party.system));
  return [who ?? 'nobody known', party.container === null ? undefined : `container ${party.container}`]
    .filter((part) => part !== undefined)
    .join(', ');
};

export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
