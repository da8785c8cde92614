import type { Finding, Job, Suppression } from '../domain';
import type { Proposal } from '../detection/detector';
import type { AllowRule } from './settings';

/** `*` stands for anything, every other character for itself. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > text.length - last.length) return false;
    from = at + part.length;
  }
  return true;
};

type Parties = Pick<Proposal, 'victims' | 'actors' | 'resource'>;

const jobsOf = (found: Parties, job: (id: number) => Job | undefined): (Job | undefined)[] =>
  [...found.victims, ...found.actors].map((party) => (party.job === null ? undefined : job(party.job)));

/** Whether the user said that this is meant to be. */
export const isAllowed = (
  kind: string,
  found: Parties,
  rules: readonly AllowRule[],
  job: (id: number) => Job | undefined,
): boolean =>
  rules.some((rule) => {
    if (rule.kind !== undefined && rule.kind !== kind) return false;
    if (rule.name !== undefined && !matchesPattern(rule.name, found.resource.name)) return false;
    if (rule.same === undefined) return true;
    const same = rule.same;
    const jobs = jobsOf(found, job);
    const value = jobs[0]?.[same];
    return (
      jobs.length > 1 &&
      value != null &&
      jobs.every((each) => each?.[same] === value && each.server === jobs[0]!.server)
    );
  });

export const isSuppressed = (
  finding: Pick<Finding, 'kind' | 'victims' | 'actors' | 'resource'>,
  suppressions: readonly Suppression[],
  now: bigint,
  job: (id: number) => Job | undefined,
): Suppression | undefined =>
  suppressions.find((rule) => {
    if (rule.until !== null && rule.until <= now) return false;
    if (rule.kind !== null && rule.kind !== finding.kind) return false;
    if (rule.resource !== null && !matchesPattern(rule.resource, finding.resource.name)) return false;
    const jobs = jobsOf(finding, job);
    if (rule.job !== null && !jobs.some((each) => each && matchesPattern(rule.job!, each.key))) return false;
    return (
      rule.project === null ||
      jobs.some((each) => each?.project != null && matchesPattern(rule.project!, each.project))
    );
  });
