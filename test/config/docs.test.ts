import { readFileSync } from 'node:fs';
import { describeKeys, loadConfig, variables } from '../../src/config';

const page = readFileSync('docs/configuration.md', 'utf8');

/** Rows of the tables whose first cell is code: [first cell, second cell, third cell]. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const keyRows = rows.filter(([name]) => !/^`(CROSSTALK|DOCKER)_/.test(name!));
const variableRows = rows.filter(([name]) => /^`(CROSSTALK|DOCKER)_/.test(name!));

test('docs/configuration.md lists every key with its default and meaning, and no other', () => {
  const expected = describeKeys().map(({ key, byDefault, description }) => [
    `\`${key}\``,
    byDefault === undefined ? '' : `\`${byDefault}\``,
    description,
  ]);
  expect(keyRows).toEqual(expected);
});

test('and every environment variable, with its key', () => {
  const listed = Object.fromEntries(
    variableRows.map(([name, key]) => [name!.replaceAll('`', ''), key!.replaceAll('`', '')]),
  );
  expect(listed).toEqual({ ...variables, DOCKER_HOST: 'engine.host', CROSSTALK_CONFIG: '' });
});

test('the example is a configuration', () => {
  const { config, warnings } = loadConfig({ env: {}, file: 'crosstalk.example.yml' });
  expect(warnings).toEqual([]);
  expect(config.jobs.presets.at(-1)!.id).toBe('acme');
});

test('the example shows the defaults', () => {
  const { config: shown } = loadConfig({ env: {}, file: 'crosstalk.example.yml' });
  const { config: defaults } = loadConfig({ env: {}, file: '/dev/null' });
  const comparable = ({ jobs: _, detect: { allow: __, ...detect }, ...rest }: typeof shown) => ({
    ...rest,
    detect,
  });
  expect(comparable(shown)).toEqual(comparable(defaults));
});
