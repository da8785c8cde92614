import { ConfigError } from '../../src/config';
import { run } from './run';

const commands = [
  'serve',
  'witness',
  'doctor',
  'report',
  'findings',
  'watch',
  'replay',
  'record',
  'demo',
  'backup',
];

test('help goes to standard output, with examples, and names every command', async () => {
  const { code, out, err } = await run(['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('Examples:');
  for (const command of [...commands, 'config']) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
});

test.each([...commands.map((each) => [each]), ['config', 'check']])('help of %s %s', async (...words) => {
  const { code, out } = await run([...words.filter(Boolean), '--help']);
  expect(code).toBe(0);
  expect(out).toContain('Examples:');
  expect(out).toContain('--config <file>');
});

test('the version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

test.each([
  ['no command', [], 'Usage: crosstalk'],
  ['an unknown command', ['servo'], "unknown command 'servo'"],
  ['an unknown flag', ['serve', '--port', '1'], "unknown option '--port'"],
  ['a missing value', ['serve', '--listen'], 'argument missing'],
  ['a missing file', ['replay'], "missing required argument 'file'"],
  ['too much', ['watch', 'this'], 'too many arguments'],
  [
    'a choice that is none',
    ['findings', '--severity', 'huge'],
    'Allowed choices are critical, warning, info',
  ],
  ['a number that is none', ['findings', '--limit', '0'], 'expected a whole number from 1'],
  ['a verdict that is none', ['report', 'x:1', '--fail-on', 'clean'], 'Allowed choices are interfered'],
  ['config alone', ['config'], 'Usage: crosstalk config'],
])('%s is a usage error', async (_, args, message) => {
  const { code, out, err } = await run(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('--config stands before or after the command', async () => {
  const seen: unknown[] = [];
  const loadConfig = ({ file }: { file?: string | undefined }): never => {
    seen.push(file);
    throw new Error('enough');
  };
  await run(['--config', 'a.yml', 'findings'], { loadConfig });
  await run(['findings', '-c', 'b.yml'], { loadConfig });
  await run(['config', 'check', '--config', 'c.yml'], { loadConfig });
  await run(['findings'], { loadConfig });
  expect(seen).toEqual(['a.yml', 'b.yml', 'c.yml', undefined]);
});

describe('errors', () => {
  const failing = (error: unknown) => ({
    loadConfig: (): never => {
      throw error;
    },
  });

  test('one clear line, exit 1, no stack', async () => {
    const { code, out, err } = await run(['findings'], failing(new Error('the disk is full')));
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'error: the disk is full\n' });
  });

  test('a wrong configuration: every problem, exit 2', async () => {
    const error = new ConfigError(['a: b', 'c: d']);
    const { code, err } = await run(['findings'], failing(error));
    expect({ code, err }).toEqual({ code: 2, err: 'error: config has 2 problems\n- a: b\n- c: d\n' });
  });

  test('the stack and its cause on request', async () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const { err } = await run(['findings'], { ...failing(error), env: { CROSSTALK_LOG_LEVEL: 'debug' } });
    expect(err).toMatch(/error: outer\n.*Error: outer\n {4}at /s);
    expect(err).toMatch(/Error: inner\n {4}at /);
  });

  test('foreign text in an error cannot act on the terminal', async () => {
    const { err } = await run(['findings'], { ...failing(new Error('no \u001b[2Jsuch\u202e')), isTTY: true });
    expect(err).toContain('no \\u{1b}[2Jsuch\\u{202e}');
  });
});

describe('colours', () => {
  const failing = {
    loadConfig: (): never => {
      throw new Error('x');
    },
  };
  test.each([
    ['a terminal', true, {}, true],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['a pipe', false, {}, false],
  ])('%s', async (_, isTTY, env, coloured) => {
    const { err } = await run(['findings'], { ...failing, isTTY, env });
    expect(err.includes('\u001b[31m')).toBe(coloured);
  });
});
