import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const nodeProblem = jest.requireActual<(version: string) => string | undefined>(
  '../../scripts/node-version.js',
);

test.each(['20.0.0', '22.1.0', '24.21.0', '100.0.0'])('%s is new enough', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(['0.12.18', '4.9.1', '18.20.8', '19.9.0'])('%s is too old', (version) => {
  expect(nodeProblem(version)).toMatch(`needs Node 20 or newer; this is ${version}`);
});

test.each(['bin/crosstalk', 'scripts/start.js', 'scripts/test.js'])(
  '%s says so before anything else',
  (file) => {
    const script = `
    Object.defineProperty(process, 'versions', { value: { node: '18.20.8' } });
    require(${JSON.stringify(resolve(file))});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Crosstalk needs Node 20 or newer; this is 18\.20\.8/);
  },
);
