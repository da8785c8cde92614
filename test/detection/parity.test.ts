import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectors } from '../../src/detection/detectors';

const root = join(__dirname, '../..');
const namesIn = (directory: string, ending: string): string[] =>
  readdirSync(join(root, directory))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => name !== 'index' && name !== 'README')
    .sort();

const listed = detectors.map(({ kind }) => kind).sort();
const places = {
  code: { directory: 'src/detection/detectors', ending: '.ts' },
  test: { directory: 'test/detection/detectors', ending: '.test.ts' },
  page: { directory: 'docs/findings', ending: '.md' },
};

/** What is missing or too much, as a sentence that says what to do. */
const differences = (
  kinds: readonly string[],
  names: readonly string[],
  { directory, ending }: { directory: string; ending: string },
) => [
  ...kinds.filter((kind) => !names.includes(kind)).map((kind) => `add ${directory}/${kind}${ending}`),
  ...names
    .filter((name) => !kinds.includes(name))
    .map(
      (name) =>
        `${directory}/${name}${ending} belongs to no detector: list it in src/detection/detectors/index.ts, or remove it`,
    ),
];

describe('every kind of finding', () => {
  test.each(Object.entries(places))('has its file of %s', (_what, place) => {
    expect(differences(listed, namesIn(place.directory, place.ending), place)).toEqual([]);
  });

  test('is listed once', () => {
    expect([...new Set(listed)]).toEqual(listed);
  });

  test('has its line in the list of pages', () => {
    const index = readFileSync(join(root, 'docs/findings/README.md'), 'utf8');
    const missing = listed.filter((kind) => !index.includes(`](${kind}.md)`));
    expect(missing.map((kind) => `add a line for ${kind} to docs/findings/README.md`)).toEqual([]);
  });

  test.each(detectors.map((detector) => [detector.kind, detector] as const))(
    '%s: the page says it all',
    (kind, { variants }) => {
      const page = readFileSync(join(root, `docs/findings/${kind}.md`), 'utf8');
      const wanted = [
        `# \`${kind}\``,
        ...variants.flatMap((variant) => (variant === null ? [] : [`\`${variant}\``])),
        '## What it means',
        '## How it is seen',
        '## How sure',
        '## Not flagged',
        '## How to fix it',
      ];
      const missing = wanted.filter((text) => !page.includes(text));
      expect(missing.map((text) => `docs/findings/${kind}.md lacks ${text}`)).toEqual([]);
    },
  );
});

test('a difference is told as what to do', () => {
  expect(differences(['prune'], ['leftover'], places.page)).toEqual([
    'add docs/findings/prune.md',
    'docs/findings/leftover.md belongs to no detector: list it in src/detection/detectors/index.ts, or remove it',
  ]);
});
