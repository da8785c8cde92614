import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createContext } from '../../src/cli/context';
import { type Parts } from '../../src/cli/parts';
import { buildCommand } from '../../src/cli/program';

const silent = { write: () => undefined };
const program = buildCommand(
  createContext({ out: silent, err: silent, env: {}, version: '0' } as unknown as Parts),
);

const text = readFileSync(join(__dirname, '../../docs/cli.md'), 'utf8');

/** Text under each `## crosstalk …` heading. */
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

const leaves = (command: Command, path: readonly string[]): [string, Command][] =>
  command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));

const commands = leaves(program, ['crosstalk']);
const flagsIn = (section: string): string[] =>
  [...section.matchAll(/^- (.*?):/gm)].flatMap(([, heads]) =>
    [...heads!.matchAll(/`(--[a-z-]+)/g)].map(([, flag]) => flag!),
  );

test('every command has a section, and every section a command', () => {
  const documented = [...sections.keys()].filter((name) => name.startsWith('crosstalk '));
  expect(documented.sort()).toEqual(commands.map(([path]) => path).sort());
});

test.each(commands)('%s: the flags of program and page are the same', (path, command) => {
  const flags = command.options.map(({ long }) => long);
  expect(flagsIn(sections.get(path) ?? '').sort()).toEqual([...flags].sort());
  for (const { name } of command.registeredArguments.map((argument) => ({ name: argument.name() })))
    expect(sections.get(path)).toMatch(new RegExp(`[<\\[]${name}`));
});

test('the global flags are on the page', () => {
  const everywhere = sections.get('Everywhere') ?? '';
  for (const { long } of program.options) expect(everywhere).toContain(long);
});
