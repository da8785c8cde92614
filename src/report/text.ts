import type { DeathView, FindingView, JobFacts, ReportView } from '../domain';
import { harmless, harmlessInJobLog } from './harmless';
import { evidenceOf, findingSections, firstOf } from './sections';
import {
  dateAndTime,
  duration,
  howItEnded,
  howSure,
  modeWords,
  partyName,
  plural,
  timeOfDay,
  times,
  verdictWords,
} from './words';

const width = 100;
const most = { findings: 20, evidence: 8, deaths: 50, gaps: 10 };

/** Breaks at spaces; a longer word stays whole, since a cut name cannot be searched for. */
const wrap = (text: string, indent: string, first = indent): readonly string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of harmless(text).split(/ +/)) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};

const andMore = (left: number, noun: string, indent: string): readonly string[] =>
  left === 0 ? [] : [`${indent}… and ${plural(left, `more ${noun}`)}`];

const header = ({ job }: ReportView): readonly string[] => {
  const place = [job.project, job.pipeline === null ? null : `pipeline ${job.pipeline}`, job.ref].filter(
    (part) => part !== null,
  );
  const lived =
    job.endedAt === null
      ? `running since ${dateAndTime(job.startedAt)} UTC`
      : `ran ${dateAndTime(job.startedAt)} to ${timeOfDay(job.endedAt).slice(0, 8)} UTC (${duration(job.startedAt, job.endedAt)})`;
  return [
    'Crosstalk: did another job break this one?',
    ...wrap([job.key, ...place].join(' · '), '  '),
    ...(job.url === null ? [] : wrap(job.url, '  ')),
    `  ${lived}`,
  ];
};

const verdict = (report: ReportView): readonly string[] => [
  '',
  verdictWords[report.verdict],
  ...wrap(report.summary, '  '),
];

const parties = (finding: FindingView, { job }: ReportView): readonly string[] => {
  const said = (label: string, party: FindingView['actors'][number]): readonly string[] =>
    wrap(
      `${partyName(party, job)} (${[howSure[party.confidence], ...party.because].join('; ')})`,
      '               ',
      `     ${label.padEnd(10)}`,
    );
  return [
    // Two victims share something, and neither did it to the other.
    ...finding.victims.flatMap((victim, index) =>
      said(finding.victims.length < 2 ? 'hurt' : index === 0 ? 'between' : 'and', victim),
    ),
    ...(finding.actors.length === 0 && finding.victims.length < 2
      ? ['     done by   not known: what was seen does not show who asked for it']
      : finding.actors.flatMap((actor) => said('done by', actor))),
  ];
};

const findingBlock = (
  finding: FindingView,
  number: number,
  facts: JobFacts,
  report: ReportView,
): readonly string[] => {
  const evidence = firstOf(evidenceOf(facts, finding), most.evidence);
  const variant = finding.variant === null ? '' : ` (${finding.variant})`;
  return [
    ...wrap(finding.title, '     ', `  ${String(number).padStart(2).trimStart()}. `),
    ...wrap(finding.summary, '     '),
    ...parties(finding, report),
    ...(evidence.shown.length === 0 ? [] : ['     evidence']),
    ...evidence.shown.flatMap((item) =>
      wrap(
        `${item.text}${item.ref === null ? '' : ` [${item.ref}]`}`,
        '                     ',
        `       ${timeOfDay(item.at).padEnd(12)}  `,
      ),
    ),
    ...andMore(evidence.left, 'line', '       '),
    `     ${finding.severity}, ${howSure[finding.confidence]}; finding ${finding.id}, ${finding.kind}${variant}, ${times(finding.count)}`,
    ...(finding.settled ? [] : ['     still being judged: evidence may yet arrive']),
  ];
};

const findings = (report: ReportView, facts: JobFacts): readonly string[] =>
  findingSections(report).flatMap(({ heading, findings: found }) => {
    const { shown, left } = firstOf(found, most.findings);
    return [
      '',
      heading,
      ...shown.flatMap((finding, index) => findingBlock(finding, index + 1, facts, report)),
      ...andMore(left, 'finding', '  '),
    ];
  });

const deathBlock = (death: DeathView): readonly string[] => [
  ...wrap(
    `${death.container.name}: ${howItEnded(death)}: ${death.cause} (${howSure[death.confidence]})${
      death.finding === null ? '' : `, finding ${death.finding}`
    }`,
    '                ',
    `  ${timeOfDay(death.at).padEnd(12)}  `,
  ),
  ...wrap(death.text, '                '),
];

const deaths = (report: ReportView): readonly string[] => {
  if (report.deaths.length === 0) return ['', 'How its containers ended', '  none has ended'];
  const { shown, left } = firstOf(report.deaths, most.deaths);
  return ['', 'How its containers ended', ...shown.flatMap(deathBlock), ...andMore(left, 'end', '  ')];
};

const coverage = ({ coverage: { mode, blindTo, gaps } }: ReportView): readonly string[] => {
  const { shown, left } = firstOf(gaps, most.gaps);
  return [
    '',
    'What could be seen',
    ...wrap(`mode: ${modeWords[mode]}`, '    ', '  '),
    ...blindTo.flatMap((blind) => wrap(`cannot see: ${blind}`, '    ', '  ')),
    ...(gaps.length === 0 ? ['  no gap while this job ran'] : []),
    ...shown.flatMap((gap) =>
      wrap(
        `gap ${gap.from === null ? 'from the beginning' : timeOfDay(gap.from)} to ${
          gap.to === null ? 'now' : timeOfDay(gap.to)
        }: ${gap.reason}: ${gap.missing} [gap:${gap.id}]`,
        '    ',
        '  ',
      ),
    ),
    ...andMore(left, 'gap', '  '),
  ];
};

const advice = (report: ReportView): readonly string[] =>
  report.advice.length === 0
    ? []
    : ['', 'What to change', ...report.advice.flatMap((line) => wrap(line, '    ', '  - '))];

/** The report for a job log: plain ASCII layout, at most 100 columns where words allow, all times in UTC. */
export const renderText = (report: ReportView, facts: JobFacts): string =>
  [
    ...header(report),
    ...verdict(report),
    ...findings(report, facts),
    ...deaths(report),
    ...advice(report),
    ...coverage(report),
    '',
  ]
    .map((line) => harmlessInJobLog(line.trimEnd()))
    .join('\n');
