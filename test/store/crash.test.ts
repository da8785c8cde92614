import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store';
import { openDatabase } from '../../src/store/database';
import { batch, eventsPerBatch } from './batch';

const dir = mkdtempSync(join(tmpdir(), 'crosstalk-crash-'));
const file = join(dir, 'crosstalk.db');
afterAll(() => rmSync(dir, { recursive: true }));

/** Starts a process that saves, and kills it some time after it said that batch `from` + `batches` is committed. */
const saveUntilKilled = (batches: number, delayMs: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, 'saving-child.cjs'), file]);
    let told = '';
    let stderr = '';
    let first: number | undefined;
    let dying = false;
    child.stdout.on('data', (text) => {
      told += String(text);
      const last = Number(told.trim().split('\n').at(-1));
      first ??= last;
      if (dying || last < first + batches) return;
      dying = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(stderr));
      // The last line may be half.
      else resolve(Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1)));
    });
  });

test('killed with SIGKILL while saving, again and again: whole batches, and every one that was told', async () => {
  let stored = 0;
  for (const delayMs of [0, 3, 11, 27]) {
    const told = await saveUntilKilled(20, delayMs);
    const db = openDatabase(file);
    const one = (sql: string): unknown => db.prepare(sql).pluck().get();
    expect(one('PRAGMA integrity_check')).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    stored = Number(one('SELECT max(id) FROM jobs'));
    // Committed but not yet told when the kill came, one at the most.
    expect(stored - told).toBeGreaterThanOrEqual(0);
    expect(stored - told).toBeLessThanOrEqual(1);
    for (const table of ['jobs', 'containers', 'deaths', 'findings', 'evidence'])
      expect(one(`SELECT count(*) FROM ${table}`)).toBe(BigInt(stored));
    expect(one('SELECT count(*) FROM events')).toBe(BigInt(stored * eventsPerBatch));
    expect(one('SELECT commit_no FROM cursor')).toBe(BigInt(stored));
    db.close();
  }
  const store = openStore({ file, host: 'h' });
  const memory = store.load();
  const last = batch(stored);
  expect(memory.clock).toBe(last.clock);
  expect(memory.jobs.at(-1)).toEqual([...last.jobs][0]);
  expect(memory.findings.at(-1)).toEqual([...last.findings][0]);
  store.close();
}, 60_000);
