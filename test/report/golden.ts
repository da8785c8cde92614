import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares with a file of test/report/golden (named so that no formatter touches it); GOLDEN=write makes the files new, to be read before they are committed.
 */
export const expectGolden = (name: string, actual: string): void => {
  const file = join(__dirname, 'golden', name);
  if (process.env.GOLDEN === 'write') writeFileSync(file, actual);
  expect(existsSync(file)).toBe(true);
  expect(actual).toBe(readFileSync(file, 'utf8'));
};
