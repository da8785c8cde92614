import type { Caller } from '../../src/domain';
import { createTools } from '../../src/witness/command';
import { createReader } from '../../src/witness/reader';
import type { Told } from '../../src/witness/told';

interface Fake {
  comm: string;
  argv?: string[];
  exe?: string;
  start?: number;
  containerId?: string | null;
  unread?: boolean;
  unreadEnvironment?: boolean;
  exiting?: boolean;
}

const second = 1_000_000_000n;

const setUp = (processes: Record<number, Fake>, onWanted?: () => void) => {
  const told: Told[] = [];
  const wanted: number[][] = [];
  let time = 100n * second;
  const startOf = (pid: number): number => processes[pid]?.start ?? pid;
  const reader = createReader({
    tools: createTools(['dk']),
    bootId: 'boot',
    files: {
      comm: (pid) => processes[pid]?.comm,
      commandLine(pid) {
        const argv = processes[pid]?.argv;
        return argv && { argv, truncated: false };
      },
      text: (pid, file) =>
        processes[pid] && file === 'stat'
          ? `${pid} (x) S 1 0 0 0 0 ${processes[pid].exiting ? 4 : 0} ${'0 '.repeat(12)}${startOf(pid)} 0`
          : undefined,
      environ: (pid) => (processes[pid]?.unreadEnvironment ? undefined : new Map()),
    },
    exeOf: (pid) => processes[pid]?.exe ?? '/bin/x',
    callerOf: (pid, exe): Caller | undefined =>
      processes[pid] && !processes[pid].unread
        ? {
            pid,
            start: startOf(pid),
            uid: 0,
            exe,
            containerId: processes[pid].containerId ?? null,
            env: {},
            root: null,
            olderThanJob: false,
          }
        : undefined,
    engineVariables: new Set(),
    engineOf: () => 'this',
    now: () => time,
    wantExits: (pids) => {
      wanted.push([...pids]);
      onWanted?.();
    },
    tell: (it) => told.push(it),
  });
  return {
    reader,
    told,
    wanted,
    exec: (pid: number, at = time) => reader.exec(pid, () => at),
    exit: (pid: number, code: number | null = 0) =>
      reader.exit(pid, () => ({ at: time, code, signal: code === null ? 9 : null })),
    pass: (ns: bigint) => (time += ns),
    /** What was told, short. */
    short: () =>
      told.map((it) =>
        it.k === 'exec.begin'
          ? `begin ${it.exec.key} ${it.exec.verb} ${it.exec.targets.join()} ${it.exec.engine}`
          : it.k === 'exec.end'
            ? `end ${it.end.key} ${it.end.code} ${it.end.signal}`
            : it.k === 'exit'
              ? `exit ${it.exit.pid}/${it.exit.start} ${it.exit.code} ${it.exit.signal}`
              : `lost ${it.reason} ${it.count}`,
      ),
  };
};
const docker = (...args: string[]): Fake => ({
  comm: 'docker',
  argv: ['docker', ...args],
  exe: '/usr/bin/docker',
});

test('a command and its end', () => {
  const { exec, exit, short, told } = setUp({ 7: docker('kill', 'web'), 8: { comm: 'ls' } });
  exec(8);
  exec(7, 5n);
  exit(8);
  exit(7, 1);
  exit(7, 1);
  expect(short()).toEqual(['begin boot:1 kill web this', 'end boot:1 1 null']);
  expect(told[0]).toMatchObject({ exec: { at: 5n, caller: { pid: 7, start: 7, exe: '/usr/bin/docker' } } });
});

test('a link with another name is found by its file', () => {
  const { exec, short } = setUp({ 7: { ...docker('kill', 'web'), comm: 'short' } });
  exec(7);
  expect(short()).toEqual(['begin boot:1 kill web this']);
});

test('a wrapper ends where the real client takes its place', () => {
  const wrapper = { comm: 'docker', argv: ['/bin/sh', '/opt/docker', 'kill', 'web'], exe: '/bin/sh' };
  const processes: Record<number, Fake> = { 7: wrapper };
  const { exec, exit, short } = setUp(processes);
  exec(7);
  processes[7] = docker('kill', 'web');
  exec(7);
  exit(7);
  expect(short()).toEqual([
    'begin boot:1 kill web this',
    'end boot:1 null null',
    'begin boot:2 kill web this',
    'end boot:2 0 null',
  ]);
});

test('one process that was read late looks the same at both of its execs, and is one command', () => {
  const { exec, exit, short } = setUp({ 7: docker('kill', 'web') });
  exec(7);
  exec(7);
  exit(7);
  expect(short()).toEqual(['begin boot:1 kill web this', 'end boot:1 0 null']);
});

