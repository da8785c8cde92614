import { createProgress, grouped, spelt } from '../../src/cli/progress';
import { tableLines } from '../../src/cli/table';
import { createTerminal } from '../../src/cli/terminal';

const captured = (isTTY: boolean, columns = 60) => {
  const chunks: string[] = [];
  return { chunks, output: { write: (text: string) => void chunks.push(text), isTTY, columns } };
};

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [-1, '0 s'],
])('%d seconds are spelt %s', (seconds, text) => expect(spelt(seconds)).toBe(text));

test('large numbers are grouped', () => expect(grouped(1234567.8)).toBe('1,234,568'));

test('progress: share, rate, time left; not on every call, and nothing without a terminal', () => {
  for (const isTTY of [true, false]) {
    const { chunks, output } = captured(isTTY);
    let ms = 0;
    const progress = createProgress(createTerminal(output, {}), 'replay x', 'observations', () => ms);
    ms = 10_000;
    progress.tell(25, 100, 50_000);
    ms = 10_001;
    progress.tell(26, 100, 50_001);
    progress.end();
    expect(chunks).toEqual(
      isTTY ? ['\r\u001b[2Kreplay x  25 %  5,000 observations/s, 30 s left', '\r\u001b[2K'] : [],
    );
  }
});

test('a table keeps its lines in the terminal and its cells harmless', () => {
  const terminal = createTerminal(captured(true, 40).output, { NO_COLOR: '1' });
  const lines = tableLines(
    [{ title: 'NAME' }, { title: 'WHAT' }],
    [
      ['a', 'x'.repeat(100)],
      ['bb\u001b[31m', 'short\nand more'],
    ],
    terminal,
  );
  expect(lines).toEqual([
    'NAME          WHAT',
    `a             ${'x'.repeat(25)}…`,
    'bb\\u{1b}[31m  short\\u{a}and more',
  ]);
  expect(lines.every((line) => [...line].length <= 40)).toBe(true);
});

test('without a terminal nothing is cut and nothing is coloured', () => {
  const terminal = createTerminal(captured(false).output, {});
  const [, row] = tableLines(
    [{ title: 'A', paint: (padded) => terminal.paint('red', padded) }, { title: 'B' }],
    [['a', 'x'.repeat(300)]],
    terminal,
  );
  expect(row).toBe(`a  ${'x'.repeat(300)}`);
  expect(row).not.toContain('\u001b');
});

test('JSON on a terminal is spread out, in a pipe one line', () => {
  for (const [isTTY, text] of [
    [true, '{\n  "a": 1\n}\n'],
    [false, '{"a":1}\n'],
  ] as const) {
    const { chunks, output } = captured(isTTY);
    createTerminal(output, {}).json({ a: 1 });
    expect(chunks.join('')).toBe(text);
  }
});
