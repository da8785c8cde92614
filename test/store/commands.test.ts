import { openReader, openStore, type Store } from '../../src/store';
import { MigrationError } from '../../src/store';
import { at, changes, finding, job } from './rows';
import { type Opened, openTemporary } from './opened';

let opened: Opened;
let store: Store;
beforeEach(() => {
  opened = openTemporary();
  store = openStore({ file: opened.file, host: 'host-1' });
  store.save(
    changes({
      jobs: [job(1)],
      findings: [
        finding(1),
        finding(2, { status: 'resolved', note: 'a day has passed' }),
        finding(3, { status: 'withdrawn' }),
      ],
    }),
  );
});
afterEach(() => {
  store.close();
  opened.remove();
});

describe('status of a finding', () => {
  test('is kept with its note, and told to live pages', () => {
    const reader = openReader({ file: opened.file, host: 'host-1' });
    const before = store.commit();
    expect(store.setFindingStatus(1, 'acknowledged', 'known')).toMatchObject({
      id: 1,
      status: 'acknowledged',
      note: 'known',
      revision: 2,
      host: 'host-1',
      evidence: [{ ref: 'event:1' }],
    });
    expect(store.commit()).toBe(before + 1);
    expect(reader.changesAfter(before, 9)).toMatchObject([
      { event: 'finding', data: { id: 1, note: 'known' } },
    ]);
    expect(store.load().findings).toMatchObject([{ id: 1, status: 'acknowledged', revision: 2 }]);
    reader.close();
  });
  test('a null note leaves the one there is; a resolved one can be opened again', () => {
    expect(store.setFindingStatus(2, 'open', null)).toMatchObject({
      status: 'open',
      note: 'a day has passed',
    });
  });
  test('a withdrawn one stays so; one that is not there is none', () => {
    expect(store.setFindingStatus(3, 'open', null)).toMatchObject({ status: 'withdrawn' });
    expect(store.setFindingStatus(9, 'open', null)).toBeUndefined();
  });
});

test('suppressions come and go, and their ids are not given twice', () => {
  const rule = {
    kind: null,
    job: 'gitlab:*',
    project: null,
    resource: "it's",
    until: at(60),
    reason: 'known',
  };
  const added = store.addSuppression(rule, at(1));
  expect(added).toMatchObject({
    id: 1,
    job: 'gitlab:*',
    until: expect.stringContaining('T12:01:00.000000001Z'),
  });
  expect(store.suppressions()).toEqual([{ ...rule, id: 1, createdAt: at(1) }]);
  expect(store.load().suppressions).toEqual(store.suppressions());
  const commit = store.commit();
  expect(store.removeSuppression(1)).toBe(true);
  expect(store.removeSuppression(1)).toBe(false);
  expect(store.commit()).toBe(commit + 1);
  expect(store.addSuppression(rule, at(2)).id).toBe(2);
});

test('a reader refuses a database that this program does not know', () => {
  opened.db.exec("INSERT INTO migrations VALUES (99, '0099-x.sql', '', '')");
  expect(() => openReader({ file: opened.file, host: 'h' })).toThrow(MigrationError);
  expect(() => openStore({ file: opened.file, host: 'h' })).toThrow(/newer version \(99\)/);
});
