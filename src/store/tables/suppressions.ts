import type { Suppression } from '../../domain';
import { int, nanos, nanosOrNull, type Row, text, textOrNull } from '../columns';

export const readSuppression = (row: Row): Suppression => ({
  id: int(row.id),
  kind: textOrNull(row.kind),
  job: textOrNull(row.job),
  project: textOrNull(row.project),
  resource: textOrNull(row.resource),
  until: nanosOrNull(row.until),
  reason: text(row.reason),
  createdAt: nanos(row.created_at),
});
