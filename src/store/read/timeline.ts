import { type Nanos, type Page, type PageQuery, type TimelineEntry, toRfc3339 } from '../../domain';
import { flag, intOrNull, json, nanos, nanosOrNull, type Row, text, textOrNull } from '../columns';
import { gapsBetween } from './gaps';
import { fromCursor, toCursor } from './page';
import type { ReaderParts } from './parts';

const farthest = 9_223_372_036_854_775_807n;

/** A thing that happened, with its place in the order: time, then source, then id. */
interface Placed {
  readonly at: Nanos;
  readonly source: number;
  readonly id: bigint;
  readonly entry: Omit<TimelineEntry, 'at'>;
}

/** Rows of one source after a place, in order; its SQL is given job, time, id, until, limit. */
interface Source {
  readonly sql: string;
  readonly tell: (row: Row) => Omit<TimelineEntry, 'at'>;
}

const whose = (row: Row): string => `${text(row.type)} ${textOrNull(row.name) ?? '?'}`;
const containerRef = (row: Row): string => `container:${text(row.engine_id)}`;
const ofContainers = 'JOIN resources r ON r.id = c.id WHERE c.owner_job = ?';

const targetsShown = 8;
/** `ran docker rm --force web db and 3 more (exit code 1)`: what of the command line is kept, in its usual form. */
const commandText = (row: Row): string => {
  const targets = json<string[]>(row.targets);
  const name = textOrNull(row.name);
  const signal = intOrNull(row.signal);
  const code = intOrNull(row.code);
  const words = [
    ...(row.verb === 'signal' ? ['kill'] : ['docker', text(row.verb)]),
    ...(flag(row.force) ? ['--force'] : []),
    ...(name === null ? [] : [`--name ${name}`]),
    ...targets.slice(0, targetsShown),
    ...(targets.length > targetsShown ? [`and ${targets.length - targetsShown} more`] : []),
  ];
  const end =
    signal !== null ? ` (signal ${signal})` : code !== null && code !== 0 ? ` (exit code ${code})` : '';
  return `ran ${words.join(' ')}${end}`;
};

const sources: readonly Source[] = [
  {
    sql: `SELECT e.id, e.at, e.signal, e.exit_code, k.type, k.action, coalesce(c.name, v.name, n.name, i.name) AS name
      FROM events e CROSS JOIN kinds k ON k.id = e.kind LEFT JOIN containers c ON c.id = e.resource LEFT JOIN volumes v ON v.id = e.resource
      LEFT JOIN networks n ON n.id = e.resource LEFT JOIN images i ON i.id = e.resource
      WHERE e.job = ? AND (e.at, e.id) > (?, ?) AND e.at < ? ORDER BY e.at, e.id LIMIT ?`,
    tell: (row) => {
      const signal = intOrNull(row.signal);
      const exitCode = intOrNull(row.exit_code);
      const told = [
        ...(signal === null ? [] : [`signal ${signal}`]),
        ...(exitCode === null ? [] : [`exit code ${exitCode}`]),
      ].join(', ');
      return {
        kind: 'event',
        text: `${whose(row)}: ${text(row.action)}${told && ` (${told})`}`,
        ref: `event:${String(row.id)}`,
      };
    },
  },
  {
    sql: `SELECT a.id, a.at, a.verb, c.name, r.engine_id FROM containers c CROSS JOIN acts a ON a.container = c.id ${ofContainers}
      AND (a.at, a.id) > (?, ?) AND a.at < ? ORDER BY a.at, a.id LIMIT ?`,
    tell: (row) => ({
      kind: 'act',
      text: `${text(row.verb)} of container ${text(row.name)}`,
      ref: containerRef(row),
    }),
  },
  {
    sql: `SELECT d.id, d.at, d.text, d.exit_code, c.name, r.engine_id FROM containers c CROSS JOIN deaths d ON d.container = c.id
      ${ofContainers} AND (d.at, d.id) > (?, ?) AND d.at < ? ORDER BY d.at, d.id LIMIT ?`,
    tell: (row) => ({
      kind: 'death',
      text:
        text(row.text) ||
        `container ${text(row.name)} ended with ${String(row.exit_code ?? 'an unknown code')}`,
      ref: containerRef(row),
    }),
  },
  {
    sql: `SELECT DISTINCT f.id, f.first_seen_at AS at, f.title FROM finding_parties p CROSS JOIN findings f ON f.id = p.finding
      WHERE p.job = ? AND (f.first_seen_at, f.id) > (?, ?) AND f.first_seen_at < ? AND f.status <> 'withdrawn'
      ORDER BY f.first_seen_at, f.id LIMIT ?`,
    tell: (row) => ({ kind: 'finding', text: text(row.title), ref: `finding:${String(row.id)}` }),
  },
  {
    sql: `SELECT x.id, x.at, x.verb, x.targets, x.name, x.force, x.code, x.signal FROM execs x
      WHERE x.job = ? AND (x.at, x.id) > (?, ?) AND x.at < ? ORDER BY x.at, x.id LIMIT ?`,
    tell: (row) => ({ kind: 'exec', text: commandText(row), ref: `exec:${String(row.id)}` }),
  },
  {
    // Reads are many and tell little: GET /calls has them.
    sql: `SELECT x.id, x.at, x.method, x.path, x.query, x.status FROM calls x
      WHERE x.job = ? AND x.verb <> '' AND (x.at, x.id) > (?, ?) AND x.at < ? ORDER BY x.at, x.id LIMIT ?`,
    tell: (row) => ({
      kind: 'call',
      text: `${text(row.method)} ${text(row.path)}${text(row.query) && `?${text(row.query)}`}${row.status === null ? '' : `: ${String(row.status)}`}`,
      ref: `call:${String(row.id)}`,
    }),
  },
];

