'use strict';
// npm run check: what a push must pass beside the tests.

const { spawnSync } = require('node:child_process');
const { resolve } = require('node:path');

const root = resolve(__dirname, '..');

const checks = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['eslint', '.'] },
  { name: 'format', command: ['prettier', '--check', '.'] },
  { name: 'import directions', command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src'] },
  { name: 'dead code', command: ['knip'] },
];

/** Runs every check, telling each; the names of those that failed. */
const runChecks = () =>
  checks
    .filter(({ name, command: [tool, ...args] }) => {
      const started = Date.now();
      const { status, stdout, stderr } = spawnSync(resolve(root, 'node_modules', '.bin', tool), args, {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      const passed = status === 0;
      console.log(`${passed ? '✓' : '✕'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      if (!passed) console.log(`${stdout}${stderr}`);
      return !passed;
    })
    .map(({ name }) => name);

module.exports = { checks, runChecks };
if (require.main === module && runChecks().length > 0) process.exitCode = 1;
