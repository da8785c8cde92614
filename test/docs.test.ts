import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createContext } from '../src/cli/context';
import { type Parts } from '../src/cli/parts';
import { buildCommand } from '../src/cli/program';

const root = resolve(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const markdownIn = (directory: string): string[] =>
  readdirSync(join(root, directory))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(directory, name));
const pages = [
  ...markdownIn('.'),
  ...markdownIn('docs'),
  ...markdownIn('docs/findings'),
  'test/engines/README.md',
];

const { files, scripts } = JSON.parse(read('package.json')) as {
  files: string[];
  scripts: Record<string, string>;
};

const codeIn = (page: string): string =>
  [...read(page).matchAll(/```(?:sh|yaml)\n([^]*?)```|`([^`\n]+)`/g)]
    .map(([, block, inline]) => block ?? inline)
    .join('\n');

const silent = { write: () => undefined };
const program = buildCommand(
  createContext({ out: silent, err: silent, env: {}, version: '0' } as unknown as Parts),
);

/** What of a `crosstalk …` line names no command or flag of the program. */
const unknownIn = (line: string): string[] => {
  const words = line.replace(/#.*/, '').trim().split(/\s+/).slice(1);
  const [first = ''] = words;
  if (!/^[a-z]/.test(first)) return [];
  const command: Command | undefined = program.commands.find((each) => each.name() === first);
  if (!command) return first === 'help' ? [] : [first];
  const known = [command, ...command.commands, program].flatMap((each) =>
    each.options.map(({ long }) => long),
  );
  const flags = words.flatMap((word) => /^--[a-z-]+/.exec(word)?.[0] ?? []);
  return flags.filter((flag) => !known.includes(flag));
};

test.each(pages)('%s: its links lead somewhere', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  const missing = targets.filter(
    (target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page), target)),
  );
  expect(missing).toEqual([]);
});

test.each(pages)('%s: the sources it names exist', (page) => {
  const named = [...read(page).matchAll(/`((?:src|test|scripts|migrations|docs|bin)\/[\w./-]*)`/g)].map(
    ([, path]) => path!,
  );
  const examples = /image-overwritten|\/acme|NNNN/;
  expect(named.filter((path) => !examples.test(path) && !existsSync(join(root, path)))).toEqual([]);
});

test.each(pages)('%s: commands and flags that it tells to type exist', (page) => {
  const code = codeIn(page);
  const wrong = [...code.matchAll(/(?<![\w/-])crosstalk [^\n|;&()]*/g)].flatMap(([line]) => unknownIn(line));
  const npm = [...code.matchAll(/\bnpm (?:run )?([a-z][\w:]*)/g)].map(([, name]) => name!);
  const ofNpm = ['ci', 'install', 'link', 'pack'];
  expect([...wrong, ...npm.filter((name) => !(name in scripts) && !ofNpm.includes(name))]).toEqual([]);
});

test('a command that does not exist is noticed', () => {
  expect(unknownIn('crosstalk rapport gitlab:1')).toEqual(['rapport']);
  expect(unknownIn('crosstalk report --fail-om interfered')).toEqual(['--fail-om']);
  expect(unknownIn('crosstalk report --fail-on interfered  # --this')).toEqual([]);
});

test('package and image hold what bin/crosstalk needs', () => {
  const needed = ['bin', 'dist', 'dashboards', 'migrations', 'scripts/node-version.js'];
  expect(files).toEqual(expect.arrayContaining(needed));
  const copied = [...read('Dockerfile').matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(
    ([, path]) => path,
  );
  expect(copied).toEqual(expect.arrayContaining([...needed, 'package.json', 'node_modules']));
});
