import type { GapRow } from '../../domain';
import { int, nanosOrNull, text } from '../columns';
import type { Table } from '../table';

export const gaps: Table<GapRow> = {
  name: 'gaps',
  columns: {
    id: (gap) => gap.id,
    source: (gap) => gap.source,
    since: (gap) => gap.from,
    until: (gap) => gap.to,
    reason: (gap) => gap.reason,
    missing: (gap) => gap.missing,
  },
  visible: ['since', 'until', 'reason', 'missing'],
  read: (row) => ({
    id: int(row.id),
    source: text(row.source),
    from: nanosOrNull(row.since),
    to: nanosOrNull(row.until),
    reason: text(row.reason),
    missing: text(row.missing),
  }),
};
