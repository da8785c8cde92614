import type { Incident } from './incidents';
import type { Seen, Verdict } from './verdict';

export interface Row {
  readonly incident: Incident;
  readonly events: Verdict;
  readonly execs: Verdict;
}

const words: Readonly<Record<Seen, string>> = { named: 'found', seen: 'found, actor open', no: 'not found' };

/** The table of docs/accuracy.md. */
export const accuracyTable = (engine: string, rows: readonly Row[]): string => {
  const share = (mode: 'events' | 'execs', seen: Seen): number =>
    rows.flatMap((row) => row[mode].harms).filter((each) => each.seen === seen).length;
  const wrong = (mode: 'events' | 'execs'): number => rows.flatMap((row) => row[mode].wrong).length;
  const harms = rows.flatMap(({ incident }) => incident.harms).length;
  const count = (mode: 'events' | 'execs'): string =>
    `${share(mode, 'named')} | ${share(mode, 'seen')} | ${share(mode, 'no')} | ${wrong(mode)}`;
  const lines = rows.flatMap(({ incident, events, execs }) =>
    incident.harms.length === 0
      ? [
          `| ${incident.id} | ${incident.title} | none | ${events.wrong.length === 0 ? 'quiet' : 'false'} | ${execs.wrong.length === 0 ? 'quiet' : 'false'} |`,
        ]
      : incident.harms.map(
          (harm, index) =>
            `| ${index === 0 ? incident.id : ''} | ${index === 0 ? incident.title : ''} | \`${harm}\` | ${words[events.harms[index]!.seen]} | ${words[execs.harms[index]!.seen]} |`,
        ),
  );
  return [
    `Engine ${engine}: ${rows.length} cases, ${harms} harms.`,
    '',
    '| mode | found, with who did it | found, actor open | not found | false or wrong |',
    '| --- | --- | --- | --- | --- |',
    `| events only | ${count('events')} |`,
    `| exec watch | ${count('execs')} |`,
    '',
    '| case | what happens | harm | events only | exec watch |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
};
