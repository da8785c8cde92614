import type { Nanos, Recorder } from '../domain';
import { createCommands } from './commands';
import { type Db, openDatabase } from './database';
import { migrate } from './migrate';
import { createRecorder } from './recorder';
import { createRetention, type RetentionLimits } from './retention/retention';
import { createCursorReader } from './tables/cursor';

export { MigrationError } from './migrate';
export { openReader } from './reader';
export type { RetentionLimits } from './retention/retention';

export interface Store extends Recorder, ReturnType<typeof createCommands> {
  /** Number of the newest commit. */
  commit(): number;
  /** One step of retention; rows deleted. */
  retain(limits: RetentionLimits, now: Nanos): number;
  close(): void;
}

/**
 * The one writer's side of the store: makes or migrates the database. Throws MigrationError when the program does not fit
 * it. `host` is the name that findings show.
 */
export const openStore = ({ file, host }: { file: string; host: string }): Store => {
  const db: Db = openDatabase(file);
  try {
    migrate(db);
    const cursor = createCursorReader(db);
    const retention = createRetention(db);
    return {
      ...createRecorder(db),
      ...createCommands(db, host),
      commit: () => Number(cursor().commit),
      retain: (limits, now) => retention.step(limits, now),
      close: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
};
