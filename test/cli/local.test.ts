import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecWatchExamination } from '../../src/app/exec-watch';
import type { EngineExamination } from '../../src/cli/doctor/examine';
import { answering } from './answering';
import { ConfigError } from '../../src/config';
import { EngineForbidden, EngineUnreachable } from '../../src/engine/errors';
import { secret } from '../../src/secret';
import { config, loaded, run } from './run';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'crosstalk-cli-'));
const badConfig = {
  loadConfig: (): never => {
    throw new ConfigError(['a: b\u001b', 'c: d']);
  },
};

describe('record', () => {
  test('says where and how much', async () => {
    const { code, out, err } = await run(['record', 'r.jsonl'], {
      record: async ({ file, onStarted, onEvents }) => {
        onStarted(`host\u001b of ${file}`);
        onEvents(2);
        return { lines: 1234, events: 2, gaps: 2, bytes: 99 };
      },
    });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(
      'recording host\\u{1b} of r.jsonl to r.jsonl (Ctrl-C ends)\n1,234 lines, 2 events, 99 bytes in r.jsonl\nwarning: something may be missing in 2 places\n',
    );
  });

  test.each([
    [[], true],
    [['--no-execs'], false],
  ])('%j: docker commands are recorded: %s', async (flags, expected) => {
    const seen: boolean[] = [];
    const { err } = await run(['record', 'r.jsonl', ...flags], {
      record: async ({ execs, onNotice }) => {
        seen.push(execs);
        onNotice('needs root\u001b');
        return { lines: 1, events: 0, gaps: 0, bytes: 9 };
      },
    });
    expect(seen).toEqual([expected]);
    expect(err).toContain('needs root\\u{1b}\n');
  });

  test('an engine that cannot be reached', async () => {
    const record = () => Promise.reject(new EngineUnreachable('nobody'));
    const { code, err } = await run(['record', 'r.jsonl'], { record });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^error: nobody\n {2}say where/) });
  });
});

describe('witness', () => {
  test('runs with the configuration of its daemon until it is told to end', async () => {
    const seen: unknown[] = [];
    const result = await run(
      ['witness', '--data-dir', 'd', '--docker-host', 'tcp://x:1', '--give-up-after', '60', '-c', 'c.yml'],
      {
        loadConfig: (flags) => {
          seen.push(flags);
          return loaded(config);
        },
        runWitness: async ({ aloneMs, out }) => {
          seen.push(aloneMs);
          out('watching\u001b');
        },
      },
    );
    expect(result).toEqual({ code: 0, out: '', err: 'watching\\u{1b}\n' });
    expect(seen).toEqual([{ file: 'c.yml', dataDir: 'd', dockerHost: 'tcp://x:1' }, 60_000]);
  });

  test('alone it never gives up', async () => {
    let alone: unknown = 0;
    await run(['witness'], { runWitness: async ({ aloneMs }) => void (alone = aloneMs) });
    expect(alone).toBeUndefined();
  });

  test('why it cannot see, in one line', async () => {
    const runWitness = () => Promise.reject(new Error('docker commands cannot be seen here: needs root'));
    expect(await run(['witness'], { runWitness })).toEqual({
      code: 1,
      out: '',
      err: 'error: docker commands cannot be seen here: needs root\n',
    });
  });

  test.each(['0', '-1', 'soon', '1.5'])('--give-up-after %s is refused', async (value) =>
    expect(await run(['witness', `--give-up-after=${value}`])).toMatchObject({
      code: 2,
      err: expect.stringContaining('number of seconds'),
    }),
  );
});

test('backup', async () => {
  const seen: unknown[] = [];
  const { code, out } = await run(['backup', 'x.db', '--data-dir', 'd'], {
    loadConfig: ({ dataDir }) => (seen.push(dataDir), loaded(config)),
    backup: async ({ file, onProgress }) => {
      onProgress(1, 2);
      seen.push(file);
    },
  });
  expect({ code, out, seen }).toEqual({ code: 0, out: 'copied to x.db\n', seen: ['d', 'x.db'] });
});

