import type { CoverageView, Mode, Nanos, SourceState, SourceView } from '../../domain';
import { toRfc3339 } from '../../domain';
import { nanosOrNull, type Row, text } from '../columns';
import type { Statements } from '../database';
import { newestSource, readSource } from '../tables/sources';
import { gapsBetween } from './gaps';

/** What each mode cannot tell however well it works, in the words of a report. */
const blindTo: Readonly<Record<Exclude<Mode, 'audit-socket'>, readonly string[]>> = {
  'events-only': [
    'who made an engine API call: the actor of a kill, stop or removal is inferred or stays open',
    'calls that the engine refused, such as a name or port that was already taken',
    'reads: logs, inspect, list, downloads from a container',
    'what a process does inside a container, and signals from the host that did not pass the engine',
  ],
  'exec-watch': [
    'who is behind a call without a docker command: SDKs (Testcontainers, dockerode, docker-py), curl, a client under another name',
    'calls that the engine refused: no more than that a command failed',
    'reads: logs, inspect, list, downloads from a container',
    'commands of processes that vanished before they could be read: such losses are counted',
    'what a process does inside a container besides starting a docker or kill command',
  ],
};

const notWatched = 'not watched: only the events of the engine are seen';
const unseen: SourceView = { state: 'off', since: null, reason: notWatched, lost: 0 };

type Sight = Pick<CoverageView, 'mode' | 'blindTo'>;
const sightOf = (watched: boolean): Sight => {
  const mode = watched ? 'exec-watch' : 'events-only';
  return { mode, blindTo: blindTo[mode] };
};

/** What is seen besides the engine's events: now, and in a stretch of the past. */
export const createSightReader = (sql: Statements) => {
  const newest = (source: SourceState['source']): SourceState | undefined => {
    const row = sql(newestSource).get(source) as Row | undefined;
    return row && readSource(row);
  };
  const view = (source: SourceState['source']): SourceView => {
    const known = newest(source);
    return known
      ? { state: known.state, since: toRfc3339(known.since), reason: known.reason, lost: known.lost }
      : unseen;
  };

  /** Stretches of [from, to] in which commands were not watched, and whether there are others. */
  const stretches = (from: Nanos, to: Nanos): { blind: { from: Nanos; to: Nanos }[]; seen: boolean } => {
    const before = sql(
      "SELECT * FROM sources WHERE source = 'execs' AND since <= ? ORDER BY since DESC LIMIT 1",
    ).get(from) as Row | undefined;
    const later = sql(
      "SELECT * FROM sources WHERE source = 'execs' AND since > ? AND since <= ? ORDER BY since",
    ).all(from, to) as Row[];
    const states = [
      { state: before ? text(before.state) : 'off', since: from },
      ...later.map(readSource).map(({ state, since }) => ({ state, since })),
    ].map((each, index, all) => ({ ...each, until: all[index + 1]?.since ?? to }));
    return {
      blind: states
        .filter(({ state }) => state === 'off')
        .map(({ since, until }) => ({ from: since, to: until })),
      seen: states.some(({ state }) => state !== 'off'),
    };
  };

  return {
    now: (): Sight & { execs: SourceView; calls: SourceView } => {
      const execs = view('execs');
      return { ...sightOf(execs.state !== 'off'), execs, calls: view('calls') };
    },
    /**
     * What could be seen from then to then. Commands count as watched when a recorded gap owns up to every moment in which
     * they were not: before the watch was there for the first time nobody recorded one, and it is no more than events only.
     */
    during(from: Nanos, to: Nanos): Sight {
      const { blind, seen } = stretches(from, to);
      if (!seen || blind.length === 0) return sightOf(seen);
      const gaps = gapsBetween(sql, from, to).filter((gap) => text(gap.source) === 'execs');
      return sightOf(
        blind.every((stretch) =>
          gaps.some(
            (gap) =>
              (nanosOrNull(gap.since) ?? 0n) <= stretch.to && (nanosOrNull(gap.until) ?? to) >= stretch.from,
          ),
        ),
      );
    },
  };
};

export type SightReader = ReturnType<typeof createSightReader>;
