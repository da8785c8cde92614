import type { MountUse, NameUse } from '../../domain';
import { flag, int, intOrNull, nanos, nanosOrNull, text } from '../columns';
import type { Table } from '../table';

export const nameUses: Table<NameUse> = {
  name: 'name_uses',
  columns: {
    id: (use) => use.id,
    type: (use) => use.type,
    name: (use) => use.name,
    resource: (use) => use.resource,
    job: (use) => use.job,
    since: (use) => use.from,
    until: (use) => use.to,
  },
  read: (row) => ({
    id: int(row.id),
    type: text(row.type),
    name: text(row.name),
    resource: int(row.resource),
    job: intOrNull(row.job),
    from: nanos(row.since),
    to: nanosOrNull(row.until),
  }),
};

export const mountUses: Table<MountUse> = {
  name: 'mount_uses',
  columns: {
    id: (use) => use.id,
    container: (use) => use.container,
    kind: (use) => use.kind,
    source: (use) => use.source,
    destination: (use) => use.destination,
    read_only: (use) => Number(use.readOnly),
    since: (use) => use.from,
    until: (use) => use.to,
  },
  read: (row) => ({
    id: int(row.id),
    container: int(row.container),
    kind: text(row.kind),
    source: text(row.source),
    destination: text(row.destination),
    readOnly: flag(row.read_only),
    from: nanos(row.since),
    to: nanosOrNull(row.until),
  }),
};