describe('config check', () => {
  test('a good one', async () => {
    const { code, out } = await run(['config', 'check', 'c.yml'], {
      loadConfig: ({ file }) => ({ ...loaded(config, file), warnings: ['audit: has no effect yet'] }),
    });
    expect(code).toBe(0);
    expect(out).toContain('ok: c.yml\nwarning: audit: has no effect yet\n');
    expect(out).toContain('api.listen   127.0.0.1:1\n');
  });

  test('a bad one: all problems, exit 2', async () => {
    const { code, out, err } = await run(['config', 'check'], badConfig);
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: 'error: config has 2 problems\n- a: b\\u{1b}\n- c: d\n',
    });
  });

  test('as JSON', async () => {
    expect(JSON.parse((await run(['config', 'check', '--json'])).out)).toEqual({
      ok: true,
      file: null,
      problems: [],
      warnings: [],
    });
    const { code, out } = await run(['config', 'check', '--json', 'c.yml'], badConfig);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      file: 'c.yml',
      problems: ['a: b\u001b', 'c: d'],
    });
  });

  test('never prints the token', async () => {
    const loadConfig = () => loaded({ ...config, api: { listen: 'x:1', token: secret('hunter2') } });
    const { out } = await run(['config', 'check'], { loadConfig });
    expect(out).toContain('(with token)');
    expect(out).not.toContain('hunter2');
  });
});

