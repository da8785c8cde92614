import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError, loadConfig, type Config, type Loaded } from '../../src/config';
import type { Environment, Flags } from '../../src/config';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'crosstalk-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const findingKinds = ['foreign-kill', 'name-conflict', 'shared-volume'];

const load = (yaml: string | undefined, env: Environment = {}, flags: Flags = {}, file?: string): Loaded => {
  if (yaml !== undefined) writeFileSync(join(cwd, 'crosstalk.yml'), yaml);
  return loadConfig({ env, flags, file, findingKinds, cwd });
};

const config = (yaml: string | undefined, env?: Environment, flags?: Flags): Config =>
  load(yaml, env, flags).config;

const problemsOf = (
  yaml: string | undefined,
  env?: Environment,
  flags?: Flags,
  file?: string,
): readonly string[] => {
  try {
    load(yaml, env, flags, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test('without file and environment there are defaults', () => {
  const { config: defaults, file, warnings } = load(undefined);
  expect({ ...defaults, jobs: defaults.jobs.presets.length > 20 }).toEqual({
    host: undefined,
    logLevel: 'info',
    engine: { host: 'unix:///var/run/docker.sock', rescanEveryMs: 60_000 },
    data: {
      dir: join(cwd, 'data'),
      retention: { eventsMs: 14 * 86_400_000, findingsMs: 180 * 86_400_000, maxSizeBytes: 4e9 },
    },
    api: { listen: '127.0.0.1:7373', address: { host: '127.0.0.1', port: 7373 }, token: undefined },
    jobs: true,
    detect: { leftoverAfterMs: 30 * 60_000, disable: [], allow: [] },
    watch: { execs: 'auto', clients: [] },
  });
  expect({ file, warnings }).toEqual({ file: undefined, warnings: [] });
});

test('a whole file', () => {
  const { config: read, file } = load(`
host: runner-7
logLevel: debug
engine: { host: "tcp://10.0.0.1:2375", rescanEvery: 5m }
data: { dir: /var/lib/crosstalk, retention: { events: 1w, findings: 90d, maxSize: 512MiB } }
api: { listen: "[::1]:80", token: correct-horse-battery }
jobs:
  presets: [gitlab-runner, docker-compose]
  custom:
    - id: acme
      match: { label: com.acme.ci.job }
      job: { key: "acme:{label:com.acme.ci.job}", url: "https://ci.acme.example/{label:com.acme.ci.job}" }
detect:
  leftoverAfter: 45s
  disable: [name-conflict]
  allow:
    - { kind: shared-volume, name: "maven-cache*" }
    - { kind: shared-volume, same: pipeline }
watch: { execs: on, clients: [dk] }
audit: { socket: /run/crosstalk/docker.sock, mode: "0600", group: ci, labelCreated: true }
`);
  expect(file).toBe(join(cwd, 'crosstalk.yml'));
  expect(read.jobs.presets.map(({ id }) => id)).toEqual(['gitlab-runner', 'docker-compose', 'acme']);
  expect(read.api.token?.reveal()).toBe('correct-horse-battery');
  expect({ ...read, jobs: undefined, api: { ...read.api, token: undefined } }).toEqual({
    host: 'runner-7',
    logLevel: 'debug',
    engine: { host: 'tcp://10.0.0.1:2375', rescanEveryMs: 300_000 },
    data: {
      dir: '/var/lib/crosstalk',
      retention: { eventsMs: 604_800_000, findingsMs: 90 * 86_400_000, maxSizeBytes: 512 * 2 ** 20 },
    },
    api: { listen: '[::1]:80', address: { host: '::1', port: 80 }, token: undefined },
    jobs: undefined,
    detect: {
      leftoverAfterMs: 45_000,
      disable: ['name-conflict'],
      allow: [
        { kind: 'shared-volume', name: 'maven-cache*', same: undefined },
        { kind: 'shared-volume', name: undefined, same: 'pipeline' },
      ],
    },
    watch: { execs: 'on', clients: ['dk'] },
    audit: {
      socket: '/run/crosstalk/docker.sock',
      mode: 0o600,
      group: 'ci',
      labelCreated: true,
      rewriteSocketMounts: true,
    },
  });
});

describe('the audit socket', () => {
  test('its path alone is enough', () => {
    expect(config(undefined, { CROSSTALK_AUDIT_SOCKET: '/run/x.sock' }).audit).toEqual({
      socket: '/run/x.sock',
      mode: 0o660,
      group: undefined,
      labelCreated: false,
      rewriteSocketMounts: true,
    });
  });
  test('there is none without a path', () => {
    expect(config('audit: { labelCreated: true }').audit).toBeUndefined();
  });
  test.each([
    [
      'audit: { socket: run/x.sock }',
      'audit.socket: expected an absolute path of at most 107 characters, got "run/x.sock"',
    ],
    ['audit: { socket: /run/x.sock, mode: "rw" }', 'audit.mode: expected rights such as "0660", got "rw"'],
    [
      'audit: { socket: /run/x.sock, labelCreated: perhaps }',
      'audit.labelCreated: expected true or false, got "perhaps"',
    ],
    [
      'audit: { socket: /var/run/docker.sock }',
      "audit.socket: expected another path than the engine's own socket",
    ],
  ])('%s', (yaml, problem) => expect(problemsOf(yaml)).toEqual([problem]));
});

describe('who wins', () => {
  const yaml = 'api: { listen: "127.0.0.1:1" }\nengine: { host: "unix:///file.sock" }';

  test('environment over file', () => {
    expect(config(yaml, { CROSSTALK_LISTEN: '127.0.0.1:2' }).api.address.port).toBe(2);
  });
  test('flag over environment', () => {
    const env = { CROSSTALK_LISTEN: '127.0.0.1:2' };
    expect(config(yaml, env, { listen: '127.0.0.1:3' }).api.address.port).toBe(3);
  });
  test('an empty variable is none', () => {
    expect(config(yaml, { CROSSTALK_LISTEN: '' }).api.address.port).toBe(1);
  });
  test('a section without content is none', () => {
    expect(config('api:\nengine:\n').api.address.port).toBe(7373);
  });

  test.each<[string | undefined, Environment, string]>([
    [undefined, { DOCKER_HOST: 'unix:///d.sock' }, 'unix:///d.sock'],
    [undefined, { DOCKER_HOST: 'unix:///d.sock', CROSSTALK_DOCKER_HOST: 'unix:///c.sock' }, 'unix:///c.sock'],
    [yaml, { DOCKER_HOST: 'unix:///d.sock' }, 'unix:///file.sock'],
    [yaml, { CROSSTALK_DOCKER_HOST: 'unix:///c.sock' }, 'unix:///c.sock'],
  ])('engine.host of %j and %j', (file, env, host) => expect(config(file, env).engine.host).toBe(host));

  test.each<[Environment, (read: Config) => unknown, unknown]>([
    [{ CROSSTALK_DATA_DIR: '/d' }, ({ data }) => data.dir, '/d'],
    [{ CROSSTALK_DATA_DIR: 'd' }, ({ data }) => data.dir, expect.stringMatching(/^\/.*\/d$/)],
    [{ CROSSTALK_TOKEN: 'a-long-enough-token' }, ({ api }) => api.token?.reveal(), 'a-long-enough-token'],
    [{ CROSSTALK_LOG_LEVEL: 'warn' }, ({ logLevel }) => logLevel, 'warn'],
  ])('%j', (env, read, expected) => expect(read(config(undefined, env))).toEqual(expected));
});

describe('what is not in the file', () => {
  test('comes from variables and files', () => {
    writeFileSync(join(cwd, 'token'), 'from-a-file-of-secrets\n');
    const yaml = `host: "runner-\${NUMBER}"\napi: { token: "file:${cwd}/token" }`;
    const read = config(yaml, { NUMBER: '7' });
    expect(read.host).toBe('runner-7');
    expect(read.api.token?.reveal()).toBe('from-a-file-of-secrets');
  });

  test('also for what the environment sets', () => {
    writeFileSync(join(cwd, 'token'), 'from-a-file-of-secrets');
    expect(config('', { CROSSTALK_TOKEN: `file:${cwd}/token` }).api.token?.reveal()).toBe(
      'from-a-file-of-secrets',
    );
  });
});

describe('the file', () => {
  test('may be named by a variable or a flag, and a flag wins', () => {
    writeFileSync(join(cwd, 'a.yml'), 'host: a');
    writeFileSync(join(cwd, 'b.yml'), 'host: b');
    expect(load(undefined, { CROSSTALK_CONFIG: 'a.yml' }).config.host).toBe('a');
    expect(load(undefined, { CROSSTALK_CONFIG: 'a.yml' }, {}, 'b.yml').config.host).toBe('b');
  });

  test.each<[string, Environment, string | undefined, (dir: string) => string]>([
    ['a flag', {}, 'no.yml', (dir) => `--config: cannot read ${dir}/no.yml (ENOENT)`],
    [
      'a variable',
      { CROSSTALK_CONFIG: 'no.yml' },
      undefined,
      (dir) => `CROSSTALK_CONFIG: cannot read ${dir}/no.yml (ENOENT)`,
    ],
    ['a directory', {}, '.', (dir) => `--config: cannot read ${dir} (EISDIR)`],
  ])('that does not exist, named by %s', (_, env, file, problem) => {
    expect(problemsOf(undefined, env, {}, file)).toEqual([problem(cwd)]);
  });

  test.each([
    ['- 1\n- 2', ['crosstalk.yml: expected sections such as "api:", got a list']],
    ['hello', ['crosstalk.yml: expected sections such as "api:", got one value']],
    [
      'api: { listen: 1',
      [
        'crosstalk.yml, line 1, column 17: Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
    ['api: {}\napi: {}', ['crosstalk.yml, line 2, column 1: Map keys must be unique']],
    // The parser's own words would quote the file.
    ['api: { token: *hunter2 }', ['crosstalk.yml: an alias (*name) stands for nothing, or for too much']],
  ])('%j is no configuration', (yaml, problems) => expect(problemsOf(yaml)).toEqual(problems));
});

describe('every bad value is told with its key, what was expected and what came', () => {
  const level = 'expected one of fatal, error, warn, info, debug, trace, silent';

  test.each<[string, readonly string[]]>([
    ['engine: { rescanEvery: 7 }', ['engine.rescanEvery: expected a duration such as 60s, got 7']],
    [
      'engine: { rescanEvery: "7 days" }',
      ['engine.rescanEvery: expected a duration such as 60s, got "7 days"'],
    ],
    ['engine: { rescanEvery: 0s }', ['engine.rescanEvery: expected a duration such as 60s, got "0s"']],
    ['engine: unix:///x', ['engine: expected a section with keys of its own, got "unix:///x"']],
    [
      'engine: { host: /var/run/docker.sock }',
      ['engine.host: expected unix:///path or tcp://host:port, got "/var/run/docker.sock"'],
    ],
    [
      'engine: { host: "http://me:hunter2@engine" }',
      ['engine.host: expected unix:///path or tcp://host:port, got "http://<secret>@engine"'],
    ],
    ['data: { dir: "" }', ['data.dir: expected a directory, got nothing']],
    [
      'data: { retention: { maxSize: 4000 } }',
      ['data.retention.maxSize: expected a size such as 4GB, got 4000'],
    ],
    [
      'data: { retention: { events: [14d] } }',
      ['data.retention.events: expected a duration such as 60s, got a list'],
    ],
    ['api: { listen: 7373 }', ['api.listen: expected an address such as 127.0.0.1:7373, got 7373']],
    [
      'api: { listen: "127.0.0.1:70000" }',
      ['api.listen: expected an address such as 127.0.0.1:7373, got "127.0.0.1:70000"'],
    ],
    ['api: { token: 1234567 }', ['api.token: expected a text, got something else (not shown)']],
    ['api: { token: "" }', ['api.token: expected a text, got something else (not shown)']],
    ['logLevel: loud', [`logLevel: ${level}, got "loud"`]],
    ['jobs: { presets: none }', ['jobs.presets: expected all, or a list of preset ids, got "none"']],
    ['jobs: { presets: [] }', ['jobs.presets: expected all, or a list of preset ids, got a list']],
    [
      'jobs: { presets: [gitlab, github-action, qqq] }',
      [
        'jobs.presets[0]: expected the id of a preset, got "gitlab", did you mean gitlab-runner?',
        'jobs.presets[1]: expected the id of a preset, got "github-action", did you mean github-actions?',
        'jobs.presets[2]: expected the id of a preset, got "qqq"',
      ],
    ],
    ['jobs: { custom: {} }', ['jobs.custom: expected a list of presets, got a section']],
    ['api: []', ['api: expected a section with keys of its own, got a list']],
    ['jobs: { custom: [acme] }', ['jobs.custom[0]: expected a preset with id, match and job, got "acme"']],
    [
      'jobs: { custom: [{ id: acme }] }',
      [
        'jobs.custom[0].match: missing, expected a section with keys of its own',
        'jobs.custom[0].job: missing, expected a section with keys of its own',
      ],
    ],
    [
      'jobs: { custom: [{ id: kind, match: { name: "(" }, job: { key: "acme" } }] }',
      [
        'jobs.custom[0].id: expected an id of its own, "kind" is taken',
        'jobs.custom[0].match.name: expected a JavaScript regular expression',
        'jobs.custom[0].job.key: expected a job key such as "acme:{label:com.acme.ci.job}"',
      ],
    ],
    [
      'detect: { leftoverAfter: soon }',
      ['detect.leftoverAfter: expected a duration such as 60s, got "soon"'],
    ],
    [
      'detect: { disable: [foreign-kil] }',
      ['detect.disable[0]: expected a kind of finding, got "foreign-kil", did you mean foreign-kill?'],
    ],
    [
      'detect: { allow: [{ kind: shared-volume }] }',
      ['detect.allow[0]: expected name or same; to allow all of a kind, use detect.disable'],
    ],
    [
      'detect: { allow: [{ kind: shared-volume, same: host }] }',
      ['detect.allow[0].same: expected pipeline, project or runner, got "host"'],
    ],
    ['watch: { execs: yes }', ['watch.execs: expected auto, on or off, got "yes"']],
    [
      'watch: { clients: [/usr/bin/dk] }',
      ['watch.clients[0]: expected the name of a program, without its directory, got "/usr/bin/dk"'],
    ],
    ['detect: { allow: [{ name: x }] }', ['detect.allow[0].kind: missing, expected a text']],
    ['colour: red', ['colour: unknown key']],
    ['api: { lisen: "127.0.0.1:1" }', ['api.lisen: unknown key, did you mean listen?']],
    ['token: abc', ['token: unknown key, did you mean api.token?']],
    ['__proto__: { api: 1 }', ['__proto__: unknown key']],
    ['host: "${NO_SUCH}"', ['host: ${NO_SUCH} is not set']],
    ['api: { token: "file:/no/such/file" }', ['api.token: cannot read file:/no/such/file (ENOENT)']],
    [
      'api: { listen: "0.0.0.0:7373" }',
      ['api.listen: expected a loopback address, or an api.token beside it, got "0.0.0.0:7373"'],
    ],
    [
      'api: { listen: "127.evil.example:7373" }',
      ['api.listen: expected a loopback address, or an api.token beside it, got "127.evil.example:7373"'],
    ],
    // The token is there but cannot be had: one problem, not two.
    ['api: { listen: "0.0.0.0:7373", token: "${NO_SUCH}" }', ['api.token: ${NO_SUCH} is not set']],
  ])('%s', (yaml, problems) => expect(problemsOf(yaml)).toEqual(problems));

  test.each<[Environment, Flags, readonly string[]]>([
    [
      { CROSSTALK_LISTEN: 'here' },
      {},
      ['CROSSTALK_LISTEN: expected an address such as 127.0.0.1:7373, got "here"'],
    ],
    [
      { DOCKER_HOST: 'ssh://me@host' },
      {},
      ['DOCKER_HOST: expected unix:///path or tcp://host:port, got "ssh://<secret>@host"'],
    ],
    [{ CROSSTALK_LOG_LEVEL: 'loud' }, {}, [`CROSSTALK_LOG_LEVEL: ${level}, got "loud"`]],
    [
      { CROSSTALK_LISTEN: '0.0.0.0:1' },
      {},
      ['CROSSTALK_LISTEN: expected a loopback address, or an api.token beside it, got "0.0.0.0:1"'],
    ],
    [{}, { dockerHost: 'x' }, ['--docker-host: expected unix:///path or tcp://host:port, got "x"']],
  ])('%j %j', (env, flags, problems) => expect(problemsOf(undefined, env, flags)).toEqual(problems));

  test('a value from a variable is not repeated, only where it came from', () => {
    const yaml = 'engine: { host: "${ENGINE}" }';
    expect(problemsOf(yaml, { ENGINE: 'hunter2' })).toEqual([
      'engine.host: expected unix:///path or tcp://host:port, got "${ENGINE}"',
    ]);
  });

  test('all at once, in one message', () => {
    const yaml = 'engine: { rescanEvery: 7 }\ncolour: red\njobs: { presets: [qqq] }\nhost: "${NO_SUCH}"';
    expect(() => load(yaml)).toThrow(
      `config has 4 problems
- host: \${NO_SUCH} is not set
- colour: unknown key
- engine.rescanEvery: expected a duration such as 60s, got 7
- jobs.presets[0]: expected the id of a preset, got "qqq"`,
    );
  });

  test('one problem is one', () => {
    expect(() => load('colour: red')).toThrow('config has 1 problem\n- colour: unknown key');
  });
});

describe('warnings', () => {
  test('parts that are not there yet are accepted, whatever they say', () => {
    const yaml = 'fleet: { role: edge }\nalerts: { sinks: [{ url: "${SLACK_WEBHOOK}" }] }';
    expect(load(yaml).warnings).toEqual(['alerts: has no effect yet', 'fleet: has no effect yet']);
  });

  test('a short token', () => {
    expect(load('', { CROSSTALK_TOKEN: 'abc' }).warnings).toEqual([
      'CROSSTALK_TOKEN: shorter than 16 characters',
    ]);
  });
});

test('the token prints nowhere', () => {
  const read = load('api: { token: hunter2-hunter2-hunter2 }');
  expect(
    JSON.stringify(read.config) + inspect(read, { depth: 9 }) + String(read.config.api.token),
  ).not.toContain('hunter2');
  for (const yaml of [
    'api: { token: hunter2, listen: "0.0.0.0:1", colour: 1 }\nlogLevel: x',
    'api: { token: [hunter2] }',
    'api: { token: hunter2',
    'api: hunter2: x',
  ])
    expect(problemsOf(yaml).join()).not.toContain('hunter2');
});
