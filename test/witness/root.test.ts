import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathIn, readIn } from '../../src/witness/process/root';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crosstalk-root-'));
  mkdirSync(join(root, 'run/deep'), { recursive: true });
  mkdirSync(join(root, 'var'));
  writeFileSync(join(root, 'run/file'), 'inside');
});
afterEach(() => rmSync(root, { recursive: true }));

test('an absolute link leads within the root', () => {
  symlinkSync('/run', join(root, 'var/run'));
  expect(pathIn(root, '/var/run/file')).toBe(join(root, 'run/file'));
});

test.each([
  ['../run', '/var/link/file'],
  ['../../../../run', '/var/link/file'],
  ['/run/deep/..', '/var/link/file'],
])('a link to %s', (target, path) => {
  symlinkSync(target, join(root, 'var/link'));
  expect(pathIn(root, path)).toBe(join(root, 'run/file'));
});

test('nothing there, no way there, links in a circle', () => {
  symlinkSync('/var/b', join(root, 'var/a'));
  symlinkSync('/var/a', join(root, 'var/b'));
  for (const path of ['/none', '/run/file/below', '/var/a']) expect(pathIn(root, path)).toBeUndefined();
});

test('only small ordinary files are read, and a pipe does not hold the reader', () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
  writeFileSync(join(root, 'large'), Buffer.alloc(70_000));
  expect(readIn(root, '/run/file')).toBe('inside');
  for (const path of ['/pipe', '/large', '/run', '/none']) expect(readIn(root, path)).toBeUndefined();
});
