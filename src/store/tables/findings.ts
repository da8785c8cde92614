import type { Evidence, Finding, Party } from '../../domain';
import type { Db } from '../database';
import { flag, int, intOrNull, json, nanos, type Row, text, textOrNull, toJson } from '../columns';
import { createUpsert, type Table } from '../table';

/** Without its evidence, which has a table of its own. */
export type BareFinding = Omit<Finding, 'evidence'>;

const columns: Table<BareFinding>['columns'] = {
  id: (finding) => finding.id,
  status: (finding) => finding.status,
  kind: (finding) => finding.kind,
  variant: (finding) => finding.variant,
  severity: (finding) => finding.severity,
  confidence: (finding) => finding.confidence,
  first_seen_at: (finding) => finding.firstSeenAt,
  last_seen_at: (finding) => finding.lastSeenAt,
  count: (finding) => finding.count,
  revision: (finding) => finding.revision,
  settled: (finding) => Number(finding.settled),
  act: (finding) => finding.act,
  resource_type: (finding) => finding.resource.type,
  resource_id: (finding) => finding.resource.id,
  resource_name: (finding) => finding.resource.name,
  subject: (finding) => finding.subject,
  fingerprint: (finding) => finding.fingerprint,
  note: (finding) => finding.note,
  title: (finding) => finding.title,
  summary: (finding) => finding.summary,
  advice: (finding) => finding.advice,
  victims: (finding) => toJson(finding.victims),
  actors: (finding) => toJson(finding.actors),
  affected: (finding) => toJson(finding.affected),
};

export const findings: Table<BareFinding> = {
  name: 'findings',
  columns,
  visible: Object.keys(columns),
  read: (row) => ({
    id: int(row.id),
    status: text(row.status),
    kind: text(row.kind),
    variant: textOrNull(row.variant),
    severity: text(row.severity),
    confidence: text(row.confidence),
    firstSeenAt: nanos(row.first_seen_at),
    lastSeenAt: nanos(row.last_seen_at),
    count: int(row.count),
    revision: int(row.revision),
    settled: flag(row.settled),
    act: intOrNull(row.act),
    resource: {
      type: text(row.resource_type),
      id: text(row.resource_id),
      name: text(row.resource_name),
    },
    subject: text(row.subject),
    fingerprint: text(row.fingerprint),
    note: textOrNull(row.note),
    title: text(row.title),
    summary: text(row.summary),
    advice: text(row.advice),
    victims: json(row.victims),
    actors: json(row.actors),
    affected: json(row.affected),
  }),
};

export const readEvidence = (row: Row): Evidence => ({
  at: nanos(row.at),
  source: text(row.source),
  text: text(row.text),
  ref: textOrNull(row.ref),
});

export const evidenceOf = 'SELECT at, source, text, ref FROM evidence WHERE finding = ? ORDER BY place';

/** A finding with its parties and evidence; rows of evidence that did not change are not written again. */
export const createFindingUpsert = (db: Db) => {
  const upsert = createUpsert(db, findings);
  const forgetParties = db.prepare('DELETE FROM finding_parties WHERE finding = ?');
  const addParty = db.prepare('INSERT INTO finding_parties (finding, role, job, system) VALUES (?, ?, ?, ?)');
  const cutEvidence = db.prepare('DELETE FROM evidence WHERE finding = ? AND place >= ?');
  const putEvidence = db.prepare(
    `INSERT INTO evidence (finding, place, at, source, text, ref) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (finding, place) DO UPDATE SET at = excluded.at, source = excluded.source, text = excluded.text, ref = excluded.ref
     WHERE (evidence.at, evidence.source, evidence.text, evidence.ref) IS NOT (excluded.at, excluded.source, excluded.text, excluded.ref)`,
  );
  return (finding: Finding, commit: bigint): void => {
    const { id, evidence } = finding;
    upsert(finding, commit);
    forgetParties.run(id);
    const addParties = (role: 'victim' | 'actor', parties: readonly Party[]): void =>
      parties.forEach(({ job, system }) => addParty.run(id, role, job, system));
    addParties('victim', finding.victims);
    addParties('actor', finding.actors);
    cutEvidence.run(id, evidence.length);
    evidence.forEach(({ at, source, text: words, ref }, place) =>
      putEvidence.run(id, place, at, source, words, ref),
    );
  };
};
