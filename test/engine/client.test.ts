import { createClient, EngineForbidden, EngineRefused, EngineUnreachable, examine } from '../../src/engine';
import { asEngineError } from '../../src/engine/errors';
import { createFakeEngine, type FakeEngine } from './fake-engine';
import { keep, wallClock } from './following';

let engine: FakeEngine;
afterEach(() => engine?.end());

describe.each([
  ['a socket', false],
  ['TCP', true],
])('over %s', (_name, overTcp) => {
  beforeEach(async () => {
    engine = await createFakeEngine({ overTcp });
    engine.addContainer('web');
  });

  test('lists and inspects; what is not there is undefined', async () => {
    const client = createClient({ host: engine.host, keep });
    engine.volumes.set('cache', { Name: 'cache' });
    expect(await client.inspectContainer('web')).toMatchObject({ id: 'web', status: 'running' });
    expect(await client.inspectVolume('cache')).toMatchObject({ name: 'cache' });
    expect(await client.inspectContainer('nobody')).toBeUndefined();
    expect(await client.inspectVolume('../containers/web/json')).toBeUndefined();
    expect((await client.listAll()).containers.map(({ id }) => id)).toEqual(['web']);
    await client.ping();
  });

  test('asks nobody else, whatever DOCKER_HOST says', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    try {
      expect((await createClient({ host: engine.host, keep }).info()).name).toBe('fake');
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  test('a status that is of no use is an error with it', async () => {
    engine.failing.set('/web/', 500);
    const error = await createClient({ host: engine.host, keep })
      .inspectContainer('web')
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(EngineRefused);
    expect(error).toMatchObject({ status: 500, message: expect.stringContaining('told to fail') });
  });

  test('an engine that went is unreachable, and found again when it is back', async () => {
    const client = createClient({ host: engine.host, keep });
    await engine.stop();
    await expect(client.listAll()).rejects.toBeInstanceOf(EngineUnreachable);
    await expect(
      client.openEvents({ onChunk: () => undefined, onEnd: () => undefined }),
    ).rejects.toBeInstanceOf(EngineUnreachable);
    if (overTcp) return;
    await engine.start();
    await client.ping();
  });
});

test('what doctor asks', async () => {
  engine = await createFakeEngine();
  engine.addContainer('web');
  engine.emit({ action: 'start', id: 'web', time: 5_000_000_000n });
  engine.emit({ action: 'die', id: 'web', time: 6_000_000_000n });
  const client = createClient({ host: engine.host, keep });
  expect(await examine(client, keep.keepLabel, wallClock())).toMatchObject({
    engine: { name: 'fake', version: '20.10.24' },
    cgroups: { version: 2, driver: 'systemd' },
    ring: { events: 2, oldestAt: 5_000_000_000n },
    containers: [{ id: 'web' }],
  });
});

test.each([
  [{ code: 'EACCES' }, EngineForbidden, /group of the socket .* or run as root/],
  [{ code: 'ENOENT' }, EngineUnreachable, /no such socket; is Docker running/],
  [{ code: 'ECONNREFUSED' }, EngineUnreachable, /nobody listens/],
  [{ code: 'ECONNRESET', message: 'socket hang up' }, EngineUnreachable, /socket hang up/],
  [{ statusCode: 403, message: 'no' }, EngineRefused, /answered 403: no/],
])('%j', (cause, type, words) => {
  const error = asEngineError('unix:///x.sock', cause);
  expect(error).toBeInstanceOf(type);
  expect(error.message).toMatch(words);
  expect(error.message).toContain('unix:///x.sock');
});
