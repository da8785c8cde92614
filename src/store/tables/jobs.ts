import type { Job } from '../../domain';
import { int, intOrNull, nanos, nanosOrNull, text, textOrNull } from '../columns';
import type { Table } from '../table';

export const jobs: Table<Job> = {
  name: 'jobs',
  columns: {
    id: (job) => job.id,
    key: (job) => job.key,
    system: (job) => job.system,
    server: (job) => job.server,
    project: (job) => job.project,
    pipeline: (job) => job.pipeline,
    ref: (job) => job.ref,
    url: (job) => job.url,
    runner: (job) => job.runner,
    slot: (job) => job.slot,
    state: (job) => job.state,
    started_at: (job) => job.startedAt,
    ended_at: (job) => job.endedAt,
    last_alive_at: (job) => job.lastAliveAt,
    grace_seconds: (job) => job.graceSeconds,
    alias_of: (job) => job.aliasOf,
    root_pid: (job) => job.root?.pid ?? null,
    root_start: (job) => job.root?.start ?? null,
  },
  // Not last_alive_at: it moves with nearly every event of the job and nobody is shown it.
  visible: [
    ...['key', 'system', 'server', 'project', 'pipeline', 'ref', 'url', 'runner', 'slot'],
    ...['state', 'started_at', 'ended_at', 'alias_of'],
  ],
  read: (row) => ({
    id: int(row.id),
    key: text(row.key),
    system: text(row.system),
    server: textOrNull(row.server),
    project: textOrNull(row.project),
    pipeline: textOrNull(row.pipeline),
    ref: textOrNull(row.ref),
    url: textOrNull(row.url),
    runner: textOrNull(row.runner),
    slot: textOrNull(row.slot),
    state: text(row.state),
    startedAt: nanos(row.started_at),
    endedAt: nanosOrNull(row.ended_at),
    lastAliveAt: nanos(row.last_alive_at),
    graceSeconds: int(row.grace_seconds),
    aliasOf: intOrNull(row.alias_of),
    root: row.root_pid === null ? null : { pid: int(row.root_pid), start: int(row.root_start) },
  }),
};
