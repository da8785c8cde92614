import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store';
import { backup } from '../../src/store/backup';
import { openReadOnly } from '../../src/store/database';
import { batch, eventsPerBatch } from './batch';
import { type Opened, openTemporary } from './opened';

let opened: Opened;
beforeEach(() => {
  opened = openTemporary();
});
afterEach(() => opened.remove());

const expectWhole = (file: string): number => {
  const db = openReadOnly(file);
  const one = (sql: string): unknown => db.prepare(sql).pluck().get();
  expect(one('PRAGMA integrity_check')).toBe('ok');
  const batches = Number(one('SELECT max(id) FROM jobs'));
  expect(one('SELECT count(*) FROM events')).toBe(BigInt(batches * eventsPerBatch));
  expect(one('SELECT count(*) FROM findings')).toBe(BigInt(batches));
  db.close();
  return batches;
};

test('a copy made while the writer writes holds whole batches and is private', async () => {
  const store = openStore({ file: opened.file, host: 'h' });
  let number = 0;
  while (number < 300) store.save(batch((number += 1)));
  const copy = join(opened.dir, 'copy.db');
  const told: [number, number][] = [];
  let done = false;
  const copying = store.backup(copy, (pages, total) => told.push([pages, total])).then(() => (done = true));
  for (; !done && number < 2000; await new Promise(setImmediate)) store.save(batch((number += 1)));
  await copying;
  expect(number).toBeGreaterThan(300);
  expect(expectWhole(copy)).toBeGreaterThanOrEqual(300);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(told.at(-1)![0]).toBeLessThanOrEqual(told.at(-1)![1]);
  store.close();
  // The copy is a database like the original.
  const restored = openStore({ file: copy, host: 'h' });
  restored.save(batch(restored.load().lastIds.job + 1));
  restored.close();
});

test('another process can copy it too', async () => {
  const store = openStore({ file: opened.file, host: 'h' });
  for (let number = 1; number <= 50; number += 1) store.save(batch(number));
  const reading = openReadOnly(opened.file);
  const copy = join(opened.dir, 'copy.db');
  await backup(reading, copy);
  expect(expectWhole(copy)).toBe(50);
  reading.close();
  store.close();
});

test('an existing file is refused and left alone; a failed copy leaves nothing', async () => {
  await expect(backup(opened.db, opened.file)).rejects.toThrow(/EEXIST/);
  expect(existsSync(opened.file)).toBe(true);
  const nowhere = join(opened.dir, 'none', 'copy.db');
  await expect(backup(opened.db, nowhere)).rejects.toThrow(/ENOENT/);
});
