import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import { createCallerReader } from '../../../../src/witness/audit/peer/read';
import { exeOf, statOf } from '../../../../src/witness/process/caller';
import { createProcessFiles, type ProcessFiles } from '../../../../src/witness/process/files';
import { kept } from './clients';

const real = createProcessFiles();
const environs: number[] = [];
const files: ProcessFiles = {
  ...real,
  environ(pid, keeps) {
    environs.push(pid);
    return real.environ(pid, keeps);
  },
};
const own = new Set<string>();
const reader = createCallerReader({ files, kept, own });
afterAll(() => reader.close());

const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));
const start = (script: string, tag: string) => {
  const env = { PATH: process.env['PATH']!, BUILD_TAG: tag };
  const child = spawn('sh', ['-c', script], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  running.push(child);
  return child;
};
const until = async <Found>(look: () => Found | undefined): Promise<Found> => {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((wait) => setTimeout(wait, 5));
  }
};
const isCalled = (pid: number, name: string) => () => exeOf(pid).endsWith(name) || undefined;
const childOf = (pid: number) => () =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').map(Number).find(isSleep);
const isSleep = (pid: number) => pid > 0 && real.comm(pid) === 'sleep';
const read = (pid: number) => reader.read(pid, 7);
/** Often enough to be remembered. */
const readOften = (pid: number) => Array.from({ length: 5 }, () => read(pid)).at(-1);

const becomes = 'exec env BUILD_TAG=jenkins-b-2 sleep 1000';

test('a caller that is remembered, until it executes another program', async () => {
  const child = start(`read x; ${becomes}`, 'jenkins-a-1');
  const pid = child.pid!;
  await until(() => !exeOf(pid).includes('node') || undefined);
  const first = read(pid);
  expect(first).toMatchObject({ pid, uid: 7, env: { BUILD_TAG: 'jenkins-a-1' } });
  expect(readOften(pid)).toEqual(first);
  environs.length = 0;
  expect(readOften(pid)).toEqual(first);
  expect(environs).toEqual([]);
  child.stdin!.write('\n');
  await until(isCalled(pid, 'sleep'));
  expect(read(pid)).toMatchObject({ pid, exe: exeOf(pid), env: { BUILD_TAG: 'jenkins-b-2' } });
});

test('an ancestor that is remembered, until it executes another program', async () => {
  const child = start(`env -i A=b sleep 1000 & read x; ${becomes}`, 'jenkins-a-1');
  const parent = child.pid!;
  const pid = await until(childOf(parent));
  expect(readOften(pid)).toMatchObject({ env: { BUILD_TAG: 'jenkins-a-1' }, root: { pid: parent } });
  child.stdin!.write('\n');
  await until(isCalled(parent, 'sleep'));
  expect(read(pid)).toMatchObject({ env: { BUILD_TAG: 'jenkins-b-2' }, root: { pid: parent } });
  process.kill(pid, 'SIGKILL');
});

test('a parent that ends is no parent any more', async () => {
  const middle = start("sh -c 'env -i A=b sleep 1000 & wait'; :", 'jenkins-a-1');
  const shell = await until(() =>
    readFileSync(`/proc/${middle.pid}/task/${middle.pid}/children`, 'latin1')
      .split(' ')
      .map(Number)
      .find((pid) => pid > 0),
  );
  const pid = await until(childOf(shell));
  expect(readOften(pid)).toMatchObject({ env: { BUILD_TAG: 'jenkins-a-1' }, root: { pid: middle.pid } });
  middle.kill('SIGKILL');
  process.kill(shell, 'SIGKILL');
  await until(() => exeOf(shell) === '' || undefined);
  expect(read(pid)).toMatchObject({ env: {}, root: null });
  process.kill(pid, 'SIGKILL');
  await until(() => exeOf(pid) === '' || undefined);
  expect(read(pid)).toBeUndefined();
});

test('a parent that ends leaves its children to another', async () => {
  const subreaper = (on: number) =>
    koffi.load(null).func('int prctl(int, ulong, ulong, ulong, ulong)')(36, on, 0, 0, 0) as number;
  const environ: ProcessFiles['environ'] = (pid, keeps) =>
    pid === process.pid ? new Map([['BUILD_TAG', 'jenkins-c-3']]) : real.environ(pid, keeps);
  const adopted = createCallerReader({ files: { ...real, environ }, kept, own });
  expect(subreaper(1)).toBe(0);
  const parent = start('env -i A=b sleep 1000 & wait', 'jenkins-a-1');
  const pid = await until(childOf(parent.pid!));
  for (let again = 0; again < 5; again += 1)
    expect(adopted.read(pid, 0)).toMatchObject({ env: { BUILD_TAG: 'jenkins-a-1' } });
  parent.kill('SIGKILL');
  await until(() => statOf(real, pid)?.ppid === process.pid || undefined);
  for (let again = 0; again < 5; again += 1)
    expect(adopted.read(pid, 0)).toMatchObject({ env: { BUILD_TAG: 'jenkins-c-3' } });
  subreaper(0);
  adopted.close();
  process.kill(pid, 'SIGKILL');
});

test('one that is remembered is seen in a container when it is brought there', () => {
  const container = 'c'.repeat(64);
  let cgroup = '0::/\n';
  const text: ProcessFiles['text'] = (pid, file) => (file === 'cgroup' ? cgroup : real.text(pid, file));
  const moved = createCallerReader({ files: { ...files, text }, kept, own });
  const pid = start('sleep 1000', 'jenkins-a-1').pid!;
  for (let again = 0; again < 5; again += 1)
    expect(moved.read(pid, 0)).toMatchObject({ containerId: null, env: { BUILD_TAG: 'jenkins-a-1' } });
  cgroup = `0::/docker/${container}\n`;
  for (let again = 0; again < 5; again += 1)
    expect(moved.read(pid, 0)).toMatchObject({ containerId: container, env: {}, root: null });
  cgroup = '0::/\n';
  for (let again = 0; again < 5; again += 1)
    expect(moved.read(pid, 0)).toMatchObject({ containerId: null, env: { BUILD_TAG: 'jenkins-a-1' } });
  moved.close();
});

test('hundreds of callers do not hold hundreds of descriptors', () => {
  const many = createCallerReader({ files, kept, own });
  const held = () => readdirSync('/proc/self/fd').length;
  const before = held();
  const pids = Array.from({ length: 200 }, () => start('sleep 1000', 'jenkins-a-1').pid!);
  const spawned = held() - before;
  for (const pid of pids) for (let again = 0; again < 3; again += 1) expect(many.read(pid, 0)).toBeDefined();
  expect(held() - before - spawned).toBeLessThanOrEqual(128);
  expect(held() - before - spawned).toBeGreaterThan(50);
  many.close();
  expect(held() - before - spawned).toBe(0);
});
