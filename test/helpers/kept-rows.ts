import { type Changes, eventIdentity, type Finding, type Memory } from '../../src/domain';
import { emptyMemory } from './memory';

const tables = [
  'jobs',
  'containers',
  'volumes',
  'networks',
  'images',
  'nameUses',
  'mountUses',
  'acts',
  'deaths',
] as const;

const highest = (ids: Iterable<number>): number => Math.max(0, ...ids);

/** What a store would hold: copies of rows, replaced whole. Nothing is ever forgotten. */
export const createKeptRows = () => {
  let memory: Memory = emptyMemory();
  const rows = new Map<string, Map<number, { id: number }>>(tables.map((table) => [table, new Map()]));
  const findings = new Map<number, Finding>();
  let events = 0;
  let gaps = [...memory.gaps];
  const recent: string[] = [];

  const idsOf = (...names: readonly string[]): number =>
    highest(names.flatMap((name) => [...rows.get(name)!.keys()]));

  return {
    save(changes: Changes): void {
      for (const table of tables)
        for (const row of changes[table]) rows.get(table)!.set(row.id, structuredClone(row));
      for (const finding of changes.findings) findings.set(finding.id, structuredClone(finding));
      for (const { id, event } of changes.events) {
        events = id;
        recent.push(eventIdentity(event));
      }
      gaps = [...gaps, ...changes.gaps];
      memory = {
        ...memory,
        clock: changes.clock,
        lastEventTime: changes.lastEventTime,
        engine: changes.engine,
      };
    },
    load(): Memory {
      const copies = Object.fromEntries(
        tables.map((table) => [table, [...rows.get(table)!.values()].map((row) => structuredClone(row))]),
      );
      return {
        ...memory,
        ...(copies as unknown as Pick<Memory, (typeof tables)[number]>),
        gaps: structuredClone(gaps),
        recentEvents: recent.slice(-5000),
        findings: [...findings.values()]
          .filter(({ status }) => status !== 'resolved' && status !== 'withdrawn')
          .map((finding) => structuredClone(finding)),
        lastIds: {
          event: events,
          resource: idsOf('containers', 'volumes', 'networks', 'images'),
          job: idsOf('jobs'),
          nameUse: idsOf('nameUses'),
          mountUse: idsOf('mountUses'),
          act: idsOf('acts'),
          death: idsOf('deaths'),
          finding: highest(findings.keys()),
          gap: highest(gaps.map(({ id }) => id)),
        },
      };
    },
    findings: (): Finding[] => [...findings.values()],
    jobKey: (id: number): string | undefined =>
      (rows.get('jobs')!.get(id) as { key?: string } | undefined)?.key,
  };
};