const isAfter = (a: Placed, [at, source, id]: readonly bigint[]): boolean =>
  a.at !== at ? a.at > at! : BigInt(a.source) !== source ? BigInt(a.source) > source! : a.id > id!;

const inOrder = (a: Placed, b: Placed): number => (isAfter(a, [b.at, BigInt(b.source), b.id]) ? 1 : -1);

export const createTimelineReader = ({ sql, jobs }: ReaderParts) => {
  /** Its beginning and end, and the gaps in between. */
  const frame = (job: Row): Placed[] => {
    const startedAt = nanos(job.started_at);
    const endedAt = nanosOrNull(job.ended_at);
    const placed = (at: Nanos, id: bigint, entry: Placed['entry']): Placed => ({ at, source: -1, id, entry });
    const gaps = gapsBetween(sql, startedAt, endedAt ?? farthest);
    return [
      placed(startedAt, -2n, { kind: 'job', text: `job ${text(job.key)} started`, ref: null }),
      ...(endedAt === null
        ? []
        : [placed(endedAt, -1n, { kind: 'job', text: `job ${text(job.key)} ended`, ref: null })]),
      ...gaps.map((gap) => {
        const since = nanosOrNull(gap.since);
        return placed(since !== null && since > startedAt ? since : startedAt, nanos(gap.id), {
          kind: 'gap',
          text: `not all was seen from here (${text(gap.reason)}): ${text(gap.missing)}`,
          ref: `gap:${String(gap.id)}`,
        });
      }),
    ];
  };

  /** Oldest first. */
  return (key: string, query: PageQuery): Page<TimelineEntry> | undefined => {
    const row = jobs.byKey(key);
    if (!row) return undefined;
    const job = jobs.resolve(row);
    const ids = jobs.idsOf(key);
    const since = query.since ?? 0n;
    const until = query.until ?? farthest;
    const after = query.cursor === undefined ? [since, -2n, 0n] : fromCursor(query.cursor, 3);
    const [afterAt, afterSource, afterId] = after as [bigint, bigint, bigint];
    const found = frame(job).filter((each) => each.at < until && isAfter(each, after));
    sources.forEach(({ sql: select, tell }, source) => {
      // At the very time where the page before ended, sources before its last one are done, those behind it not begun.
      const place = BigInt(source);
      const id = place < afterSource ? farthest : place === afterSource ? afterId : -1n;
      for (const each of ids)
        for (const told of sql(select).all(each, afterAt, id, until, query.limit + 1) as Row[])
          found.push({ at: nanos(told.at), source, id: nanos(told.id), entry: tell(told) });
    });
    found.sort(inOrder);
    const shown = found.slice(0, query.limit);
    const last = found.length > query.limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(({ at, entry }) => ({ at: toRfc3339(at), ...entry })),
      next: last ? toCursor(last.at, BigInt(last.source), last.id) : null,
    };
  };
};
