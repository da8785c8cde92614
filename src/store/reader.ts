import type { Reader } from '../domain';
import { type Db, openReadOnly } from './database';
import { checkMigrations } from './migrate';
import { createCallReader } from './read/calls';
import { createChangesReader } from './read/changes';
import { createContainerReader } from './read/containers';
import { createCoverageReader } from './read/coverage';
import { createEventReader } from './read/events';
import { createExecReader } from './read/execs';
import { createFindingReader } from './read/findings';
import { createGaugesReader } from './read/gauges';
import { createJobFactsReader } from './read/job-facts';
import { createJobReader } from './read/jobs';
import { createReaderParts } from './read/parts';
import { createSharedReader } from './read/shared';
import { createSightReader } from './read/sight';
import { createStatsReader } from './read/stats';
import { readSuppressions, suppressionView } from './read/suppressions';
import { createTimelineReader } from './read/timeline';
import { createWindowReader } from './read/window';

/** Answers from a connection; `host` is the name that findings show. */
export const createReader = (db: Db, host: string): Reader => {
  const parts = createReaderParts(db, host);
  const { ofJob, ...findings } = createFindingReader(parts);
  const sight = createSightReader(parts.sql);
  const { between, ...coverage } = createCoverageReader(parts, sight);
  return {
    ...findings,
    ...createJobReader(parts),
    jobFacts: createJobFactsReader(parts, { ofJob, between, during: sight.during }),
    jobTimeline: createTimelineReader(parts),
    window: createWindowReader(parts),
    ...createContainerReader(parts),
    ...createSharedReader(parts),
    ...createEventReader(parts),
    ...createExecReader(parts),
    ...createCallReader(parts),
    stats: createStatsReader(parts),
    suppressions: () => readSuppressions(parts.sql).map(suppressionView),
    ...coverage,
    ...createChangesReader(parts),
    gauges: createGaugesReader(parts),
  };
};

/** A reader on a read-only connection of its own. Throws MigrationError when the database is not of this program's kind. */
export const openReader = ({ file, host }: { file: string; host: string }): Reader & { close(): void } => {
  const db = openReadOnly(file);
  try {
    checkMigrations(db);
    return { ...createReader(db, host), close: () => void db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
};
