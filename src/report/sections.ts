import type { EvidenceView, FindingView, JobFacts, ReportView } from '../domain';
import { isHarm, isOwnMistake } from './weigh';

export interface FindingSection {
  readonly heading: string;
  readonly findings: readonly FindingView[];
}

/** Findings in the order a reader needs them: what hurt this job, what it did to others, what may hurt another time. */
export const findingSections = (report: ReportView): readonly FindingSection[] => {
  const { key } = report.job;
  const all = [...report.interferedBy, ...report.interfering];
  return [
    { heading: 'What hurt this job', findings: report.interferedBy.filter((f) => isHarm(f, key)) },
    { heading: 'What this job did to others', findings: report.interfering.filter((f) => isHarm(f, key)) },
    {
      heading: 'Its own mistakes',
      findings: all.filter((f) => isOwnMistake(f, key) && f.severity !== 'info'),
    },
    { heading: 'What may break another time', findings: all.filter((f) => f.severity === 'info') },
  ].filter((section) => section.findings.length > 0);
};

/** The report lists findings in list form; their evidence is in the facts it was built from. */
export const evidenceOf = (facts: JobFacts, finding: FindingView): readonly EvidenceView[] =>
  [...facts.asVictim, ...facts.asActor].find((detail) => detail.id === finding.id)?.evidence ?? [];

/** The first `most`, and how many are left out: a job log must stay readable after a storm. */
export const firstOf = <T>(items: readonly T[], most: number): { shown: readonly T[]; left: number } => ({
  shown: items.slice(0, most),
  left: Math.max(0, items.length - most),
});
