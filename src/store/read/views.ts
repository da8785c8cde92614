import {
  type ContainerView,
  type DeathView,
  type EvidenceView,
  type FindingView,
  type GapView,
  type JobView,
  type OwnerView,
  type Party,
  type PartyView,
  toRfc3339,
} from '../../domain';
import {
  flag,
  int,
  intOrNull,
  json,
  nanos,
  nanosOrNull,
  type Row,
  type SqlValue,
  text,
  textOrNull,
} from '../columns';
import type { ReaderParts } from './parts';

export const time = (value: SqlValue | undefined): string => toRfc3339(nanos(value));
export const timeOrNull = (value: SqlValue | undefined): string | null => {
  const at = nanosOrNull(value);
  return at === null ? null : toRfc3339(at);
};

export const jobView = (row: Row): JobView => ({
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
  startedAt: time(row.started_at),
  endedAt: timeOrNull(row.ended_at),
});

/** Columns that a list of findings shows: all but the long ones. */
export const findingColumns = [
  ...['id', 'status', 'kind', 'variant', 'severity', 'confidence', 'first_seen_at', 'last_seen_at', 'count'],
  ...['revision', 'settled', 'act', 'resource_type', 'resource_id', 'resource_name', 'fingerprint', 'note'],
  ...['title', 'summary', 'advice', 'victims', 'actors', 'commit_no'],
]
  .map((column) => `f.${column}`)
  .join(', ');

export const findingView =
  ({ jobs, host }: ReaderParts) =>
  (row: Row): FindingView => {
    const party = ({ job, system, container, confidence, because }: Party): PartyView => ({
      job: jobs.keyOf(job),
      system,
      container,
      confidence,
      because,
    });
    return {
      id: int(row.id),
      kind: text(row.kind),
      variant: textOrNull(row.variant),
      severity: text(row.severity),
      confidence: text(row.confidence),
      status: text(row.status),
      title: text(row.title),
      summary: text(row.summary),
      advice: text(row.advice),
      host,
      victims: json<Party[]>(row.victims).map(party),
      actors: json<Party[]>(row.actors).map(party),
      resource: { type: text(row.resource_type), id: text(row.resource_id), name: text(row.resource_name) },
      firstSeenAt: time(row.first_seen_at),
      lastSeenAt: time(row.last_seen_at),
      count: int(row.count),
      act: intOrNull(row.act),
      settled: flag(row.settled),
      revision: int(row.revision),
      note: textOrNull(row.note),
      fingerprint: text(row.fingerprint),
    };
  };

export const evidenceView = (row: Row): EvidenceView => ({
  at: time(row.at),
  source: text(row.source),
  text: text(row.text),
  ref: textOrNull(row.ref),
});

export const ownerView = ({ jobs }: ReaderParts, row: Row): OwnerView => ({
  job: jobs.keyOf(intOrNull(row.owner_job)),
  system: textOrNull(row.owner_system),
  confidence: textOrNull(row.owner_confidence),
  because: json(row.owner_because),
});

export const containerView =
  (parts: ReaderParts) =>
  (row: Row): ContainerView => ({
    id: text(row.engine_id),
    name: text(row.name),
    image: text(row.image),
    state: text(row.state),
    part: textOrNull(row.part),
    owner: ownerView(parts, row),
    createdAt: time(row.created_at),
    startedAt: timeOrNull(row.started_at),
    finishedAt: timeOrNull(row.finished_at),
    removedAt: timeOrNull(row.removed_at),
    exitCode: intOrNull(row.exit_code),
  });

/** From a death's row joined with its container's name and engine id. */
export const deathView = (row: Row): DeathView => ({
  container: { id: text(row.engine_id), name: text(row.name) },
  at: time(row.at),
  exitCode: intOrNull(row.exit_code),
  signal: intOrNull(row.signal),
  oomKilled: flag(row.oom_killed),
  cause: text(row.cause),
  confidence: text(row.confidence),
  finding: intOrNull(row.finding),
  text: text(row.text),
});

export const gapView = (row: Row, jobs: readonly string[]): GapView => ({
  id: int(row.id),
  source: text(row.source),
  from: timeOrNull(row.since),
  to: timeOrNull(row.until),
  reason: text(row.reason),
  missing: text(row.missing),
  jobs,
});
