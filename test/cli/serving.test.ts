import { EngineForbidden, EngineUnreachable } from '../../src/engine/errors';
import type { RunningApp } from '../../src/cli/parts';
import { config, loaded, run } from './run';

const app = (mode: RunningApp['mode'], stopped: string[]): RunningApp => ({
  address: '127.0.0.1:7373',
  mode,
  stop: async () => void stopped.push('app'),
});

/** A signal that comes as soon as somebody waits for it. */
const stopSoon = (): AbortSignal => {
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  return stop.signal;
};

test('serve: starts, says where, stops in order', async () => {
  const stopped: string[] = [];
  const seen: unknown[] = [];
  const result = await run(
    [
      'serve',
      '--listen',
      '127.0.0.1:1',
      '--data-dir',
      'd',
      '--docker-host',
      'tcp://x:1',
      '--config',
      'c.yml',
    ],
    {
      stop: stopSoon(),
      loadConfig: (flags) => {
        seen.push(flags);
        return { ...loaded(config, '/etc/c.yml'), warnings: ['audit: has no effect yet'] };
      },
      startApp: async ({ demo, configFile, out }) => {
        seen.push(demo, configFile);
        out('from the app');
        return app('live', stopped);
      },
    },
  );
  expect(seen).toEqual([
    { file: 'c.yml', listen: '127.0.0.1:1', dataDir: 'd', dockerHost: 'tcp://x:1' },
    undefined,
    '/etc/c.yml',
  ]);
  expect(result.code).toBe(0);
  expect(result.out).toContain('crosstalk is listening on http://127.0.0.1:7373\n');
  expect(result.out).not.toContain('DEMO');
  expect(result.err).toBe('warning: audit: has no effect yet\nfrom the app\nstopping …\n');
  expect(stopped).toEqual(['app']);
});

test.each([
  [['serve', '--demo-if-no-engine'], 'if-no-engine'],
  [['demo'], 'always'],
])('%j says loudly that it is the demo', async (args, expected) => {
  let asked: unknown;
  const { out } = await run(args, {
    stop: stopSoon(),
    startApp: async ({ demo }) => {
      asked = demo;
      return app('demo', []);
    },
  });
  expect(asked).toBe(expected);
  expect(out).toMatch(/^This is the DEMO/);
});

test.each([
  [
    new EngineForbidden('permission denied at unix:///x\u001b'),
    'permission denied at unix:///x\\u{1b}\n  `sudo usermod',
  ],
  [
    new EngineUnreachable('no engine answers at tcp://x:1'),
    'at tcp://x:1\n  say where it is with --docker-host',
  ],
])('%s says what to do', async (error, message) => {
  const result = await run(['serve'], { startApp: () => Promise.reject(error) });
  expect(result).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) });
});
