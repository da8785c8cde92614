'use strict';
// Installs and builds what is missing or out of date.

const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { ensureSqlite } = require('./ensure-sqlite.js');

const root = resolve(__dirname, '..');
const at = (...parts) => join(root, ...parts);
const stamp = at('dist', '.built');

// Progress goes to stderr: stdout belongs to what is started.
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
};

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether node_modules holds what the lock file asks for. Times would lie: a checkout touches files. */
const isInstalled = () => {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const have = packagesOf(installed);
  return Object.entries(packagesOf(at('package-lock.json'))).every(
    ([path, wanted]) => path === '' || wanted.optional || have[path]?.version === wanted.version,
  );
};

const newest = (path) => {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const sources = ['src', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const isBuilt = () =>
  existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources.map((name) => newest(at(name))));

const install = () => {
  console.error('installing packages (npm ci)');
  // Install scripts are left to ensureSqlite, which names what a build lacks.
  return run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']);
};

/** Compiles src afresh; what was removed from src leaves dist too. */
const build = () => {
  rmSync(at('dist'), { recursive: true, force: true });
  const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
  if (!run(process.execPath, [tsc, '-p', at('tsconfig.build.json')])) return false;
  if (!ensureSqlite()) return false;
  writeFileSync(stamp, '');
  return true;
};

/** Installs, builds and checks the native part as needed; true when bin/crosstalk can run. */
const prepare = () => {
  if (!isInstalled() && !install()) return false;
  if (isBuilt()) return ensureSqlite();
  console.error('building');
  return build();
};

module.exports = { prepare, build };
