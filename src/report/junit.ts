import type { FindingView, JobFacts, ReportView } from '../domain';
import { harmless } from './harmless';
import { evidenceOf } from './sections';
import { howSure, modeWords, timeOfDay, verdictWords } from './words';
import { isHarm } from './weigh';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** harmless() first: XML 1.0 knows no control characters, not even as references. */
const xml = (text: string): string => harmless(text).replace(/[&<>"']/g, (character) => entities[character]!);

const body = (finding: FindingView, facts: JobFacts): string =>
  [
    finding.summary,
    ...evidenceOf(facts, finding).map((item) => `${timeOfDay(item.at)} ${item.text}`),
    finding.advice,
  ]
    .filter((line) => line !== '')
    .map(xml)
    .join('\n');

const testCase = (finding: FindingView, report: ReportView, facts: JobFacts): readonly string[] => {
  const name = `${finding.title} (finding ${finding.id})`;
  const harm = isHarm(finding, report.job.key);
  const element = harm ? 'failure' : 'system-out';
  const attributes = harm
    ? ` type="${xml(finding.kind)}" message="${xml(`${finding.severity}, ${howSure[finding.confidence]}: ${finding.title}`)}"`
    : '';
  return [
    `    <testcase classname="crosstalk.${xml(finding.kind)}" name="${xml(name)}">`,
    `      <${element}${attributes}>${body(finding, facts)}</${element}>`,
    '    </testcase>',
  ];
};

/** One case that says what the verdict is, so that a clean job has a passed test and an unknown one a skipped test. */
const verdictCase = (report: ReportView): readonly string[] => {
  const skipped = report.verdict === 'unknown' ? `<skipped message="${xml(report.summary)}"/>` : '';
  return [
    `    <testcase classname="crosstalk" name="${xml(verdictWords[report.verdict])}">`,
    `      ${skipped}<system-out>${xml(`${report.summary} Mode: ${modeWords[report.coverage.mode]}`)}</system-out>`,
    '    </testcase>',
  ];
};

/** The report for a test tab: each harm is a failed test, each hazard a passed one with its story. */
export const renderJunit = (report: ReportView, facts: JobFacts): string => {
  const findings = [...report.interferedBy, ...report.interfering];
  const failures = findings.filter((finding) => isHarm(finding, report.job.key)).length;
  const counts = `tests="${findings.length + 1}" failures="${failures}" errors="0" skipped="${report.verdict === 'unknown' ? 1 : 0}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="crosstalk" ${counts}>`,
    `  <testsuite name="${xml(`crosstalk ${report.job.key}`)}" timestamp="${xml(report.job.startedAt.slice(0, 19))}" ${counts}>`,
    ...verdictCase(report),
    ...findings.flatMap((finding) => testCase(finding, report, facts)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};
