import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { exeOf, readCaller, statOf } from '../../src/witness/process/caller';
import { createProcessFiles, maxCommandLine, type ProcessFiles } from '../../src/witness/process/files';
import { jobVariables, type KeptVariables } from '../../src/witness/process/job-variables';
import { isOver, readStat } from '../../src/witness/process/stat';

const files = createProcessFiles();
const kept: KeptVariables = new Map([
  ['BUILD_TAG', 'value'],
  ['BUILD_ID', 'value'],
  ['CI', 'presence'],
]);

const children: ChildProcess[] = [];
const started = (file: string, args: string[], env: Record<string, string> = {}) => {
  const child = spawn(file, args, { env, stdio: 'ignore' });
  children.push(child);
  return child.pid!;
};
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

const gone = spawnSync('true').pid;

describe('reading /proc', () => {
  test('name, command line, executable', () => {
    const args = ['-c', 'sleep 1000; :', 'sh', '', 'a\nb'];
    const pid = started('/bin/sh', args);
    expect(files.comm(pid)).toBe('sh');
    expect(files.commandLine(pid)).toEqual({ argv: ['/bin/sh', ...args], truncated: false });
    expect(exeOf(pid)).toMatch(/\/(sh|bash|dash|busybox)$/);
    expect(files.text(pid, 'cgroup')).toMatch(/:/);
    expect(statOf(files, pid)).toMatchObject({ ppid: process.pid });
  });

  test('a long command line is cut, and its last argument dropped', () => {
    const pid = started('/bin/sleep', [
      '1000',
      ...Array.from({ length: 9000 }, (_, at) => `web-${at + 1000}`),
    ]);
    const line = files.commandLine(pid)!;
    expect(line.truncated).toBe(true);
    expect(line.argv.join('\0').length).toBeLessThan(maxCommandLine);
    expect(line.argv.slice(4).every((it) => /^web-\d{4,5}$/.test(it))).toBe(true);
    expect(line.argv.length).toBeGreaterThan(7000);
  });

  test('a process that is gone, and a zombie', async () => {
    expect(files.comm(gone)).toBeUndefined();
    expect(files.commandLine(gone)).toBeUndefined();
    expect(files.environ(gone, () => true)).toBeUndefined();
    expect(statOf(files, gone)).toBeUndefined();
    expect(exeOf(gone)).toBe('');
    const parent = started('/bin/sh', ['-c', 'sleep 0.05 & exec sleep 1000']);
    const zombie = async (): Promise<number> => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=,stat=', '--ppid', String(parent)], {
        encoding: 'utf8',
      });
      const found = /(\d+)\s+Z/.exec(stdout)?.[1];
      if (found !== undefined) return Number(found);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return zombie();
    };
    const pid = await zombie();
    expect(files.commandLine(pid)).toBeUndefined();
    expect(statOf(files, pid)).toBeUndefined();
  });

  test('of the environment only what is asked for becomes a string', () => {
    const pid = started('/bin/sleep', ['1000'], { SECRET: 'hunter2', BUILD_TAG: 'a=b', LAST: 'x' });
    const asked: string[] = [];
    const found = files.environ(pid, (name) => {
      asked.push(name);
      return name === 'BUILD_TAG' || name === 'LAST';
    });
    expect([...found!]).toEqual([
      ['BUILD_TAG', 'a=b'],
      ['LAST', 'x'],
    ]);
    expect(asked).toContain('SECRET');
  });
});

test.each<[string, object]>([
  [`7 (sh) S 3 ${'0 '.repeat(17)}99 0`, { state: 'S', ppid: 3, start: 99, exiting: false }],
  [`7 (a) b) (c) Z 3 ${'0 '.repeat(17)}99 0`, { state: 'Z', ppid: 3, start: 99, exiting: false }],
  [`7 (a) R 3 0 0 0 0 4194564 ${'0 '.repeat(12)}99 0`, { state: 'R', ppid: 3, start: 99, exiting: true }],
  [`7 (a) R 3 0 0 0 0 4194560 ${'0 '.repeat(12)}99 0`, { state: 'R', ppid: 3, start: 99, exiting: false }],
])('stat %s', (text, stat) => expect(readStat(text)).toEqual(stat));
test('a stat that is none', () => expect(readStat('')).toBeUndefined());
test.each([
  ['Z', true],
  ['X', true],
  ['S', false],
  ['R', false],
])('state %s is over: %s', (state, over) => expect(isOver({ state })).toBe(over));