describe('doctor', () => {
  const now = 1_800_000_000_000_000_000n;
  const healthy: EngineExamination = {
    name: 'runner-7\u001b',
    version: '28.5.2+dfsg4',
    apiVersion: '1.51',
    cgroupVersion: 2,
    cgroupDriver: 'systemd',
    ring: { events: 3, oldestAt: now - 5_000_000_000n },
    runners: { 'gitlab-runner': 2, '': 1 },
  };
  const examining = (changes: Partial<EngineExamination> = {}, dir = newDir()) => ({
    loadConfig: () => loaded({ ...config, data: { dir } }),
    examineEngine: async () => ({ ...healthy, ...changes }),
  });

  test('a healthy host', async () => {
    const daemon = await answering((_, response) => response.end('ok'));
    const dir = newDir();
    const loadConfig = () => loaded({ ...daemon.config, data: { dir: join(dir, 'new', 'data') } });
    const { code, out } = await run(['doctor'], { ...examining(), loadConfig });
    await daemon.close();
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.replace(/[\d.]+ GiB/, 'N GiB'))).toEqual([
      'ok       config   no file; defaults and environment',
      'ok       engine   runner-7\\u{1b} answers at unix:///nowhere/docker.sock',
      'ok       version  engine 28.5.2+dfsg4, API 1.51',
      'ok       cgroups  version 2, driver systemd',
      'ok       ring     3 of 256 events kept: a short stop of crosstalk loses nothing',
      'ok       presets  running now: gitlab-runner (2); of no CI system: 1',
      'ok       execs    docker commands are seen with the process that runs them',
      'ok       priority the reader of execs has real-time priority',
      'ok       audit    no audit socket (audit.socket): calls of libraries are seen without their callers',
      `ok       data     ${dir}/new/data will be made in ${dir}`,
      'ok       disk     N GiB free',
      'ok       sqlite   SQLite 3.53.0',
      `ok       daemon   running at ${daemon.url}`,
      '',
    ]);
  });

  const execs = (state: ExecWatchExamination) => ({ ...examining(), examineExecWatch: async () => state });
  const missing = { state: 'missing', why: 'not-root', message: 'needs root\u001b' } as const;
  test.each<[string, ExecWatchExamination, number, RegExp]>([
    [
      'no exec watch',
      { ...missing, wanted: false },
      0,
      /^warning {2}execs {4}docker commands cannot be seen: needs root\\u\{1b\}\n +→ without it .*inferred/m,
    ],
    ['none though demanded', { ...missing, wanted: true }, 1, /^broken {3}execs {4}docker commands cannot/m],
    ['one that is switched off', { state: 'off' }, 0, /^warning {2}execs {4}.*watch\.execs/m],
    [
      'one that is impaired',
      { state: 'works', priority: 'realtime', problem: 'SYS_PTRACE is missing' },
      0,
      /^warning {2}execs {4}docker commands are seen, but: SYS_PTRACE is missing\n/m,
    ],
    [
      'one without real-time priority',
      { state: 'works', priority: 'nice', problem: null },
      0,
      /^warning {2}priority .*niceness -20.*\n +→ .*cpu-rt-runtime/m,
    ],
    [
      'one without any',
      { state: 'works', priority: 'normal', problem: null },
      0,
      /^warning {2}priority .*no priority/m,
    ],
  ])('%s', async (_, state, expectedCode, expected) => {
    const { code, out } = await run(['doctor'], execs(state));
    expect(code).toBe(expectedCode);
    expect(out).toMatch(expected);
  });

  test.each<[string, Partial<EngineExamination>, RegExp]>([
    ['an old engine', { version: '19.03.15' }, /^warning {2}version .*\n +→ .*update the engine/m],
    ['an engine that tells no cgroups', { cgroupVersion: undefined }, /^warning {2}cgroups /m],
    [
      'a ring that turns over in seconds',
      { ring: { events: 256, oldestAt: now - 43_000_000_000n } },
      /^warning {2}ring {5}.*256 events reaches back 43 s\n +→ .*health checks/m,
    ],
    [
      'a full ring that reaches far',
      { ring: { events: 256, oldestAt: now - 7_200_000_000_000n } },
      /^ok .*2 h 0 min/m,
    ],
    ['nothing running', { runners: {} }, /^ok {7}presets {2}no containers are running/m],
    ['nothing of a CI system', { runners: { '': 2 } }, /^ok {7}presets {2}2 running containers, none of/m],
  ])('%s', async (_, changes, expected) => {
    const { code, out } = await run(['doctor'], examining(changes));
    expect(code).toBe(0);
    expect(out).toMatch(expected);
  });

  test.each([
    [new EngineForbidden('no\u001b'), /^broken {3}engine {3}no\\u\{1b\}\n +→ .*usermod/m],
    [new EngineUnreachable('nobody'), /^broken {3}engine {3}nobody\n +→ say where/m],
    [new Error('boom'), /^broken {3}engine {3}boom\n +→ /m],
  ])('%s is broken, the other checks go on, exit 1', async (error, expected) => {
    const { code, out } = await run(['doctor'], {
      ...examining(),
      examineEngine: () => Promise.reject(error),
    });
    expect(code).toBe(1);
    expect(out).toMatch(expected);
    expect(out).toMatch(/^ok {7}sqlite/m);
  });

  test('a wrong configuration is broken', async () => {
    const { code, out } = await run(['doctor'], badConfig);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^broken {3}config {3}config has 2 problems\n {18}- a: b\\u\{1b\}\n {18}- c: d\n {18}→ /m,
    );
  });

  test('a data directory that is a file, a database library that does not load', async () => {
    const file = join(newDir(), 'data');
    writeFileSync(file, '');
    const databaseVersion = (): never => {
      throw new Error('no such module');
    };
    const { code, out } = await run(['doctor'], { ...examining({}, file), databaseVersion });
    expect(code).toBe(1);
    expect(out).toMatch(/^broken {3}data .*is not a directory/m);
    expect(out).toMatch(/^broken {3}sqlite .*does not load: no such module\n +→ run `npm rebuild/m);
  });

  test('as JSON', async () => {
    const { code, out } = await run(['doctor', '--json'], examining({ version: '19.3' }));
    const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { name: string; state: string }[] };
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(checks.filter(({ state }) => state === 'warning').map(({ name }) => name)).toEqual([
      'version',
      'daemon',
    ]);
  });
});
