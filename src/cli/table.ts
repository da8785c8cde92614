import { type Paint, harmless } from './terminal';

export interface Column {
  readonly title: string;
  /** Colours a cell after it was padded. */
  readonly paint?: (padded: string, cell: string) => string;
}

/** Characters, not bytes; wide East Asian characters count as one, so such a column may be ragged. */
const width = (text: string): number => [...text].length;

const pad = (text: string, to: number): string => text + ' '.repeat(Math.max(0, to - width(text)));

const cut = (text: string, to: number): string =>
  width(text) > to ? `${[...text].slice(0, Math.max(0, to - 1)).join('')}…` : text;

/**
 * Lines of a table. Every cell is made harmless here. The last column takes what is left of `columns`; without a
 * terminal (undefined) nothing is cut.
 */
export const tableLines = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminal: { readonly columns: number | undefined; readonly paint: Paint },
): string[] => {
  const cells = rows.map((row) => row.map(harmless));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => width(row[index] ?? ''))),
  );
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
  const room = terminal.columns === undefined ? Infinity : Math.max(20, terminal.columns - before);
  const layOut = (row: readonly string[], index: number): string =>
    index === last ? cut(row[index] ?? '', room) : pad(row[index] ?? '', widths[index]!);
  const header = columns.map((_, index) =>
    layOut(
      columns.map(({ title }) => title),
      index,
    ),
  );
  return [
    terminal.paint('dim', header.join('  ').trimEnd()),
    ...cells.map((row) =>
      columns
        .map(({ paint }, index) => {
          const padded = layOut(row, index);
          return paint ? paint(padded, row[index] ?? '') : padded;
        })
        .join('  ')
        .trimEnd(),
    ),
  ];
};
