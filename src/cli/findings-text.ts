import type { FindingView, PartyView } from '../domain';
import type { Column } from './table';
import { type Colour, type Paint, type Terminal, harmless } from './terminal';

const severityColour: Record<string, Colour> = { critical: 'red', warning: 'yellow', info: 'blue' };

export const paintSeverity = (paint: Paint, text: string, severity: string): string => {
  const colour = severityColour[severity];
  return colour ? paint(colour, text) : text;
};

/** `gitlab:101`, `host`, or `unknown`: nobody is accused without evidence. */
export const partyName = ({ job, system }: PartyView): string => job ?? system ?? 'unknown';

const names = (parties: readonly PartyView[]): string => parties.map(partyName).join(', ');

/** `foreign-kill/remove` */
export const kindAndVariant = ({ kind, variant }: FindingView): string =>
  variant === null ? kind : `${kind}/${variant}`;

/** `2026-11-23 20:29:45`, UTC, as everything that Crosstalk shows. */
export const moment = (rfc3339: string): string => rfc3339.slice(0, 19).replace('T', ' ');

export const findingColumns = (paint: Paint): readonly Column[] => [
  { title: 'ID' },
  { title: 'LAST SEEN (UTC)' },
  { title: 'SEVERITY', paint: (padded, cell) => paintSeverity(paint, padded, cell) },
  { title: 'SURE' },
  { title: 'KIND' },
  { title: 'VICTIM' },
  { title: 'ACTOR' },
  { title: 'WHAT' },
];

export const findingRow = (finding: FindingView): readonly string[] => [
  String(finding.id),
  moment(finding.lastSeenAt),
  finding.severity,
  finding.confidence,
  kindAndVariant(finding),
  names(finding.victims) || '-',
  names(finding.actors) || '-',
  `${finding.title}${finding.count > 1 ? ` (${finding.count} times)` : ''}`,
];

/** A finding in a few lines: what, who, what to do. */
export const writeFinding = ({ paint, line }: Terminal, finding: FindingView, withAdvice = true): void => {
  const { victims, actors, advice, status, count } = finding;
  const severity = paintSeverity(paint, finding.severity, finding.severity);
  const about = [
    finding.confidence,
    ...(status === 'open' ? [] : [status]),
    ...(count > 1 ? [`${count} times`] : []),
  ];
  line(
    `${paint('bold', `#${finding.id}`)} ${severity} ${harmless(kindAndVariant(finding))} (${about.join(', ')})  ${paint('dim', moment(finding.lastSeenAt))}`,
  );
  line(`   ${harmless(finding.title)}`);
  const parties = [
    ...(victims.length > 0 ? [`hurt: ${harmless(names(victims))}`] : []),
    ...(actors.length > 0 ? [`by: ${harmless(names(actors))}`] : []),
  ];
  line(`   ${parties.join(', ')}`);
  if (withAdvice && advice !== '') line(`   ${paint('dim', `advice: ${harmless(advice)}`)}`);
};
