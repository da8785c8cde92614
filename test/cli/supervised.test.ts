import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeEngine } from '../engine/fake-engine';
import { type Daemon, eventually, startDaemon } from '../helpers/daemon';

// The built program beside an engine that is none: what matters here is which processes live.

let dataDir: string;
let engine: Awaited<ReturnType<typeof createFakeEngine>>;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'crosstalk-supervised-'));
  engine = await createFakeEngine();
});
afterEach(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = (execs: 'auto' | 'off'): Promise<Daemon> =>
  startDaemon({ dockerHost: engine.host, dataDir, execs });

const pidOf = (daemon: Daemon): number | undefined => {
  const linked = /"pid":(\d+),"execs":"\w+","msg":"a witness is linked"/.exec(daemon.output());
  return linked ? Number(linked[1]) : undefined;
};
const linked = (daemon: Daemon): Promise<number | undefined> =>
  eventually(
    async () => pidOf(daemon),
    (pid) => pid !== undefined,
  );

/** An ended process that nobody has asked about yet (state Z) is gone too. */
const alive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const gone = (pid: number): Promise<boolean> =>
  eventually(
    async () => alive(pid),
    (is) => !is,
  );

test('the witness of a daemon that is killed is found by the next one, and ends with that', async () => {
  const first = await start('auto');
  const pid = (await linked(first))!;
  expect(statSync(join(dataDir, 'witness.sock')).mode & 0o777).toBe(0o600);
  await first.end('SIGKILL');
  expect(alive(pid)).toBe(true);
  const second = await start('auto');
  expect(await linked(second)).toBe(pid);
  expect(await second.end()).toBe(0);
  await gone(pid);
});

test('a witness that is killed is started again, and an orderly end takes it along', async () => {
  const daemon = await start('auto');
  const pid = (await linked(daemon))!;
  process.kill(pid, 'SIGKILL');
  const pids = () => [...daemon.output().matchAll(/"pid":(\d+),"execs":"\w+","msg":"a witness is linked"/g)];
  await eventually(
    async () => pids().length,
    (count) => count === 2,
  );
  const next = Number(pids()[1]![1]);
  expect(next).not.toBe(pid);
  expect(await daemon.end()).toBe(0);
  expect(alive(next)).toBe(false);
});

test('switched off there is none, and no socket', async () => {
  const daemon = await start('off');
  await new Promise((done) => setTimeout(done, 2500));
  expect(pidOf(daemon)).toBeUndefined();
  expect(() => statSync(join(dataDir, 'witness.sock'))).toThrow('ENOENT');
  await daemon.end();
});
