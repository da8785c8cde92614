import type { LastIds } from '../../domain';
import type { Statements } from '../database';

/** Whether an id was ever given: then a row that is not there was removed by retention. */
export const wasGiven = (sql: Statements, name: keyof LastIds, id: number): boolean => {
  const last = sql('SELECT id FROM last_ids WHERE name = ?').pluck().get(name) as bigint | undefined;
  return id >= 1 && BigInt(id) <= (last ?? 0n);
};
