import { createLogger } from '../../src/log';
import { secret } from '../../src/secret';

const logged = (
  options: { pretty?: boolean },
  write: (log: ReturnType<typeof createLogger>) => void,
): string[] => {
  const lines: string[] = [];
  write(createLogger({ level: 'info', ...options, out: { write: (line: string) => void lines.push(line) } }));
  return lines;
};

describe.each([{ pretty: false }, { pretty: true }])('%j', (options) => {
  test.each<[string, object, string]>([
    ['a token', { token: 'hunter2' }, 'x'],
    ['a header', { req: { headers: { authorization: 'Bearer hunter2', cookie: 'crosstalk=hunter2' } } }, 'x'],
    ['headers', { headers: { authorization: 'Bearer hunter2', 'set-cookie': 'crosstalk=hunter2' } }, 'x'],
    ['a Secret', { value: { deep: secret('hunter2') } }, 'x'],
    ['an address', { engine: 'tcp://me:hunter2@engine:2375' }, 'x'],
    ['an address in a message', {}, 'cannot reach https://me:hunter2@hooks.example/x'],
    ['an address in an error', { err: new Error('connect https://me:hunter2@hooks.example/x') }, 'x'],
  ])('%s is not shown', (_, fields, message) => {
    const text = logged(options, (log) => log.info(fields, message)).join('');
    expect(text).toContain('<secret>');
    expect(text).not.toContain('hunter2');
  });

  test('below the level nothing is written', () => {
    expect(logged(options, (log) => log.debug('x'))).toEqual([]);
  });
});

test('readable lines hold no control characters, however a container is called', () => {
  const [line] = logged({ pretty: true }, (log) =>
    log.warn({ container: '\u001b[2Jweb\r\n' }, 'killed\u009b'),
  );
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}killed\? {2}container=\?\[2Jweb\?\?\n$/);
});

test('lines for programs are JSON with level, time and fields', () => {
  const [line] = logged({}, (log) => log.error({ job: 'gitlab:1' }, 'lost'));
  expect(JSON.parse(line!)).toEqual({
    level: 50,
    time: expect.any(Number) as number,
    job: 'gitlab:1',
    msg: 'lost',
  });
});
