import { SECOND } from '../../domain';

/**
 * What retention looks at, a table each: candidates older than a cutoff in the order of their time, and whether each must
 * stay. Never deleted: what exists, and what a running job, a finding that stands or an unsettled act refers to.
 */
export interface Sweep {
  /** Gives `at`, `id`, `kept` (0 or 1) of candidates after (@at, @id) and before @cutoff, in that order, at most @most. */
  readonly candidates: string;
  /** Run in this order for each id that goes. */
  readonly deletes: readonly string[];
  /** Candidates a transaction: so many that it deletes about 500 rows at the most. */
  readonly most: number;
}

const stands = "f.status NOT IN ('resolved', 'withdrawn')";
const jobMatters = (job: string): string =>
  `EXISTS (SELECT 1 FROM jobs j WHERE j.id = ${job} AND j.state = 'running')
   OR EXISTS (SELECT 1 FROM finding_parties p WHERE p.job = ${job})`;

const events: Sweep = {
  candidates: `SELECT e.at, e.id,
      EXISTS (SELECT 1 FROM evidence v JOIN findings f ON f.id = v.finding WHERE v.ref = 'event:' || e.id AND ${stands})
      OR e.id IN (SELECT named.value FROM acts a, json_each(a.events) named WHERE a.due_at IS NOT NULL) AS kept
    FROM events e WHERE e.at < @cutoff AND (e.at, e.id) > (@at, @id) ORDER BY e.at, e.id LIMIT @most`,
  deletes: ['DELETE FROM events WHERE id = ?'],
  most: 500,
};

/**
 * Commands and calls go like events, by when they began. What the core may still speak of stays: what ended after the
 * cutoff, what a running job still runs, what ran at the time of an act that is not settled.
 */
const callers = (table: 'execs' | 'calls', ref: string, deletes: readonly string[]): Sweep => ({
  candidates: `SELECT x.at, x.id,
      coalesce(x.end_at >= @cutoff, 0) OR (x.end_at IS NULL AND EXISTS (SELECT 1 FROM jobs j WHERE j.id = x.job AND j.state = 'running'))
      OR EXISTS (SELECT 1 FROM evidence v JOIN findings f ON f.id = v.finding WHERE v.ref = '${ref}:' || x.id AND ${stands})
      OR EXISTS (SELECT 1 FROM acts a WHERE a.due_at IS NOT NULL AND x.at <= a.last_at AND (x.end_at IS NULL OR x.end_at >= a.at - ${SECOND})) AS kept
    FROM ${table} x WHERE x.at < @cutoff AND (x.at, x.id) > (@at, @id) ORDER BY x.at, x.id LIMIT @most`,
  deletes: [...deletes, `DELETE FROM ${table} WHERE id = ?`],
  most: 100,
});
const execs = callers('execs', 'exec', ['DELETE FROM exec_targets WHERE exec = ?']);
const calls = callers('calls', 'call', []);

/** A removed resource goes when no event tells of it any more and its job neither runs nor stands in a finding. */
const resources = (table: string, kept: string, deletes: readonly string[], most: number): Sweep => ({
  candidates: `SELECT t.removed_at AS at, t.id,
      EXISTS (SELECT 1 FROM events e WHERE e.resource = t.id) OR ${jobMatters('t.owner_job')}
      OR EXISTS (SELECT 1 FROM findings f WHERE f.resource_id = r.engine_id AND ${stands}) ${kept} AS kept
    FROM ${table} t CROSS JOIN resources r ON r.id = t.id
    WHERE t.removed_at < @cutoff AND (t.removed_at, t.id) > (@at, @id) ORDER BY t.removed_at, t.id LIMIT @most`,
  deletes: [
    'DELETE FROM name_uses WHERE resource = ?',
    ...deletes,
    `DELETE FROM ${table} WHERE id = ?`,
    'DELETE FROM resources WHERE id = ?',
  ],
  most,
});

const containers = resources(
  'containers',
  `OR EXISTS (SELECT 1 FROM events e WHERE e.other = t.id)
   OR EXISTS (SELECT 1 FROM execs x WHERE x.container_id = r.engine_id)
   OR EXISTS (SELECT 1 FROM calls x WHERE x.container_id = r.engine_id)
   OR EXISTS (SELECT 1 FROM acts a WHERE a.container = t.id AND a.due_at IS NOT NULL)
   OR EXISTS (SELECT 1 FROM acts a JOIN findings f ON f.act = a.id WHERE a.container = t.id AND ${stands})
   OR EXISTS (SELECT 1 FROM evidence v JOIN findings f ON f.id = v.finding WHERE v.ref = 'inspect:' || r.engine_id AND ${stands})`,
  ['deaths', 'acts', 'mount_uses'].map((table) => `DELETE FROM ${table} WHERE container = ?`),
  50,
);

