import type { FindingView, JobFacts, ReportView } from '../domain';
import { harmless } from './harmless';
import { evidenceOf, findingSections, firstOf } from './sections';
import {
  dateAndTime,
  howItEnded,
  howSure,
  modeWords,
  partyName,
  plural,
  timeOfDay,
  verdictWords,
} from './words';

const most = { findings: 20, evidence: 8, deaths: 50, gaps: 10 };

/**
 * Prose that may hold foreign names. Markup is escaped; a backslash does not stop a forge from reading `@all`, `#12` or a
 * bare address in the rendered text, a zero-width space does.
 */
const prose = (text: string): string =>
  harmless(text)
    .replace(/[\\`*_[\]<>#|~&$]/g, '\\$&')
    .replace(/(\\?[@#!~])(?=[\w[{"'-])/g, '$1\u200b')
    .replace(/:(?=\/\/)|\bwww(?=\.)/gi, '$&\u200b')
    .replace(/^(\s*)([-+=:]|\d+(?=[.)]))/, '$1\\$2');

/** A name as code: forges look for no mentions there. The fence is longer than any run of backticks inside. */
const code = (name: string): string => {
  const safe = harmless(name);
  const fence = '`'.repeat(1 + Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length)));
  const pad = fence.length > 1 ? ' ' : '';
  return safe === '' ? '(none)' : `${fence}${pad}${safe}${pad}${fence}`;
};

/** In a table even code must not hold a bare `|`. */
const codeInCell = (name: string): string => code(name).replaceAll('|', '\\|');

/** Only http and https, and only what cannot end the link early. */
const link = (url: string): string => (/^https?:\/\/[^\s<>()[\]\\`"']+$/i.test(url) ? `<${url}>` : code(url));

const andMore = (left: number, noun: string): readonly string[] =>
  left === 0 ? [] : [`- … and ${plural(left, `more ${noun}`)}`];

const findingBlock = (finding: FindingView, facts: JobFacts, { job }: ReportView): readonly string[] => {
  const { shown, left } = firstOf(evidenceOf(facts, finding), most.evidence);
  return [
    '',
    `**${prose(finding.title)}** (${finding.severity}, ${howSure[finding.confidence]}, finding ${finding.id})`,
    '',
    prose(finding.summary),
    '',
    ...finding.victims.map(
      (party) =>
        `- ${finding.victims.length < 2 ? 'hurt' : 'shared by'}: ${code(partyName(party, job))} (${howSure[party.confidence]})`,
    ),
    ...finding.actors.map(
      (party) => `- done by: ${code(partyName(party, job))} (${howSure[party.confidence]})`,
    ),
    ...shown.map((item) => `- ${timeOfDay(item.at)} ${prose(item.text)}`),
    ...andMore(left, 'line of evidence'),
  ];
};

const findings = (report: ReportView, facts: JobFacts): readonly string[] =>
  findingSections(report).flatMap(({ heading, findings: found }) => {
    const { shown, left } = firstOf(found, most.findings);
    return [
      '',
      `### ${heading}`,
      ...shown.flatMap((finding) => findingBlock(finding, facts, report)),
      ...(left === 0 ? [] : ['', ...andMore(left, 'finding')]),
    ];
  });

const deaths = (report: ReportView): readonly string[] => {
  if (report.deaths.length === 0) return [];
  const { shown, left } = firstOf(report.deaths, most.deaths);
  return [
    '',
    '### How its containers ended',
    '',
    '| at (UTC) | container | end | cause | why |',
    '|---|---|---|---|---|',
    ...shown.map(
      (death) =>
        `| ${timeOfDay(death.at)} | ${codeInCell(death.container.name)} | ${howItEnded(death)} | ${death.cause} (${howSure[death.confidence]}) | ${prose(death.text)} |`,
    ),
    ...(left === 0 ? [] : ['', ...andMore(left, 'end')]),
  ];
};

const coverage = ({ coverage: { mode, blindTo, gaps } }: ReportView): readonly string[] => {
  const { shown, left } = firstOf(gaps, most.gaps);
  return [
    '',
    '### What could be seen',
    '',
    `- mode: ${modeWords[mode]}`,
    ...blindTo.map((blind) => `- cannot see: ${prose(blind)}`),
    ...(gaps.length === 0 ? ['- no gap while this job ran'] : []),
    ...shown.map(
      (gap) =>
        `- gap ${gap.from === null ? 'from the beginning' : timeOfDay(gap.from)} to ${
          gap.to === null ? 'now' : timeOfDay(gap.to)
        }: ${gap.reason}: ${prose(gap.missing)}`,
    ),
    ...andMore(left, 'gap'),
  ];
};

/** The report for a merge request: CommonMark with tables, nothing in it obeys a container's name. */
export const renderMarkdown = (report: ReportView, facts: JobFacts): string => {
  const { job } = report;
  return [
    `## Crosstalk: ${code(job.key)}`,
    '',
    `**${verdictWords[report.verdict]}** ${prose(report.summary)}`,
    '',
    `Started ${dateAndTime(job.startedAt)} UTC, ${job.endedAt === null ? 'still running' : `ended ${dateAndTime(job.endedAt)} UTC`}.${
      job.url === null ? '' : ` ${link(job.url)}`
    }`,
    ...findings(report, facts),
    ...deaths(report),
    ...(report.advice.length === 0
      ? []
      : ['', '### What to change', '', ...report.advice.map((line) => `- ${prose(line)}`)]),
    ...coverage(report),
    '',
  ].join('\n');
};
