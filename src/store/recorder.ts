import type { Changes, Recorder } from '../domain';
import type { Db } from './database';
import { loadMemory } from './load';
import { createUpsert } from './table';
import { acts, deaths } from './tables/acts';
import { createCallUpsert } from './tables/calls';
import { containers } from './tables/containers';
import { createCursorReader, createCursorWriter } from './tables/cursor';
import { createEventInsert } from './tables/events';
import { createExecUpsert } from './tables/execs';
import { createFindingUpsert } from './tables/findings';
import { gaps } from './tables/gaps';
import { jobs } from './tables/jobs';
import { createResourceUpsert, images, networks, volumes } from './tables/resources';
import { createSourceUpsert } from './tables/sources';
import { mountUses, nameUses } from './tables/uses';

/** Whether anybody could see the difference; a mere tick is no commit to tell of. */
const changesAnything = (changes: Changes): boolean =>
  Object.values(changes).some((part) =>
    Array.isArray(part) ? part.length > 0 : part instanceof Set && part.size > 0,
  );

/** Writes what the core changed, a batch a transaction. `db` is the one connection that writes, and is migrated. */
export const createRecorder = (db: Db): Recorder => {
  const readCursor = createCursorReader(db);
  const moveCursor = createCursorWriter(db);
  const events = createEventInsert(db);
  const put = {
    job: createUpsert(db, jobs),
    container: createResourceUpsert(db, 'container', containers),
    volume: createResourceUpsert(db, 'volume', volumes),
    network: createResourceUpsert(db, 'network', networks),
    image: createResourceUpsert(db, 'image', images),
    nameUse: createUpsert(db, nameUses),
    mountUse: createUpsert(db, mountUses),
    act: createUpsert(db, acts),
    death: createUpsert(db, deaths),
    finding: createFindingUpsert(db),
    gap: createUpsert(db, gaps),
    exec: createExecUpsert(db),
    call: createCallUpsert(db),
    source: createSourceUpsert(db),
  };

  // Events and commands before resources, whose owner they follow; then parents before what refers to them.
  const write = db.transaction((changes: Changes): void => {
    const commit = readCursor().commit + (changesAnything(changes) ? 1n : 0n);
    moveCursor(changes, commit);
    for (const row of changes.events) events.insert(row);
    for (const exec of changes.execs) put.exec(exec);
    for (const call of changes.calls) put.call(call);
    for (const job of changes.jobs) put.job(job, commit);
    for (const container of changes.containers) put.container(container, commit);
    for (const volume of changes.volumes) put.volume(volume, commit);
    for (const network of changes.networks) put.network(network, commit);
    for (const image of changes.images) put.image(image, commit);
    for (const use of changes.nameUses) put.nameUse(use, commit);
    for (const use of changes.mountUses) put.mountUse(use, commit);
    for (const act of changes.acts) put.act(act, commit);
    for (const death of changes.deaths) put.death(death, commit);
    for (const finding of changes.findings) put.finding(finding, commit);
    for (const gap of changes.gaps) put.gap(gap, commit);
    for (const source of changes.sources) put.source(source);
  });

  return {
    load: () => loadMemory(db),
    save(changes) {
      try {
        write.immediate(changes);
      } catch (error) {
        events.forget();
        throw error;
      }
    },
  };
};
