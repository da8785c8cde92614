import { type CoverageView, type GapView, type Lookup, type Nanos, toRfc3339 } from '../../domain';
import { int, json, nanosOrNull, type Row, text } from '../columns';
import { gapsBetween } from './gaps';
import { wasGiven } from './given';
import type { ReaderParts } from './parts';
import type { SightReader } from './sight';
import { gapView } from './views';

const jobsShown = 100;
const never = 9_223_372_036_854_775_807n;

export const createCoverageReader = ({ sql, host }: ReaderParts, sight: SightReader) => {
  /** Keys of jobs that lived in a stretch of time, at most 100. */
  const jobsBetween = (from: Nanos | null, to: Nanos | null): string[] => {
    const until = to ?? never;
    const running = sql(
      "SELECT key FROM jobs WHERE state = 'running' AND started_at <= ? AND alias_of IS NULL ORDER BY started_at LIMIT ?",
    ).all(until, jobsShown) as Row[];
    const ended = sql(
      'SELECT key FROM jobs WHERE ended_at >= ? AND started_at <= ? AND alias_of IS NULL ORDER BY ended_at LIMIT ?',
    ).all(from ?? 0n, until, jobsShown) as Row[];
    return [...new Set([...ended, ...running].map((row) => text(row.key)))].slice(0, jobsShown);
  };

  const view = (row: Row): GapView =>
    gapView(row, jobsBetween(nanosOrNull(row.since), nanosOrNull(row.until)));

  const between = (since: Nanos, until: Nanos): GapView[] => gapsBetween(sql, since, until).map(view);

  return {
    between,
    gap(id: number): Lookup<GapView> {
      const row = sql('SELECT * FROM gaps WHERE id = ?').get(id) as Row | undefined;
      if (row) return { found: view(row) };
      return wasGiven(sql, 'gap', id) ? { gone: true } : undefined;
    },
    coverage(since?: Nanos, until?: Nanos): CoverageView {
      const cursor = sql('SELECT * FROM cursor WHERE one = 1').get() as Row | undefined;
      const engine = sql("SELECT value FROM meta WHERE key = 'engine'").get() as Row | undefined;
      const newest = sql("SELECT * FROM gaps WHERE source = 'events' ORDER BY id DESC LIMIT 1").get() as
        Row | undefined;
      const began = cursor ? nanosOrNull(cursor.since) : null;
      // What is still missing after the newest gap's beginning, as long as nothing says that it ended.
      const blind = newest !== undefined && newest.until === null;
      const on = newest && !blind ? nanosOrNull(newest.until) : began;
      const at = blind ? nanosOrNull(newest.since) : on;
      const { mode, blindTo, execs, calls } = sight.now();
      const { version, apiVersion } = engine
        ? json<{ version: string; apiVersion: string }>(engine.value)
        : { version: '', apiVersion: '' };
      return {
        mode,
        since: began === null ? null : toRfc3339(began),
        host,
        engine: engine ? { version, apiVersion } : null,
        sources: {
          events: {
            state: blind ? 'degraded' : 'on',
            since: at === null ? null : toRfc3339(at),
            reason: blind ? `${text(newest.reason)}: ${text(newest.missing)}` : null,
            // Messages that arrived but could not be read; how many a gap swallowed nobody knows.
            lost: cursor ? int(cursor.malformed) : 0,
          },
          execs,
          calls,
        },
        blindTo,
        gaps: between(since ?? 0n, until ?? never),
      };
    },
  };
};

export type CoverageReader = ReturnType<typeof createCoverageReader>;
