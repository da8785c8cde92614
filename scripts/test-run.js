'use strict';

const { spawnSync } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { checks, runChecks } = require('./check.js');
const { prepare } = require('./prepare.js');
const { tally, summary } = require('./test-summary.js');

const root = resolve(__dirname, '..');
const show = { cwd: root, stdio: 'inherit' };

/** Gets the engine that the suites will start. Why they cannot is told by `check`, here and in each suite. */
const engineProblem = (recipe, wanted) => {
  if (wanted === 'none') return 'CROSSTALK_TEST_ENGINE is none';
  if (process.platform !== 'linux') return 'a private dockerd needs Linux';
  const check = () => spawnSync('sh', [recipe, 'check'], { encoding: 'utf8' });
  if (check().status === 0) return undefined;
  if (process.getuid() === 0) {
    console.log(`No engine to test against yet (${check().stderr.trim()}); installing one.`);
    spawnSync('sh', [recipe, 'prepare'], show);
  }
  const { status, stderr } = check();
  return status === 0 ? undefined : stderr.trim();
};

const jest = (project, args, env) => {
  const directory = mkdtempSync(join(tmpdir(), 'crosstalk-jest-'));
  const outputFile = join(directory, 'results.json');
  const command = [join(root, 'node_modules/jest/bin/jest.js'), '--json', '--selectProjects', project];
  // What a failed test leaves open must not keep the run from ending.
  command.push('--forceExit');
  spawnSync(process.execPath, [...command, '--outputFile', outputFile, ...args], {
    ...show,
    stdio: ['inherit', 'ignore', 'inherit'], // the JSON also goes to stdout
    env: { ...process.env, ...env },
  });
  const results = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : undefined;
  rmSync(directory, { recursive: true });
  return results;
};

/** Runs what is asked for; the exit code. */
const run = (argv, env) => {
  const wanted = env.CROSSTALK_TEST_ENGINE || 'auto';
  const recipe = resolve(root, 'test/engines', `${env.CROSSTALK_TEST_ENGINE_VERSION || 'installed'}.sh`);
  if (!['auto', 'required', 'none'].includes(wanted)) {
    console.error(`CROSSTALK_TEST_ENGINE: expected auto, required or none, got ${wanted}`);
    return 2;
  }
  if (!existsSync(recipe)) {
    console.error(`CROSSTALK_TEST_ENGINE_VERSION: there is no recipe ${recipe}`);
    return 2;
  }
  if (!prepare()) {
    console.log(
      'Nothing was tested: Crosstalk could not be installed and built, see above.\n0 passed, 1 failed',
    );
    return 1;
  }

  const own = ['--units', '--no-checks'];
  const unitsOnly = argv.includes('--units');
  const args = argv.filter((arg) => !own.includes(arg));
  const checking = args.length === 0 && !argv.includes('--no-checks');
  const failedChecks = checking ? runChecks() : [];

  const units = jest('units', ['--passWithNoTests', ...args], {});
  const noEngine = unitsOnly ? undefined : engineProblem(recipe, wanted);
  const engines = unitsOnly
    ? []
    : [jest('engine', ['--runInBand', '--passWithNoTests', ...args], { CROSSTALK_TEST_ENGINE: wanted })];

  const counts = tally([units, ...engines]);
  counts.passed += checking ? checks.length - failedChecks.length : 0;
  counts.failed += failedChecks.length;
  console.log(summary(counts, { failedChecks, noEngine, root }).join('\n'));
  return counts.failed === 0 ? 0 : 1;
};

module.exports = { run };
