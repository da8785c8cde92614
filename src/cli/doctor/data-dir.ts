import { accessSync, constants, existsSync, statSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Check, broken, ok, warning } from './check';

const littleSpaceBytes = 1 << 30;

/** The directory itself, or the nearest one above it that exists: that is where it would be made. */
const nearestExisting = (dir: string): string => (existsSync(dir) ? dir : nearestExisting(dirname(dir)));

/** Data directory writable, disk not full. Makes nothing. */
export const checkDataDir = (configured: string): readonly Check[] => {
  const dir = resolve(configured);
  const existing = nearestExisting(dir);
  if (!statSync(existing).isDirectory())
    return [broken('data', `${existing} is not a directory`, 'choose another data.dir (CROSSTALK_DATA_DIR)')];
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    return [
      broken(
        'data',
        `${existing} may not be written by this user`,
        `give it to this user (\`sudo chown $USER ${existing}\`), or choose another data.dir (CROSSTALK_DATA_DIR)`,
      ),
    ];
  }
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const text = `${(free / 2 ** 30).toFixed(1)} GiB free`;
  return [
    ok('data', existing === dir ? `${dir} is writable` : `${dir} will be made in ${existing}`),
    free < littleSpaceBytes
      ? warning(
          'disk',
          text,
          'free some space or move data.dir; when the disk is full, crosstalk records nothing',
        )
      : ok('disk', text),
  ];
};
