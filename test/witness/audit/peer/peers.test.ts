import { spawn } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from '../../../../src/witness/audit/peer';
import { createPeerSocket, type PeerSocket } from '../../../../src/witness/audit/peer/credentials';
import { clock } from '../../../../src/witness/clock';
import { loadLibc } from '../../../../src/witness/netlink/libc';
import { createProcessFiles } from '../../../../src/witness/process/files';
import { statOf } from '../../../../src/witness/process/caller';
import { ask, askBelow, endAll, runUnseen, script, serve, type Server } from './clients';

const files = createProcessFiles();
const libc = loadLibc();
const real = createPeerSocket(libc);
const { boot } = clock(libc);
/** As on a kernel before 6.5. */
const withoutPidfd: PeerSocket = { ...real, pidfd: () => 'none' };

const directory = mkdtempSync('/tmp/ct-peer-');
const user = { uid: process.getuid!(), gid: process.getgid!() };
let server: Server;
afterEach(endAll);
afterAll(() => rmSync(directory, { recursive: true }));

const kernels: [string, PeerSocket][] = [
  ['with descriptors of processes', real],
  ['without', withoutPidfd],
];
const tag = { BUILD_TAG: 'jenkins-a-1', JENKINS_URL: 'http://ci', SECRET: 'hunter2' };
const told = { BUILD_TAG: 'jenkins-a-1', JENKINS_URL: '' };
const answersOf = (pid: number) => ({ pid, start: statOf(files, pid)!.start });

/** Gives a number of a process that has ended to another, and returns it. Others start processes too: tries. */
const recycle = (pid: number, env: Record<string, string>) => {
  for (let tries = 0; tries < 500; tries += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const child = spawn('/bin/sleep', ['1000'], { env, stdio: 'ignore' });
    if (child.pid === pid) return child;
    child.kill('SIGKILL');
  }
  throw new Error(`nobody got the number ${pid} again`);
};
const testAsRoot = user.uid === 0 ? test : test.skip;

describe.each(kernels)('a caller, %s', (name, socket) => {
  beforeAll(async () => {
    server = await serve(join(directory, name), { machine: { socket, boot } });
  });
  afterAll(() => server.close());

  test('a process of the host', async () => {
    const { child, peer } = await ask(server);
    const key = answersOf(child.pid!);
    const exe = readlinkSync(`/proc/${child.pid}/exe`);
    expect(peer).toEqual({
      pid: child.pid,
      ...user,
      caller: { ...key, uid: user.uid, exe, containerId: null, env: {}, root: null, olderThanJob: false },
    });
  });

  test('with a job in its own environment', async () => {
    const { child, peer } = await ask(server, tag);
    const key = answersOf(child.pid!);
    expect(peer.caller).toMatchObject({ ...key, env: told, root: key, olderThanJob: false });
    expect(JSON.stringify(peer)).not.toContain('hunter2');
  });

  test('with a job in the environment of its parent only', async () => {
    const { child, peer, end } = await askBelow(server, tag);
    const root = answersOf(child.pid!);
    end();
    expect(peer.pid).not.toBe(child.pid);
    expect(peer.caller).toMatchObject({ pid: peer.pid, env: told, root, olderThanJob: false });
  });

  test('that ended before its connection was accepted', async () => {
    const pid = runUnseen(server, "connect(function () { this.write('x', () => process.exit()) })");
    expect(await server.next()).toEqual({ pid, ...user, caller: null });
  });

  test('that left its connection to a child and ended', async () => {
    const heir = "require('node:child_process').spawn('sleep', ['20'], { stdio: [this._handle.fd] }).unref()";
    const pid = runUnseen(server, `connect(function () { ${heir}; process.exit() })`);
    expect(await server.next()).toEqual({ pid, ...user, caller: null });
  });

  testAsRoot('whose number is given to another before its connection is accepted', async () => {
    const pid = runUnseen(server, "connect(function () { this.write('x', () => process.exit()) })");
    const other = recycle(pid, tag);
    expect(await server.next()).toEqual({ pid, ...user, caller: null });
    // It is the other that lives there, and was not taken for the caller.
    expect(statOf(files, pid)).toBeDefined();
    other.kill('SIGKILL');
  });

  test('thousands of connections of one process, all known', async () => {
    const before = server.peers.state();
    const code = `let left = 3000;
      const next = () => left-- > 0 && connect(function () { this.write('x') }).on('data', function () { this.destroy(); next() });
      next();`;
    const child = spawn(process.execPath, script(code, server.path), { env: tag, stdio: 'ignore' });
    const key = answersOf(child.pid!);
    for (let seen = 0; seen < 3000; seen += 1)
      expect((await server.next()).caller).toMatchObject({ ...key, env: told, root: key });
    const after = server.peers.state();
    expect(after.identified - before.identified).toBe(3000);
    expect(after.unknown).toBe(before.unknown);
    expect(after.seconds).toBeGreaterThan(before.seconds);
    // Ten times what it is for: a machine that does other things too fails nothing.
    expect((after.seconds - before.seconds) / 3000).toBeLessThan(0.001);
    expect(after.problem).toBeNull();
  });
});

