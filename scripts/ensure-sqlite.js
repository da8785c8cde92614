'use strict';
// better-sqlite3 is native code. npm builds it at install only where its script is approved and Node's
// headers or a ready-made binary can be fetched; so: does it load, and if not, build it here.

const { spawnSync } = require('node:child_process');
const { accessSync, constants, existsSync } = require('node:fs');
const { delimiter, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');

/** Why it does not load, or undefined. In a process of its own: a failed load would stay cached. */
const loadProblem = () => {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
};

const found = (command) =>
  (process.env.PATH || '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Node's headers beside this node, as its own downloads and most packages place them. */
const headers = () => {
  const prefix = resolve(process.execPath, '..', '..');
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? prefix : undefined;
};

/** What a build needs and this machine lacks: one sentence each, with its apt line. */
const missing = (has = found, nodedir = headers()) => [
  ...(has('python3') ? [] : ['python3 is missing: apt-get install python3']),
  ...(has('make') ? [] : ['make is missing: apt-get install make']),
  ...(has('g++') || has('c++') ? [] : ['a C++ compiler is missing: apt-get install g++']),
  ...(nodedir
    ? []
    : [
        "Node's headers are not beside it and would have to be downloaded from nodejs.org; " +
          "for Debian's own Node: apt-get install libnode-dev",
      ]),
];

const build = () => {
  const nodedir = headers();
  console.error('better-sqlite3 does not load here yet; building it (a minute or two)');
  const { status, stdout, stderr } = spawnSync('npm', ['rebuild', 'better-sqlite3'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: nodedir === undefined ? process.env : { ...process.env, npm_config_nodedir: nodedir },
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
};

/** Makes better-sqlite3 loadable; true when it is. */
const ensureSqlite = () => {
  if (loadProblem() === undefined) return true;
  const output = build();
  const problem = loadProblem();
  if (problem === undefined) return true;
  const lines = `${output}\n${problem}`.trim().split('\n');
  console.error(lines.slice(-20).join('\n'));
  console.error(['\nbetter-sqlite3 could not be built.', ...missing()].join('\n- '));
  return false;
};

module.exports = { ensureSqlite, missing };
if (require.main === module && !ensureSqlite()) process.exitCode = 1;
