// What is compared: compiled, built or found, in a directory of its own; what is missing says how to get it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const proxyRepository = 'https://github.com/wollomatic/socket-proxy';
const proxyCommit = '41d9f30044c4214394e6f21c710d0e5e92ffebe0'; // after 1.13.1

/** The C programs beside this file: `stub`, `load`, `body`. */
export const compile = (directory) =>
  Object.fromEntries(
    ['stub', 'load', 'body'].map((name) => {
      const program = join(directory, name);
      execFileSync('gcc', ['-O2', '-o', program, resolve('bench/audit', `${name}.c`)], { stdio: 'inherit' });
      return [name, program];
    }),
  );

const versionOf = (program, args) => {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    )[0];
  } catch {
    return undefined;
  }
};

/** `{ program, version }`, or `{ missing }` with what to do about it. */
export const findHaproxy = () => {
  const version = versionOf('haproxy', ['-v']);
  if (version !== undefined) return { program: 'haproxy', version: version.split(' ').slice(0, 3).join(' ') };
  return { missing: 'haproxy is not installed (on Debian: apt-get install --no-install-recommends haproxy)' };
};

const fetchSource = (directory) => {
  const given = process.env.SOCKET_PROXY_SOURCE;
  if (given !== undefined) return cpSync(given, directory, { recursive: true });
  const quiet = { stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000 };
  execFileSync('git', ['clone', '--quiet', proxyRepository, directory], quiet);
  execFileSync('git', ['-C', directory, 'checkout', '--quiet', proxyCommit], quiet);
};

const build = (go, source, program) =>
  execFileSync(
    go,
    ['build', '-tags=netgo', '-trimpath', '-ldflags=-w -s', '-o', program, './cmd/socket-proxy'],
    {
      cwd: source,
      env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );

/** An older Go may still do: the version that go.mod asks for is lowered to this one's. */
const buildWithLoweredVersion = (go, version, source, program) => {
  const file = join(source, 'go.mod');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/^go .*$/m, `go ${/go(\d+\.\d+)/.exec(version)[1]}`),
  );
  build(go, source, program);
};

/** wollomatic/socket-proxy, built as its Dockerfile does. Env: GO, SOCKET_PROXY_SOURCE (a checkout). */
export const buildSocketProxy = (directory) => {
  const go = process.env.GO ?? 'go';
  const version = versionOf(go, ['version']);
  if (version === undefined)
    return {
      missing: `no Go toolchain (install one, or GO=/path/to/go; Debian's golang-1.26-go and -src of sid will do, unpacked anywhere)`,
    };
  const [source, program] = [join(directory, 'socket-proxy-source'), join(directory, 'socket-proxy')];
  try {
    fetchSource(source);
  } catch (error) {
    return { missing: `no source (SOCKET_PROXY_SOURCE=a checkout of ${proxyRepository}): ${error.message}` };
  }
  let lowered = '';
  try {
    build(go, source, program);
  } catch {
    try {
      buildWithLoweredVersion(go, version, source, program);
      lowered = ', version in go.mod lowered';
    } catch (error) {
      return {
        missing: `not buildable with ${version}: ${String(error.stderr).split('\n').slice(0, 3).join(' ')}`,
      };
    }
  }
  return { program, version: `${version.split(' ')[2]}${lowered}` };
};

/** The relay of the build. Env: CROSSTALK_NODE_OPTIONS, for a profiler. */
export const findCrosstalk = () => {
  if (!existsSync('dist/witness/audit')) return { missing: 'not built (npm run build)' };
  return {
    version: `Node ${process.version}`,
    nodeOptions: (process.env.CROSSTALK_NODE_OPTIONS ?? '').split(' ').filter(Boolean),
  };
};
