import { atLeast, type FindingView } from '../domain';

const gravity = { critical: 0, warning: 1, info: 2 } as const;

/** Withdrawn: it was wrong. Suppressed: somebody said that it is meant so. Neither speaks for or against a job. */
export const stands = (finding: FindingView): boolean =>
  finding.status !== 'withdrawn' && finding.status !== 'suppressed';

/** The job's own doing to itself, such as a misdirected bind: told in its report, no interference. */
export const isOwnMistake = (finding: FindingView, key: string): boolean =>
  finding.actors.length > 0 && [...finding.actors, ...finding.victims].every((party) => party.job === key);

/** Something broke, between this job and somebody else. Hazards (info) have broken nothing yet. */
export const isHarm = (finding: FindingView, key: string): boolean =>
  stands(finding) && finding.severity !== 'info' && !isOwnMistake(finding, key);

/** Sure enough to say so in a verdict: nobody is accused of what is only possible. */
export const isSure = (finding: FindingView): boolean => atLeast(finding.confidence, 'likely');

/** Gravest first, then oldest first. */
export const byGravity = (a: FindingView, b: FindingView): number =>
  gravity[a.severity] - gravity[b.severity] || a.firstSeenAt.localeCompare(b.firstSeenAt) || a.id - b.id;
