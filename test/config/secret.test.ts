import { inspect } from 'node:util';
import { secret, withoutCredentials } from '../../src/secret';

test.each<[string, (value: ReturnType<typeof secret>) => string]>([
  ['String()', String],
  ['a template', (value) => `${value as unknown as string}`],
  ['adding', (value) => '' + (value as unknown as string)],
  ['JSON', (value) => JSON.stringify({ value })],
  ['inspect', (value) => inspect({ deep: { value } }, { depth: 9, showHidden: true })],
])('a secret does not print by %s', (_, print) => {
  const text = print(secret('hunter2'));
  expect(text).toContain('<secret>');
  expect(text).not.toContain('hunter2');
});

test('it is there when asked for', () => expect(secret('hunter2').reveal()).toBe('hunter2'));

test.each([
  ['tcp://me:hunter2@host:1/x', 'tcp://<secret>@host:1/x'],
  ['https://hunter2@host and ssh://a:b@c', 'https://<secret>@host and ssh://<secret>@c'],
  ['https://host/path@2x', 'https://host/path@2x'],
  ['me@example.com', 'me@example.com'],
])('%s', (text, shown) => expect(withoutCredentials(text)).toBe(shown));
