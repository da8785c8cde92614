import type { CoverageView, Mode, Nanos, SourceState, SourceView } from '../../domain';
import { toRfc3339 } from '../../domain';
import { nanosOrNull, type Row, text } from '../columns';
import type { Statements } from '../database';
import { newestSource, readSource } from '../tables/sources';
import { gapsBetween } from './gaps';

/** What each mode cannot tell however well it works, in the words of a report. */
const blindTo: Readonly<Record<Mode, readonly string[]>> = {
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
  'audit-socket': [
    "calls that go past the audit socket, through the engine's own: only their docker commands are seen, where commands are watched",
    'callers that end before their call can be looked at: such calls are kept, without a caller',
    'what a build asks of BuildKit: which job builds is seen, which tags it makes is not',
    'what a process does inside a container',
  ],
};

const notWatched = 'not watched: only the events of the engine are seen';
const unseen: SourceView = { state: 'off', since: null, reason: notWatched, lost: 0 };

type Sight = Pick<CoverageView, 'mode' | 'blindTo'>;
const sightOf = (watched: { readonly execs: boolean; readonly calls: boolean }): Sight => {
  const mode = watched.calls ? 'audit-socket' : watched.execs ? 'exec-watch' : 'events-only';
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

  /** Stretches of [from, to] in which a source was off, and whether there are others. */
  const stretches = (
    source: SourceState['source'],
    from: Nanos,
    to: Nanos,
  ): { blind: { from: Nanos; to: Nanos }[]; seen: boolean } => {
    const before = sql(
      'SELECT * FROM sources WHERE source = ? AND since <= ? ORDER BY since DESC LIMIT 1',
    ).get(source, from) as Row | undefined;
    const later = sql(
      'SELECT * FROM sources WHERE source = ? AND since > ? AND since <= ? ORDER BY since',
    ).all(source, from, to) as Row[];
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

  /** It counts as watched when a recorded gap owns up to every moment in which it was not. */
  const watched = (source: SourceState['source'], from: Nanos, to: Nanos): boolean => {
    const { blind, seen } = stretches(source, from, to);
    if (!seen || blind.length === 0) return seen;
    const gaps = gapsBetween(sql, from, to).filter((gap) => text(gap.source) === source);
    return blind.every((stretch) =>
      gaps.some(
        (gap) =>
          (nanosOrNull(gap.since) ?? 0n) <= stretch.to && (nanosOrNull(gap.until) ?? to) >= stretch.from,
      ),
    );
  };

  return {
    now: (): Sight & { execs: SourceView; calls: SourceView } => {
      const [execs, calls] = [view('execs'), view('calls')];
      return { ...sightOf({ execs: execs.state !== 'off', calls: calls.state !== 'off' }), execs, calls };
    },
    /**
     * What could be seen from then to then. Before a source was there for the first time nobody recorded a gap: a job that
     * ran then was seen without it.
     */
    during: (from: Nanos, to: Nanos): Sight =>
      sightOf({ execs: watched('execs', from, to), calls: watched('calls', from, to) }),
  };
};

export type SightReader = ReturnType<typeof createSightReader>;
