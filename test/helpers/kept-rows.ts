import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Changes, Finding, Memory, Recorder } from '../../src/domain';
import { type Db, openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';
import { createRecorder } from '../../src/store/recorder';
import { emptyMemory } from './memory';

/** Where the changes of a run go, and what a test wants to know of them afterwards. */
export interface KeptRows extends Recorder {
  /** As last written, the resolved and withdrawn ones too. */
  findings(): readonly Finding[];
  jobKey(id: number): string | undefined;
  close(): void;
}

const latest = () => {
  const findings = new Map<number, Finding>();
  const jobKeys = new Map<number, string>();
  return {
    note(changes: Changes): void {
      for (const finding of changes.findings) findings.set(finding.id, structuredClone(finding));
      for (const job of changes.jobs) jobKeys.set(job.id, job.key);
    },
    findings: () => [...findings.values()],
    jobKey: (id: number) => jobKeys.get(id),
  };
};

/** For a run that never restarts. */
export const keptNowhere = (): KeptRows => {
  const { note, ...known } = latest();
  return {
    ...known,
    load: emptyMemory,
    save: note,
    close: () => undefined,
  };
};

const openTemporary = (directory: string): Db => {
  const db = openDatabase(join(directory, 'crosstalk.db'));
  // The machine will not lose its power within this test.
  db.pragma('synchronous = OFF');
  migrate(db);
  return db;
};

/** The real store on a temporary file. */
export const keptInStore = (): KeptRows => {
  const { note, ...known } = latest();
  const directory = mkdtempSync(join(tmpdir(), 'crosstalk-test-'));
  const db = openTemporary(directory);
  const recorder = createRecorder(db);
  return {
    ...known,
    load: (): Memory => recorder.load(),
    save(changes) {
      note(changes);
      recorder.save(changes);
    },
    close() {
      db.close();
      rmSync(directory, { recursive: true });
    },
  };
};