testAsRoot(
  'a number given anew while another still holds the connection is seen with a descriptor',
  async () => {
    const own = await serve(join(directory, 'inherited'));
    const heir = "require('node:child_process').spawn('sleep', ['20'], { stdio: [this._handle.fd] }).unref()";
    const pid = runUnseen(own, `connect(function () { ${heir}; process.exit() })`);
    const other = recycle(pid, tag);
    const peer: Peer = await own.next();
    own.close();
    expect(peer).toEqual({ pid, ...user, caller: null });
    other.kill('SIGKILL');
  },
);

test('without a descriptor, a process that started after the connection was accepted is somebody else', async () => {
  const child = spawn('/bin/sleep', ['1000'], { stdio: 'ignore' });
  const start = BigInt(statOf(files, child.pid!)!.start) * 10_000_000n;
  const credentials = () => ({ pid: child.pid!, ...user });
  const socket: PeerSocket = { ...withoutPidfd, credentials, isHungUp: () => false };
  const accepted = async (at: bigint) => {
    const own = await serve(join(directory, `at-${at}`), { machine: { socket, boot: () => at } });
    own.close();
    return own.peers.identify(-1).caller;
  };
  expect(await accepted(start - 1n)).toBeNull();
  expect(await accepted(start)).toMatchObject({ pid: child.pid });
  child.kill('SIGKILL');
});

test('a peer outside of the pid namespace is unknown, and that is told once', async () => {
  const lines: string[] = [];
  const socket: PeerSocket = { ...real, credentials: () => ({ pid: 0, uid: 7, gid: 8 }) };
  const log = { warn: (line: string) => lines.push(line) } as never;
  const own = await serve(join(directory, 'outside'), { machine: { socket, boot }, log });
  own.close();
  expect(own.peers.state().problem).toBeNull();
  for (let again = 0; again < 3; again += 1)
    expect(own.peers.identify(-1)).toEqual({ pid: 0, uid: 7, gid: 8, caller: null });
  expect(lines).toEqual([expect.stringContaining('--pid=host')]);
  expect(own.peers.state()).toMatchObject({ problem: lines[0], unknown: 3, identified: 0 });
});

test('what is no connection has no caller', async () => {
  const own = await serve(join(directory, 'closed'));
  own.close();
  expect(own.peers.identify(-1)).toMatchObject({ pid: 0, caller: null });
  expect(own.peers.state()).toMatchObject({ problem: null, unknown: 1 });
});

describe('variables that may not be read', () => {
  const blind = (pid: number) => ({
    ...files,
    environ: (of: number, keeps: (name: string) => boolean) =>
      of === pid ? undefined : files.environ(of, keeps),
  });

  test('of its line, without a job of its own: unknown, and the reason is told', async () => {
    const own = await serve(join(directory, 'blind'), { files: blind(process.pid) });
    const { peer } = await ask(own);
    own.close();
    expect(peer.caller).toBeNull();
    expect(own.peers.state().problem).toMatch(/SYS_PTRACE/);
  });

  test('of its line, with a job of its own: that', async () => {
    const own = await serve(join(directory, 'blind-job'), { files: blind(process.ppid) });
    const { peer } = await ask(own, tag);
    own.close();
    expect(peer.caller).toMatchObject({ env: told });
  });
});
