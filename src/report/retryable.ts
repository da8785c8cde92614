import { fromRfc3339, type Cause, type DeathView, type FindingView, type ReportVerdict } from '../domain';
import { isHarm, isSure } from './weigh';

/** Ends of a container that the job's own code brought about. An own `docker stop` is tidying up, not a failure. */
const ownFailures: readonly Cause[] = ['exited', 'oom', 'killed-from-inside'];

const instant = (at: string): bigint => fromRfc3339(at) ?? 0n;

/**
 * Whether CI may run the job again: it was hurt (settled, at least warning and likely), and nothing of its own had failed
 * before. null when that cannot be said: the verdict is unknown, the harm is not settled yet, or something died
 * unexplained before it.
 */
export const isRetryable = (
  key: string,
  asVictim: readonly FindingView[],
  deaths: readonly DeathView[],
  verdict: ReportVerdict,
): boolean | null => {
  const harm = asVictim.filter((finding) => isHarm(finding, key) && isSure(finding));
  if (harm.length === 0) return verdict === 'unknown' ? null : false;
  const settled = harm.filter((finding) => finding.settled);
  if (settled.length === 0) return null;

  const hurtAt = settled.map((finding) => instant(finding.firstSeenAt)).reduce((a, b) => (b < a ? b : a));
  const failedBefore = deaths.filter(
    (death) => instant(death.at) < hurtAt && (death.oomKilled || (death.exitCode ?? 0) !== 0),
  );
  if (failedBefore.some((death) => death.oomKilled || ownFailures.includes(death.cause))) return false;
  return failedBefore.some((death) => death.cause === 'unexplained') ? null : true;
};