test('a client that becomes one that only reads', () => {
  const processes: Record<number, Fake> = { 7: docker('kill', 'web') };
  const { exec, exit, short } = setUp(processes);
  exec(7);
  processes[7] = docker('ps');
  exec(7);
  exit(7);
  expect(short()).toEqual(['begin boot:1 kill web this', 'end boot:1 null null']);
});

test('a wrapper that becomes something unknown goes on until its end', () => {
  const processes: Record<number, Fake> = { 7: docker('kill', 'web') };
  const { exec, exit, short } = setUp(processes);
  exec(7);
  processes[7] = { comm: 'real-client' };
  exec(7);
  exit(7);
  expect(short()).toEqual(['begin boot:1 kill web this', 'end boot:1 0 null']);
});

test('kill inside a container is told, on the host it is not', () => {
  const kill = { comm: 'kill', argv: ['kill', '1'], exe: '/bin/kill' };
  const { exec, short } = setUp({ 7: kill, 8: { ...kill, containerId: 'c'.repeat(64) } });
  exec(7);
  exec(8);
  expect(short()).toEqual(['begin boot:1 signal  unknown']);
});

test('podman is another engine', () => {
  const { exec, short } = setUp({ 7: { comm: 'podman', argv: ['podman', 'rm', 'a'], exe: '/bin/podman' } });
  exec(7);
  expect(short()).toEqual(['begin boot:1 rm a other']);
});

test('without its variables a client may mean any engine', () => {
  const { exec, short } = setUp({ 7: { ...docker('rm', 'a'), unreadEnvironment: true } });
  exec(7);
  expect(short()).toEqual(['begin boot:1 rm a unknown']);
});

test('the variables of a process that ends prove no engine', () => {
  const { exec, short } = setUp({ 7: { ...docker('rm', 'a'), exiting: true } });
  exec(7);
  expect(short()).toEqual(['begin boot:1 rm a unknown']);
});

test('what could not be read is counted, and told together', () => {
  const { exec, reader, short } = setUp({ 7: { comm: 'docker' }, 8: { ...docker('rm', 'a'), unread: true } });
  exec(7);
  exec(8);
  expect(short()).toEqual([]);
  reader.flush();
  reader.flush();
  expect(short()).toEqual(['lost exec-vanished 2']);
});

test('what was gone sooner than any docker command was none', () => {
  const { exec, reader, pass, short } = setUp({});
  exec(7);
  pass(7_000_000n);
  exec(8, 100n * second);
  reader.flush();
  expect(short()).toEqual([]);
  pass(1_000_000n);
  exec(9, 100n * second);
  reader.flush();
  expect(short()).toEqual(['lost exec-vanished 1']);
});

describe('processes that were asked about', () => {
  test('their ends, once', () => {
    const { reader, exit, short } = setUp({ 7: { comm: 'a' }, 8: { comm: 'b' } });
    reader.watch({ pid: 7, start: null });
    reader.watch({ pid: 8, start: 8 });
    exit(7, null);
    exit(7, 0);
    exit(9, 0);
    expect(short()).toEqual(['exit 7/7 null 9']);
  });

  test('gone already, or the number is of another now', () => {
    const { reader, short } = setUp({ 8: { comm: 'b', start: 80 } });
    reader.watch({ pid: 7, start: null });
    reader.watch({ pid: 8, start: 8 });
    expect(short()).toEqual(['exit 7/0 null null', 'exit 8/8 null null']);
  });
});

test('ends are asked for of commands that run and processes that matter', () => {
  const { reader, exec, exit, wanted } = setUp({
    7: docker('kill', 'web'),
    8: docker('rm', 'web'),
    9: { comm: 'app' },
    10: docker('ps'),
  });
  exec(7);
  reader.watch({ pid: 9, start: null });
  exec(10);
  exit(7);
  exec(8);
  expect(wanted).toEqual([[7], [7, 9], [8, 9]]);
});

test('a process that ended before its end was asked for', () => {
  const processes: Record<number, Fake> = { 7: docker('kill', 'web'), 9: { comm: 'app' } };
  const { exec, reader, short } = setUp(processes, () => {
    delete processes[7];
    delete processes[9];
  });
  exec(7);
  processes[9] = { comm: 'app' };
  reader.watch({ pid: 9, start: null });
  expect(short()).toEqual(['begin boot:1 kill web this', 'end boot:1 null null', 'exit 9/9 null null']);
});

test('after a loss, the ends that nobody told', () => {
  const processes: Record<number, Fake> = {
    7: docker('kill', 'web'),
    8: docker('rm', 'web'),
    9: { comm: 'app' },
  };
  const { reader, exec, short } = setUp(processes);
  exec(7);
  exec(8);
  reader.watch({ pid: 9, start: null });
  delete processes[7];
  processes[9] = { comm: 'app', start: 99 };
  reader.sweep();
  expect(short().slice(2)).toEqual(['end boot:1 null null', 'exit 9/9 null null']);
});
