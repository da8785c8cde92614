import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

// Needs the program as it is built: the demo answers for itself.
test('the picture of the README shows what the demo answers', () => {
  const script = join(resolve(__dirname, '../..'), 'scripts/picture.js');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});
