'use strict';
// What jest's JSON reports add up to.

const { relative } = require('node:path');

/**
 * Adds up reports; undefined stands for a run that left none. What failed before it could count its tests
 * (a suite that does not load, a run that died) is one failure.
 */
const tally = (reports) => {
  const counts = { passed: 0, failed: 0, skipped: 0, skippedSuites: new Map(), broken: 0 };
  for (const report of reports) {
    if (report === undefined) {
      counts.broken += 1;
      counts.failed += 1;
      continue;
    }
    counts.passed += report.numPassedTests;
    counts.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    counts.skipped += report.numPendingTests + report.numTodoTests;
    for (const { name: file, assertionResults } of report.testResults) {
      for (const { status, ancestorTitles, title } of assertionResults) {
        if (status !== 'pending' && status !== 'todo') continue;
        const suite = `${file}\n${ancestorTitles[0] ?? title}`;
        counts.skippedSuites.set(suite, (counts.skippedSuites.get(suite) ?? 0) + 1);
      }
    }
    // A run that was a success has nothing above that failed; one that was not and shows nothing is broken.
    if (!report.success && report.numFailedTests + report.numRuntimeErrorTestSuites === 0) {
      counts.broken += 1;
      counts.failed += 1;
    }
  }
  return counts;
};

/** The last lines of a test run. */
const summary = (counts, { failedChecks, noEngine, root }) => {
  const lines = [''];
  if (failedChecks.length > 0) lines.push(`Failed checks: ${failedChecks.join(', ')}`);
  if (counts.broken > 0) lines.push(`${counts.broken} jest run(s) ended without a usable report`);
  for (const [suite, count] of counts.skippedSuites) {
    const [file, title] = suite.split('\n');
    const reason =
      file.endsWith('.engine.test.ts') && noEngine ? `no engine: ${noEngine}` : 'marked so in the file';
    lines.push(`Not tested: ${title} (${relative(root, file)}, ${count}): ${reason}`);
  }
  const { passed, failed, skipped } = counts;
  lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return lines;
};

module.exports = { tally, summary };
