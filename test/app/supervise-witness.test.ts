import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SupervisorParts, superviseWitness } from '../../src/app/supervise-witness';
import { createLogger } from '../../src/log';
import { own, undoAll, until } from '../link/linking';

afterEach(undoAll);

const timing = { lookMs: 10, firstMs: 50, longestMs: 400, soundMs: 60_000, patienceMs: 300 };

/** Supervises a program that writes its pid to a file and then does what the script says. */
const supervise = (script: string, parts: Partial<SupervisorParts> = {}) => {
  const file = join(mkdtempSync(join(tmpdir(), 'crosstalk-supervise-')), 'pids');
  appendFileSync(file, '');
  const lines: { level: number; msg: string }[] = [];
  const log = createLogger({
    level: 'debug',
    out: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]) },
  });
  const program = `require('fs').appendFileSync(${JSON.stringify(file)}, process.pid + '\\n');${script}`;
  const supervisor = superviseWitness({
    command: [process.execPath, '-e', program],
    connected: () => false,
    wanted: false,
    log,
    timing,
    ...parts,
  });
  own(supervisor, ({ stop }) => stop());
  const pids = () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number);
  const complaints = () => lines.filter(({ msg }) => msg.includes('ended'));
  return { ...supervisor, pids, complaints };
};

const stays = 'setInterval(() => {}, 1000);';
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('starts one when none is linked, and ends it with itself', async () => {
  const supervised = supervise(stays);
  await until(() => supervised.pids().length === 1);
  await new Promise((done) => setTimeout(done, 200));
  expect(supervised.pids()).toHaveLength(1);
  await supervised.stop();
  expect(alive(supervised.pids()[0]!)).toBe(false);
  expect(supervised.complaints()).toEqual([]);
});

test('starts none while one is linked, and one when that is gone', async () => {
  let linked = true;
  const supervised = supervise(stays, { connected: () => linked });
  await new Promise((done) => setTimeout(done, 200));
  expect(supervised.pids()).toEqual([]);
  linked = false;
  await until(() => supervised.pids().length === 1);
});

test('starts it again when it ends, later and later, and says so once', async () => {
  const supervised = supervise('process.exit(3);');
  const times: number[] = [];
  for (let starts = 1; starts <= 4; starts++) {
    await until(() => supervised.pids().length >= starts);
    times.push(performance.now());
  }
  expect(times[3]! - times[2]!).toBeGreaterThan(300);
  await until(() => supervised.complaints().length >= 3);
  const [first, ...others] = supervised.complaints();
  expect(first).toMatchObject({ level: 30, msg: 'the witness ended (exit code 3); it is started again' });
  expect(others.every(({ level }) => level === 20)).toBe(true);
});

test('one that is demanded: each end is an error', async () => {
  const supervised = supervise('process.exit(1);', { wanted: true });
  await until(() => supervised.complaints().length >= 2);
  expect(supervised.complaints().every(({ level }) => level === 50)).toBe(true);
});

test('one that does not want to end is made to', async () => {
  const supervised = supervise(`process.on('SIGTERM', () => {});${stays}`);
  await until(() => supervised.pids().length === 1);
  await new Promise((done) => setTimeout(done, 100));
  await supervised.stop();
  expect(alive(supervised.pids()[0]!)).toBe(false);
});

test('a program that is not there', async () => {
  const supervised = supervise('', { command: ['/nowhere/crosstalk'] });
  await until(() => supervised.complaints().length >= 2);
  expect(supervised.complaints()[0]!.msg).toContain('ENOENT');
});
