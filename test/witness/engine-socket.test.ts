import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEngineTest } from '../../src/witness/engine-socket';

// A hard link stands in for a bind mount: another path, the same device and inode.
let proc: string;
let server: Server;
let engineSocket: string;
beforeEach(async () => {
  proc = mkdtempSync(join(tmpdir(), 'ct-proc-'));
  engineSocket = join(proc, 'engine.sock');
  server = createServer();
  await new Promise<void>((ready) => server.listen(engineSocket, ready));
  mkdirSync(join(proc, '7/root/run'), { recursive: true });
  mkdirSync(join(proc, '7/root/var'));
  symlinkSync('/run', join(proc, '7/root/var/run'));
});
afterEach(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(proc, { recursive: true });
});

const mounted = (path: string): void => linkSync(engineSocket, join(proc, '7/root', path));
const file = (path: string, content: unknown): void => {
  const at = join(proc, '7/root', path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, JSON.stringify(content));
};
const context = (name: string, host: string): void =>
  file(`root/.docker/contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`, {
    Name: name,
    Endpoints: { docker: { Host: host } },
  });
const engineOf = (
  named: { host?: string; context?: string; config?: string } = {},
  env: Record<string, string> = { HOME: '/root' },
  uid = 0,
) =>
  createEngineTest(
    [engineSocket, '/nowhere'],
    proc,
  )({
    pid: 7,
    uid,
    named: { host: null, context: null, config: null, ...named },
    env: (name) => env[name],
  });

test('the usual socket, mounted', () => {
  mounted('run/docker.sock');
  expect(engineOf()).toBe('this');
  expect(engineOf({ host: 'unix:///run/docker.sock' })).toBe('this');
  expect(engineOf({ host: 'unix://' })).toBe('this');
  expect(engineOf({}, { DOCKER_HOST: 'unix:///var/run/docker.sock' })).toBe('this');
});

test('a socket of its own at the same path is another engine', () => {
  writeFileSync(join(proc, '7/root/run/docker.sock'), '');
  expect(engineOf()).toBe('other');
});

test('no socket there', () => expect(engineOf()).toBe('other'));

test.each(['tcp://h:2375', 'ssh://me@h', 'h:2375', 'http://h'])('%s is another', (host) =>
  expect(engineOf({ host })).toBe('other'),
);

test.each(['fd://', 'unix://relative.sock'])('%s cannot be told', (host) =>
  expect(engineOf({ host })).toBe('unknown'),
);

test('a process that is gone cannot be told', () => {
  rmSync(join(proc, '7'), { recursive: true });
  expect(engineOf()).toBe('unknown');
});

describe('what decides', () => {
  beforeEach(() => {
    mounted('run/docker.sock');
    context('far', 'tcp://h:1');
    context('near', 'unix:///run/docker.sock');
  });
  const far = { HOME: '/root', DOCKER_HOST: 'tcp://h:1' };

  test.each<[string, string, { host?: string; context?: string }, Record<string, string>]>([
    ['-H before DOCKER_HOST', 'this', { host: 'unix:///run/docker.sock' }, far],
    ['--context before DOCKER_HOST', 'this', { context: 'near' }, far],
    ['--context far', 'other', { context: 'far' }, { HOME: '/root' }],
    ['DOCKER_CONTEXT', 'other', {}, { HOME: '/root', DOCKER_CONTEXT: 'far' }],
    ['DOCKER_HOST before DOCKER_CONTEXT', 'other', {}, { ...far, DOCKER_CONTEXT: 'near' }],
    ['the context named default', 'this', { context: 'default' }, { HOME: '/root' }],
    ['an empty DOCKER_HOST', 'this', {}, { HOME: '/root', DOCKER_HOST: '' }],
    ['an empty DOCKER_CONTEXT', 'this', {}, { HOME: '/root', DOCKER_CONTEXT: '' }],
    ['a context that is not there', 'unknown', { context: 'none' }, { HOME: '/root' }],
    ['no home, but root', 'other', { context: 'far' }, {}],
  ])('%s', (_, engine, named, env) => expect(engineOf(named, env)).toBe(engine));

  test('the context in use', () => {
    file('root/.docker/config.json', { currentContext: 'far', auths: { r: { auth: 'x' } } });
    expect(engineOf()).toBe('other');
    expect(engineOf({}, { HOME: '/root', DOCKER_CONFIG: '/elsewhere' })).toBe('this');
    expect(engineOf({ config: '/elsewhere' })).toBe('this');
    expect(engineOf({}, {}, 1000)).toBe('unknown');
  });

  test('a configuration that is no JSON', () => {
    writeFileSync(join(proc, '7/root/root/.docker/config.json'), '{');
    expect(engineOf()).toBe('unknown');
  });
});
