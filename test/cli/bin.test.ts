import Database from 'better-sqlite3';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tracesDirectory } from '../helpers/trace';
import { answering } from './answering';
import type { Outcome } from './run';

// The program as it is installed: built (`npm run build`), in a process of its own.

const root = resolve(__dirname, '../..');
const bin = join(root, 'bin/crosstalk');
const trace = join(tracesDirectory, '28.5.2/shared-volume.jsonl');
const newDir = (): string => mkdtempSync(join(tmpdir(), 'crosstalk-bin-'));

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: newDir(),
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = new Promise<Outcome & { signal: string | null }>((done) =>
    child.on('close', (code, signal) => done({ code: code ?? -1, signal, ...text })),
  );
  return { child: child as ChildProcess, ended, text };
};

const run = async (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome> => {
  const { code, out, err } = await start(args, env).ended;
  return { code, out, err };
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
};

test('it is built', () => expect(existsSync(join(root, 'dist/main.js'))).toBe(true));

test('version and help', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect(await run(['help', 'replay'])).toMatchObject({ code: 0, out: expect.stringContaining('Examples:') });
});

test.each<[string, readonly string[], number, RegExp]>([
  ['a usage error', ['findings', '--nonsense'], 2, /unknown option '--nonsense'/],
  [
    'a wrong configuration',
    ['config', 'check', 'nowhere.yml'],
    2,
    /config has 1 problem\n- --config: cannot read/,
  ],
  [
    'an open address without token',
    ['serve', '--listen', '0.0.0.0:7373'],
    2,
    /--listen: expected a loopback/,
  ],
  [
    'no daemon',
    ['findings'],
    1,
    /^error: crosstalk is not running at .* start it with `crosstalk serve`.*\n$/,
  ],
  [
    'no engine',
    ['serve', '--docker-host', 'unix:///nowhere.sock'],
    1,
    /^error: no engine answers at .*\n.*crosstalk demo/,
  ],
  [
    'no engine to record',
    ['record', 'r.jsonl', '-H', 'unix:///nowhere.sock'],
    1,
    /^error: no engine answers at/,
  ],
  ['no recording', ['replay', 'nowhere.jsonl'], 1, /^error: nowhere.jsonl: there is no such file\n$/],
  ['no database', ['backup', 'copy.db'], 1, /^error: there is no database at .*crosstalk.db/],
])('%s', async (_, args, code, err) => {
  expect(await run(args, { CROSSTALK_LISTEN: '127.0.0.1:1' })).toEqual({
    code,
    out: '',
    err: expect.stringMatching(err),
  });
});

test('a report finds its job in the environment', async () => {
  const daemon = await answering((_, response) => response.end('the report'));
  const env = { CROSSTALK_LISTEN: daemon.url.slice('http://'.length), GITLAB_CI: 'true', CI_JOB_ID: '101' };
  expect(await run(['report'], env)).toEqual({ code: 0, out: 'the report\n', err: '' });
  expect(daemon.asked).toEqual(['GET /api/v1/jobs/gitlab%3A101/report?format=text']);
  await daemon.close();
});

test('doctor tells what is broken', async () => {
  const { code, out } = await run(['doctor', '--docker-host', 'unix:///nowhere.sock', '--json']);
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { name: string; state: string }[] };
  expect({ code, ok }).toEqual({ code: 1, ok: false });
  expect(checks).toContainEqual(expect.objectContaining({ name: 'engine', state: 'broken' }));
  expect(checks).toContainEqual(expect.objectContaining({ name: 'sqlite', state: 'ok' }));
});

test('a real trace, replayed: two jobs on one volume', async () => {
  const { code, out, err } = await run(['replay', trace, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { replays } = JSON.parse(out) as {
    replays: { observations: number; findings: { kind: string; victims: { job: string }[] }[] }[];
  };
  expect(replays).toHaveLength(1);
  expect(replays[0]).toMatchObject({ observations: 21 });
  const shared = replays[0]!.findings.filter(({ kind }) => kind === 'shared-volume');
  expect(shared.flatMap(({ victims }) => victims.map(({ job }) => job))).toEqual(
    expect.arrayContaining(['gitlab:101', 'gitlab:102']),
  );
});

test('replay does not look at the environment or at a file that nobody named', async () => {
  const env = { CROSSTALK_CONFIG: '/nowhere.yml', DOCKER_HOST: 'unix:///nowhere.sock' };
  expect(await run(['replay', trace], env)).toMatchObject({ code: 0, err: '' });
});

test('a replay that is kept can be copied while it is open', async () => {
  const dir = newDir();
  const [original, copy] = [join(dir, 'crosstalk.db'), join(dir, 'copy.db')];
  expect(await run(['replay', trace, '--db', original])).toMatchObject({ code: 0 });
  const open = new Database(original);
  const backup = await run(['backup', copy, '--data-dir', dir]);
  expect(backup).toEqual({ code: 0, out: `copied to ${copy}\n`, err: '' });
  const count = (db: Database.Database) => db.prepare('SELECT count(*) FROM events').pluck().get();
  const copied = new Database(copy, { readonly: true });
  expect(count(copied)).toBe(count(open));
  expect(count(copied)).toBe(18);
  expect(statSync(copy).mode & 0o077).toBe(0);
  copied.close();
  open.close();
  expect(await run(['backup', copy, '--data-dir', dir])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/exists already/),
  });
});

test('Ctrl-C ends watch with 0; a second one needs no patience', async () => {
  const daemon = await answering((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
  });
  const { child, ended, text } = start(['watch'], { CROSSTALK_LISTEN: daemon.url.slice('http://'.length) });
  await until(() => text.err.includes('watching'));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, signal: null });
  await daemon.close();
});

test('a reader that has seen enough is no error', async () => {
  const file = join(newDir(), 'many.jsonl');
  writeFileSync(file, readFileSync(trace, 'utf8'));
  const { child, ended } = start(['replay', ...Array.from({ length: 5 }, () => file)]);
  child.stdout!.destroy();
  expect(await ended).toMatchObject({ code: 0, err: '' });
});

test('a witness is small: it loads neither the database nor the HTTP server', async () => {
  const dir = newDir();
  const hook = join(dir, 'hook.js');
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(join(dir, 'loaded'))},
       Object.keys(require.cache).join('\\n')));`,
  );
  const { child, ended, text } = start(['witness', '--data-dir', dir], {
    NODE_OPTIONS: `--require ${hook}`,
  });
  await until(() => /docker commands/.test(text.err));
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, signal: null, out: '' });
  const modules = readFileSync(join(dir, 'loaded'), 'utf8');
  expect(modules).toContain('dist/link/client.js');
  expect(modules).not.toMatch(/better-sqlite3|fastify|dockerode|prom-client/);
});

test('a witness that is demanded and cannot see ends with 1 and one line', async () => {
  const dir = newDir();
  const elsewhere = join(dir, 'elsewhere.js');
  writeFileSync(elsewhere, `Object.defineProperty(process, 'platform', { value: 'sunos' });`);
  const { code, out, err } = await run(['witness', '--data-dir', dir], {
    CROSSTALK_WATCH_EXECS: 'on',
    CROSSTALK_DOCKER_HOST: 'tcp://127.0.0.1:1',
    CROSSTALK_LOG_LEVEL: 'silent',
    NODE_OPTIONS: `--require ${elsewhere}`,
  });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^error: docker commands cannot be seen here: .*\n$/);
});
