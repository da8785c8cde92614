import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

// dependency-cruiser is an ES module; its command line is run rather than importing it.
const depcruise = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const config = resolve('.dependency-cruiser.cjs');
const cruise = (cwd: string) =>
  spawnSync(process.execPath, [depcruise, '--config', config, 'src'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });

test('src follows the import table', () => {
  expect(cruise('.')).toMatchObject({ status: 0 });
}, 60_000);

test('what the import table forbids is refused', () => {
  const { status, stdout } = cruise('test/fixtures/forbidden-imports');

  expect(status).not.toBe(0);
  expect(stdout).toMatch(/detection-imports: src\/detection\/reaches-into-the-store\.ts/);
  expect(stdout).toMatch(/dockerode-only-in-engine: src\/detection\/imports-a-type-of-the-engine\.ts/);
  expect(stdout).toMatch(/no-cycles: src\/detection\/(one|two)\.ts/);
  expect(stdout).toMatch(/unlisted-part: .* src\/gossip/);
}, 60_000);