describe('whose job', () => {
  interface Fake {
    readonly ppid: number;
    readonly start?: number;
    readonly env?: Record<string, string>;
  }
  const world = (processes: Record<number, Fake>): ProcessFiles => ({
    comm: () => undefined,
    commandLine: () => undefined,
    text(pid, file) {
      const it = processes[pid];
      return it && file === 'stat'
        ? `${pid} (x) S ${it.ppid} ${'0 '.repeat(17)}${it.start ?? pid} 0`
        : undefined;
    },
    environ(pid, keeps) {
      const env = processes[pid]?.env;
      return processes[pid] && new Map(Object.entries(env ?? {}).filter(([name]) => keeps(name)));
    },
  });
  const of = (processes: Record<number, Fake>, pid: number) => jobVariables(world(processes), pid, kept);
  const job = { BUILD_TAG: 'job-1', CI: 'true', SECRET: 'x' };
  const told = { BUILD_TAG: 'job-1', CI: '' };

  test('its own variables, and it is the root', () =>
    expect(of({ 20: { ppid: 10, env: job }, 10: { ppid: 1 } }, 20)).toEqual({
      env: told,
      root: { pid: 20, start: 20 },
      olderThanJob: false,
    }));

  test('the nearest ancestor that has some, and the topmost that has the same', () =>
    expect(
      of(
        {
          50: { ppid: 40 },
          40: { ppid: 30, env: job },
          30: { ppid: 20 },
          20: { ppid: 10, env: job },
          10: { ppid: 1 },
        },
        50,
      ),
    ).toEqual({ env: told, root: { pid: 20, start: 20 }, olderThanJob: false }));

  test('an agent with only a part of them is not the root', () =>
    expect(
      of(
        {
          30: { ppid: 20, env: { BUILD_TAG: 'job-1', BUILD_ID: '7' } },
          20: { ppid: 10, env: { BUILD_TAG: 'job-1', BUILD_ID: '7' } },
          10: { ppid: 1, env: { BUILD_ID: '7' } },
        },
        30,
      ).root,
    ).toEqual({ pid: 20, start: 20 }));

  test("an ancestor with another job's values", () =>
    expect(of({ 30: { ppid: 20, env: { BUILD_TAG: 'job-2' } }, 20: { ppid: 1, env: job } }, 30)).toEqual({
      env: { BUILD_TAG: 'job-2' },
      root: { pid: 30, start: 30 },
      olderThanJob: true,
    }));

  test('what is only present makes no job', () =>
    expect(of({ 30: { ppid: 1, env: { CI: 'true', BUILD_TAG: '' } } }, 30)).toEqual({
      env: {},
      root: null,
      olderThanJob: false,
    }));

  test('a parent that is younger than its child is somebody else', () =>
    expect(of({ 30: { ppid: 20 }, 20: { ppid: 1, start: 31, env: job } }, 30).env).toEqual({}));

  test('no more than 16 ancestors', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [at + 2, { ppid: at + 1, ...(at === 0 ? { env: job } : {}) }]),
    );
    expect(of(chain, 18).env).toEqual(told);
    expect(of(chain, 19).env).toEqual({});
  });
});

describe('the caller', () => {
  const parts = { files, kept, own: new Set<string>() };

  test('of a real process', () => {
    const pid = started('/bin/sh', ['-c', 'env -i sleep 1000 & wait'], {
      PATH: process.env['PATH']!,
      BUILD_TAG: 'job-1',
    });
    const { start } = statOf(files, pid)!;
    expect(readCaller(parts, pid, '/bin/sh')).toMatchObject({
      pid,
      start,
      uid: process.getuid!(),
      exe: '/bin/sh',
      env: { BUILD_TAG: 'job-1' },
      root: { pid, start },
      olderThanJob: false,
    });
  });

  test('none of a process that is gone', () => expect(readCaller(parts, gone, '')).toBeUndefined());

  test('none of one that has begun to end: its cgroup and its environment are no longer its own', () => {
    const pid = started('/bin/sleep', ['1000']);
    const text: ProcessFiles['text'] = (of, file) => {
      const found = files.text(of, file);
      if (file !== 'stat') return found;
      return found?.replace(
        /\) (.*)$/s,
        (_, rest: string) =>
          `) ${rest
            .split(' ')
            .map((it, at) => (at === 6 ? String(Number(it) | 4) : it))
            .join(' ')}`,
      );
    };
    expect(readCaller(parts, pid, '')).toBeDefined();
    expect(readCaller({ ...parts, files: { ...files, text } }, pid, '')).toBeUndefined();
  });

  test('none when the number was given to another while it was read', () => {
    const pid = started('/bin/sleep', ['1000']);
    let reads = 0;
    const text: ProcessFiles['text'] = (of, file) => {
      const found = files.text(of, file);
      if (file !== 'stat') return found;
      reads += 1;
      return found?.replace(
        /\) (.*)$/s,
        (_, rest: string) =>
          `) ${rest
            .split(' ')
            .map((it, at) => (at === 19 ? String(reads) : it))
            .join(' ')}`,
      );
    };
    expect(readCaller({ ...parts, files: { ...files, text } }, pid, '')).toBeUndefined();
  });
});
