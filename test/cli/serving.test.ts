import type { RunningApp } from '../../src/cli/parts';
import { config, run } from './run';

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
        return config;
      },
      startApp: async ({ demo, out }) => {
        seen.push(demo);
        out('from the app');
        return app('live', stopped);
      },
    },
  );
  expect(seen).toEqual([
    { file: 'c.yml', listen: '127.0.0.1:1', dataDir: 'd', dockerHost: 'tcp://x:1' },
    undefined,
  ]);
  expect(result.code).toBe(0);
  expect(result.out).toContain('crosstalk is listening on http://127.0.0.1:7373\n');
  expect(result.out).not.toContain('DEMO');
  expect(result.err).toBe('from the app\nstopping …\n');
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
  ['EngineForbidden', /may not open unix:.*usermod -aG docker/],
  ['EngineUnreachable', /cannot reach an engine at unix:.*: no engine answers; start Docker.*crosstalk demo/],
])('%s says what to do', async (name, message) => {
  const error = Object.assign(new Error('no engine answers'), { name });
  const result = await run(['serve', '--demo-if-no-engine'], { startApp: () => Promise.reject(error) });
  expect(result).toMatchObject({ code: 1, out: '', err: expect.stringMatching(message) });
});