const jobs: Sweep = {
  candidates: `SELECT t.ended_at AS at, t.id,
      t.state = 'running' OR EXISTS (SELECT 1 FROM finding_parties p WHERE p.job = t.id)
      OR EXISTS (SELECT 1 FROM events e WHERE e.job = t.id)
      OR EXISTS (SELECT 1 FROM execs x WHERE x.job = t.id)
      OR EXISTS (SELECT 1 FROM calls x WHERE x.job = t.id)
      OR EXISTS (SELECT 1 FROM jobs a WHERE a.alias_of = t.id)
      OR EXISTS (SELECT 1 FROM volumes v WHERE v.creator = t.id)
      ${['containers', 'volumes', 'networks', 'images'].map((table) => `OR EXISTS (SELECT 1 FROM ${table} o WHERE o.owner_job = t.id)`).join(' ')} AS kept
    FROM jobs t WHERE t.ended_at < @cutoff AND (t.ended_at, t.id) > (@at, @id) ORDER BY t.ended_at, t.id LIMIT @most`,
  deletes: ['DELETE FROM jobs WHERE id = ?'],
  most: 250,
};

const findings: Sweep = {
  candidates: `SELECT f.last_seen_at AS at, f.id, ${stands} AS kept FROM findings f
    WHERE f.last_seen_at < @cutoff AND (f.last_seen_at, f.id) > (@at, @id) ORDER BY f.last_seen_at, f.id LIMIT @most`,
  // Each takes its parties and up to 51 rows of evidence with it.
  deletes: ['DELETE FROM findings WHERE id = ?'],
  most: 9,
};

/** Rows that tell of the past of what may still exist. */
const past: readonly Sweep[] = [
  {
    candidates: `SELECT a.last_at AS at, a.id, a.due_at IS NOT NULL OR EXISTS (SELECT 1 FROM findings f WHERE f.act = a.id AND ${stands}) AS kept
      FROM acts a WHERE a.last_at < @cutoff AND (a.last_at, a.id) > (@at, @id) ORDER BY a.last_at, a.id LIMIT @most`,
    deletes: ['DELETE FROM acts WHERE id = ?'],
    most: 500,
  },
  {
    candidates: `SELECT d.at, d.id, EXISTS (SELECT 1 FROM findings f WHERE f.id = d.finding AND ${stands}) AS kept
      FROM deaths d WHERE d.at < @cutoff AND (d.at, d.id) > (@at, @id) ORDER BY d.at, d.id LIMIT @most`,
    deletes: ['DELETE FROM deaths WHERE id = ?'],
    most: 500,
  },
  {
    candidates: `SELECT n.until AS at, n.id, 0 AS kept FROM name_uses n
      WHERE n.until < @cutoff AND (n.until, n.id) > (@at, @id) ORDER BY n.until, n.id LIMIT @most`,
    deletes: ['DELETE FROM name_uses WHERE id = ?'],
    most: 500,
  },
  {
    candidates: `SELECT g.until AS at, g.id, EXISTS (SELECT 1 FROM evidence v JOIN findings f ON f.id = v.finding WHERE v.ref = 'gap:' || g.id AND ${stands}) AS kept
      FROM gaps g WHERE g.until < @cutoff AND (g.until, g.id) > (@at, @id) ORDER BY g.until, g.id LIMIT @most`,
    deletes: ['DELETE FROM gaps WHERE id = ?'],
    most: 500,
  },
  {
    // The newest before the cutoff still says what was seen at the cutoff.
    candidates: `SELECT s.since AS at, s.id, NOT EXISTS (SELECT 1 FROM sources n WHERE n.source = s.source AND n.since > s.since AND n.since < @cutoff) AS kept
      FROM sources s WHERE s.since < @cutoff AND (s.since, s.id) > (@at, @id) ORDER BY s.since, s.id LIMIT @most`,
    deletes: ['DELETE FROM sources WHERE id = ?'],
    most: 500,
  },
];

export const sweeps = {
  events,
  execs,
  calls,
  findings,
  /** Containers before volumes and images; jobs last, since all of these keep them. */
  ended: [
    containers,
    ...['volumes', 'networks', 'images'].map((table) => resources(table, '', [], 150)),
    jobs,
  ],
  past,
};
