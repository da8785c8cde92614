import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../src/config';

const directory = join(__dirname, '../deploy/systemd');
const root = join(__dirname, '..');

/** Sections of a unit, each key with all its values. */
const read = (name: string): Record<string, Record<string, string[]>> => {
  const unit: Record<string, Record<string, string[]>> = {};
  let section = '';
  for (const line of readFileSync(join(directory, name), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (heading) unit[(section = heading)] = {};
    else if (key === undefined || section === '') throw new Error(`${name}: ${line}`);
    else (unit[section]![key] ??= []).push(value!);
  }
  return unit;
};
const units = readdirSync(directory);

test.each(units)('%s is a unit that can be enabled', (name) => {
  const unit = read(name);
  expect(Object.keys(unit)).toEqual(['Unit', name.endsWith('.socket') ? 'Socket' : 'Service', 'Install']);
  expect(unit['Unit']!['Description']).toHaveLength(1);
});

test.each(units.filter((name) => name.endsWith('.service')))(
  '%s starts a command with flags that there are',
  (name) => {
    const [command] = read(name)['Service']!['ExecStart']!;
    const [, subcommand, flags] = /^\/usr\/bin\/env crosstalk (\w+)(.*)$/.exec(command!)!;
    const help = readFileSync(join(root, 'docs/cli.md'), 'utf8');
    const section = help.slice(help.indexOf(`## crosstalk ${subcommand}`));
    for (const [flag] of flags!.matchAll(/--[a-z-]+/g))
      expect(help.includes(flag) && section.length > 0).toBe(true);
  },
);

test('systemd makes the socket that the configuration names', () => {
  const readme = readFileSync(join(root, 'deploy/README.md'), 'utf8');
  const yaml = /printf '(audit: .*?)\\n'/.exec(readme)![1]!;
  const path = /socket: (\S+) \}/.exec(yaml)![1]!;
  const { config } = loadConfig({ env: { CROSSTALK_AUDIT_SOCKET: path }, file: '/dev/null' });
  expect(config.audit?.socket).toBe(path);
  const { Socket: socket } = read('crosstalk-audit.socket');
  expect(socket).toMatchObject({ ListenStream: [path], SocketMode: ['0660'], SocketGroup: ['docker'] });
  expect(units).toContain(socket!['Service']![0]);
});

test('the witness has no more rights than docs/exec-watch.md measured', () => {
  const [set] = read('crosstalk-witness.service')['Service']!['CapabilityBoundingSet']!;
  const page = readFileSync(join(root, 'docs/exec-watch.md'), 'utf8');
  for (const capability of set!.split(' ')) expect(page).toContain(capability.replace('CAP_', ''));
  expect(read('crosstalk.service')['Service']!['CapabilityBoundingSet']).toEqual(['']);
});
