import { closeSync, openSync, rmSync } from 'node:fs';
import type { Db } from './database';

const pagesAtOnce = 500;

/**
 * A consistent copy as of its end, while writing goes on. On the writing connection every step takes over what was written
 * meanwhile; on another one SQLite begins anew after each foreign commit, so a busy database should be copied by its writer.
 * Throws when the file exists; what was begun is removed when it fails.
 */
export const backup = async (
  db: Db,
  file: string,
  onProgress?: (donePages: number, totalPages: number) => void,
): Promise<void> => {
  closeSync(openSync(file, 'wx', 0o600));
  try {
    await db.backup(file, {
      progress({ totalPages, remainingPages }) {
        onProgress?.(totalPages - remainingPages, totalPages);
        return pagesAtOnce;
      },
    });
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
};
