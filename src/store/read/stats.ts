import { DAY, type Nanos, type StatRow, type StatsBy, type StatsView, toRfc3339 } from '../../domain';
import { intOrNull, int, nanos, nanosOrNull, type Row, text, textOrNull } from '../columns';
import type { ReaderParts } from './parts';

const rowsShown = 100;
const longestDays = 400;

interface Tally {
  readonly findings: Set<number>;
  asVictim: number;
  asActor: number;
  /** Nanoseconds from start to the latest hurt, per victim job: a job that was hurt twice lost its time once. */
  readonly lost: Map<number, Nanos>;
}

/** Withdrawn findings were mistakes and suppressed ones are meant to be: neither is counted. */
const select = `SELECT f.id, f.kind, f.severity, f.resource_name, f.first_seen_at, p.role, p.job, p.system, j.started_at, j.project
  FROM findings f CROSS JOIN finding_parties p ON p.finding = f.id LEFT JOIN jobs j ON j.id = p.job
  WHERE f.last_seen_at >= ? AND f.status NOT IN ('withdrawn', 'suppressed')`;

export const createStatsReader = ({ sql, jobs }: ReaderParts) => {
  const keys = () => {
    const known = new Map<number, string | null>();
    return (id: number | null): string | null => {
      if (id === null) return null;
      if (!known.has(id)) known.set(id, jobs.keyOf(id));
      return known.get(id)!;
    };
  };

  const nameBy = (by: StatsBy, row: Row, keyOf: (id: number | null) => string | null): string | null => {
    if (by === 'kind') return text(row.kind);
    if (by === 'name') return text(row.resource_name);
    if (by === 'project') return textOrNull(row.project);
    if (by === 'job') return keyOf(intOrNull(row.job));
    return row.role === by ? (keyOf(intOrNull(row.job)) ?? textOrNull(row.system)) : null;
  };

  return (by: StatsBy, since: Nanos): StatsView => {
    const keyOf = keys();
    const tallies = new Map<string, Tally>();
    const days = new Map<bigint, Set<number>>();
    for (const row of sql(select).iterate(since) as Iterable<Row>) {
      const id = int(row.id);
      const hurtAt = nanos(row.first_seen_at);
      if (hurtAt >= since) days.set(hurtAt / DAY, (days.get(hurtAt / DAY) ?? new Set()).add(id));
      const name = nameBy(by, row, keyOf);
      if (name === null) continue;
      const tally = tallies.get(name) ?? { findings: new Set(), asVictim: 0, asActor: 0, lost: new Map() };
      tallies.set(name, tally);
      tally.findings.add(id);
      if (row.role === 'actor') tally.asActor += 1;
      else tally.asVictim += 1;
      const job = intOrNull(row.job);
      const startedAt = nanosOrNull(row.started_at);
      // A hazard cost nobody anything yet.
      if (row.role !== 'victim' || job === null || startedAt === null || row.severity === 'info') continue;
      const lost = hurtAt - startedAt;
      if (lost > (tally.lost.get(job) ?? 0n)) tally.lost.set(job, lost);
    }
    return { by, since: toRfc3339(since), items: top(tallies), overTime: perDay(days) };
  };
};

const top = (tallies: ReadonlyMap<string, Tally>): StatRow[] =>
  [...tallies]
    .map(([name, { findings, asVictim, asActor, lost }]) => ({
      name,
      findings: findings.size,
      asVictim,
      asActor,
      minutesLost: Number([...lost.values()].reduce((sum, each) => sum + each, 0n) / 600_000_000n) / 100,
    }))
    .sort((a, b) => b.findings - a.findings || (a.name < b.name ? -1 : 1))
    .slice(0, rowsShown);

/** Days in UTC from the first that had a finding to the last, those without one too. */
const perDay = (days: ReadonlyMap<bigint, ReadonlySet<number>>): StatsView['overTime'] => {
  const numbers = [...days.keys()].sort((a, b) => Number(a - b));
  const last = numbers.at(-1);
  if (last === undefined) return [];
  const first = last - numbers[0]! < BigInt(longestDays) ? numbers[0]! : last - BigInt(longestDays) + 1n;
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => {
    const day = first + BigInt(index);
    return { day: toRfc3339(day * DAY).slice(0, 10), findings: days.get(day)?.size ?? 0 };
  });
};
