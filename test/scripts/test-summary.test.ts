interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
const { tally, summary } = jest.requireActual<{
  tally(reports: unknown[]): Counts;
  summary(counts: Counts, context: { failedChecks: string[]; noEngine?: string; root: string }): string[];
}>('../../scripts/test-summary.js');

const report = (change: object = {}) => ({
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
  ...change,
});

const skipping = report({
  numPendingTests: 2,
  testResults: [
    {
      name: '/p/test/a.engine.test.ts',
      assertionResults: [
        { status: 'pending', ancestorTitles: ['an engine'], title: 'one' },
        { status: 'pending', ancestorTitles: ['an engine'], title: 'two' },
        { status: 'passed', ancestorTitles: [], title: 'three' },
      ],
    },
  ],
});

const lines = (reports: unknown[], context: object = {}) =>
  summary(tally(reports), { failedChecks: [], root: '/p', ...context });

test.each([
  ['passed', [report(), report()], '6 passed, 0 failed'],
  ['failed', [report({ success: false, numFailedTests: 2 })], '3 passed, 2 failed'],
  [
    'a suite that does not load',
    [report({ success: false, numRuntimeErrorTestSuites: 1 })],
    '3 passed, 1 failed',
  ],
  ['a run that died', [report(), undefined], '3 passed, 1 failed'],
  ['a run that failed without a failed test', [report({ success: false })], '3 passed, 1 failed'],
  ['skipped', [skipping], '3 passed, 0 failed, 2 skipped'],
])('the last line: %s', (_, reports, expected) => {
  expect(lines(reports).at(-1)).toBe(expected);
});

test('what was skipped is named with its reason above the last line', () => {
  expect(lines([skipping], { noEngine: 'a private dockerd needs root' })).toContain(
    'Not tested: an engine (test/a.engine.test.ts, 2): no engine: a private dockerd needs root',
  );
});

test('failed checks are named', () => {
  expect(lines([report()], { failedChecks: ['lint', 'types'] })).toContain('Failed checks: lint, types');
});
