import type { Suppression, SuppressionView } from '../../domain';
import { toRfc3339 } from '../../domain';
import type { Row } from '../columns';
import type { Statements } from '../database';
import { readSuppression } from '../tables/suppressions';

export const suppressionView = ({ until, createdAt, ...rest }: Suppression): SuppressionView => ({
  ...rest,
  until: until === null ? null : toRfc3339(until),
  createdAt: toRfc3339(createdAt),
});

/** Oldest first. */
export const readSuppressions = (sql: Statements): Suppression[] =>
  (sql('SELECT * FROM suppressions ORDER BY id').all() as Row[]).map(readSuppression);
