import type { Act, Death } from '../../domain';
import { flag, int, intOrNull, json, nanos, nanosOrNull, text, toJson } from '../columns';
import type { Table } from '../table';

export const acts: Table<Act> = {
  name: 'acts',
  columns: {
    id: (act) => act.id,
    container: (act) => act.container,
    verb: (act) => act.verb,
    at: (act) => act.at,
    last_at: (act) => act.lastAt,
    signals: (act) => toJson(act.signals),
    detached_before: (act) => Number(act.detachedBefore),
    died_at: (act) => act.diedAt,
    events: (act) => toJson(act.events),
    due_at: (act) => act.dueAt,
  },
  read: (row) => ({
    id: int(row.id),
    container: int(row.container),
    verb: text(row.verb),
    at: nanos(row.at),
    lastAt: nanos(row.last_at),
    signals: json(row.signals),
    detachedBefore: flag(row.detached_before),
    diedAt: nanosOrNull(row.died_at),
    events: json(row.events),
    dueAt: nanosOrNull(row.due_at),
  }),
};

export const deaths: Table<Death> = {
  name: 'deaths',
  columns: {
    id: (death) => death.id,
    container: (death) => death.container,
    at: (death) => death.at,
    exit_code: (death) => death.exitCode,
    signal: (death) => death.signal,
    oom_killed: (death) => Number(death.oomKilled),
    cause: (death) => death.cause,
    confidence: (death) => death.confidence,
    act: (death) => death.act,
    finding: (death) => death.finding,
    text: (death) => death.text,
  },
  read: (row) => ({
    id: int(row.id),
    container: int(row.container),
    at: nanos(row.at),
    exitCode: intOrNull(row.exit_code),
    signal: intOrNull(row.signal),
    oomKilled: flag(row.oom_killed),
    cause: text(row.cause),
    confidence: text(row.confidence),
    act: intOrNull(row.act),
    finding: intOrNull(row.finding),
    text: text(row.text),
  }),
};
