import type { Image, Labels, Nanos, Network, Owner, Volume } from '../../domain';
import type { Db } from '../database';
import { int, intOrNull, json, nanos, nanosOrNull, type Row, text, textOrNull, toJson } from '../columns';
import { createUpsert, type Table } from '../table';

export type ResourceTable = 'container' | 'volume' | 'network' | 'image';

/** What every resource has; `engineId` is kept in `resources`, all else in the table of its type. */
export interface Known {
  readonly id: number;
  readonly engineId: string;
  name: string;
  labels: Labels;
  owner: Owner;
  createdAt: Nanos;
  removedAt: Nanos | null;
}

export const readOwner = (row: Row): Owner => ({
  job: intOrNull(row.owner_job),
  system: textOrNull(row.owner_system),
  confidence: textOrNull(row.owner_confidence),
  because: json(row.owner_because),
  level: int(row.owner_level),
});

export const knownColumns: Table<Known>['columns'] = {
  id: (known) => known.id,
  name: (known) => known.name,
  owner_job: (known) => known.owner.job,
  owner_system: (known) => known.owner.system,
  owner_confidence: (known) => known.owner.confidence,
  owner_level: (known) => known.owner.level,
  owner_because: (known) => toJson(known.owner.because),
  created_at: (known) => known.createdAt,
  removed_at: (known) => known.removedAt,
  labels: (known) => toJson(known.labels),
};

/** From a row joined with its `resources` row. */
export const readKnown = (row: Row): Known => ({
  id: int(row.id),
  engineId: text(row.engine_id),
  name: text(row.name),
  labels: json(row.labels),
  owner: readOwner(row),
  createdAt: nanos(row.created_at),
  removedAt: nanosOrNull(row.removed_at),
});

export const volumes: Table<Volume> = {
  name: 'volumes',
  columns: { ...knownColumns, driver: (volume) => volume.driver, creator: (volume) => volume.creator },
  read: (row) => ({ ...readKnown(row), driver: text(row.driver), creator: intOrNull(row.creator) }),
};

export const networks: Table<Network> = {
  name: 'networks',
  columns: { ...knownColumns, driver: (network) => network.driver },
  read: (row) => ({ ...readKnown(row), driver: text(row.driver) }),
};

export const images: Table<Image> = {
  name: 'images',
  columns: { ...knownColumns, tags: (image) => toJson(image.tags) },
  read: (row) => ({ ...readKnown(row), tags: json(row.tags) }),
};

/**
 * Writes a resource with its identity. Its events follow their owner: most are stored before an inspection tells who that
 * is, and a job's list of events is to show them. So do the commands and calls of a container.
 */
export const createResourceUpsert = <T extends Known>(db: Db, type: ResourceTable, table: Table<T>) => {
  const identify = db.prepare(
    'INSERT INTO resources (id, type, engine_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const ownerOf = db.prepare(`SELECT owner_job FROM ${table.name} WHERE id = ?`).pluck();
  const moveEvents = db.prepare('UPDATE events SET job = @job WHERE resource = @id AND job IS NOT @job');
  const giveEvents = db.prepare('UPDATE events SET job = @job WHERE other = @id AND job IS NULL');
  const moveCallers = ['execs', 'calls'].map((callers) =>
    db.prepare(`UPDATE ${callers} SET job = @job WHERE container_id = @engineId AND job IS NOT @job`),
  );
  const upsert = createUpsert(db, table);
  return (resource: T, commit: bigint): void => {
    const { id, engineId, owner } = resource;
    const before = ownerOf.get(id) as bigint | null | undefined;
    if (before === undefined) identify.run(id, type, engineId);
    if (owner.job !== null && before !== BigInt(owner.job)) {
      moveEvents.run({ id, job: owner.job });
      giveEvents.run({ id, job: owner.job });
      if (type === 'container') for (const move of moveCallers) move.run({ engineId, job: owner.job });
    }
    upsert(resource, commit);
  };
};
