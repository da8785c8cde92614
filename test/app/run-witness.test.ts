import { dirname } from 'node:path';
import { runWitness } from '../../src/app/run-witness';
import { log, newPath, own, startServer, told, undoAll, until } from '../link/linking';
import { configFor, fakeWatch, unavailable } from './watching';

afterEach(undoAll);

const begin = async (options: Partial<Parameters<typeof runWitness>[0]> & { execs?: string } = {}) => {
  const path = newPath();
  const stop = new AbortController();
  const said: string[] = [];
  const { execs = 'auto', ...rest } = options;
  const config = configFor(dirname(path), { CROSSTALK_WATCH_EXECS: execs });
  const running = runWitness({ config, log, stop: stop.signal, out: (line) => said.push(line), ...rest });
  running.catch(() => undefined);
  void own(running, async () => {
    stop.abort();
    await running.catch(() => undefined);
  });
  return { path, stop, said, running };
};
const serve = async (path: string) => own(await startServer(path), ({ stop }) => stop());

test('what the watch sees goes to the daemon; what the daemon wants goes to the watch', async () => {
  const watch = fakeWatch();
  const { path, stop, said, running } = await begin({ create: watch.create });
  const server = await serve(path);
  server.watch({ pid: 7, start: null });
  await until(server.connected);
  watch.tell(told(1n));
  await until(() => server.execs().length === 1 && watch.watched.length === 1);
  expect(watch.watched).toEqual([{ pid: 7, start: null }]);
  expect(server.sources()).toEqual([['on', null]]);
  expect(watch.parts()).toMatchObject({ clients: [], engineSockets: ['/var/run/docker.sock'] });
  expect(watch.parts().keptVariables.get('CI_JOB_ID')).toBe('value');
  expect(watch.parts().keptVariables.get('CI_JOB_TOKEN')).toBeUndefined();
  expect(said).toEqual([`watching docker commands for ${path}`]);
  stop.abort();
  await running;
  expect(watch.stopped()).toBe(1);
});

test('it waits for its daemon to have recorded what it told last', async () => {
  const watch = fakeWatch();
  const { path, stop, running } = await begin({ create: watch.create });
  const server = await serve(path);
  await until(server.connected);
  server.hold();
  watch.tell(told(1n));
  stop.abort();
  await new Promise((done) => setTimeout(done, 50));
  server.letGo();
  await running;
  expect(server.execs()).toEqual([1n]);
});

test('auto: where it cannot see it stays and says why', async () => {
  const { path, said } = await begin({ create: unavailable });
  const server = await serve(path);
  await until(() => server.sources().length > 0);
  expect(server.sources()).toEqual([['off', 'needs root']]);
  expect(said).toEqual(['docker commands cannot be seen here: needs root']);
  expect(server.connected()).toBe(true);
});

test('on: it says why, also to the daemon, and fails', async () => {
  const { path, running } = await begin({ create: unavailable, execs: 'on' });
  const server = await serve(path);
  await expect(running).rejects.toThrow('docker commands cannot be seen here: needs root');
  await until(() => server.sources().length > 0);
  expect(server.sources()[0]).toEqual(['off', 'needs root']);
});

test.each([
  [{ problem: 'half blind' }, 'half blind'],
  [{ priority: 'normal' as const }, expect.stringContaining('no priority')],
])('%j is degraded', async (state, reason) => {
  const { path } = await begin({ create: fakeWatch(state).create });
  const server = await serve(path);
  await until(() => server.sources().length > 0);
  expect(server.sources()).toEqual([['degraded', reason]]);
});

test('a watch that breaks ends it, for somebody to start it again', async () => {
  const watch = fakeWatch();
  const { path, running } = await begin({ create: watch.create });
  const server = await serve(path);
  await until(server.connected);
  watch.parts().onEnded(new Error('the thread ended'));
  await expect(running).rejects.toThrow('the thread ended');
  await until(() => server.sources().length === 2);
  expect(server.sources()).toEqual([
    ['on', null],
    ['off', 'the exec watch broke: the thread ended'],
  ]);
});

describe('one that a daemon started', () => {
  test('ends with it', async () => {
    const { path, running, said } = await begin({ create: fakeWatch().create, aloneMs: 60_000 });
    const server = await startServer(path);
    await until(server.connected);
    await server.stop();
    await running;
    expect(said).toEqual([]);
  });

  test('ends when none comes back', async () => {
    const { running } = await begin({ create: fakeWatch().create, aloneMs: 100 });
    await running;
  });

  test('one that nobody started stays', async () => {
    const { path, running } = await begin({ create: fakeWatch().create });
    const server = await startServer(path);
    await until(server.connected);
    await server.stop();
    const again = await serve(path);
    await until(again.connected);
    expect(await Promise.race([running.then(() => 'ended'), Promise.resolve('running')])).toBe('running');
  });
});
