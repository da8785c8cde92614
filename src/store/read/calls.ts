import type { CallQuery, CallView, Lookup, Page } from '../../domain';
import { flag, int, intOrNull, json, type Row, text, textOrNull } from '../columns';
import { wasGiven } from './given';
import { type Filter, is, type List, readPage } from './page';
import type { ReaderParts } from './parts';
import { time, timeOrNull } from './views';

const select = `SELECT x.*, c.name AS container_name FROM calls x LEFT JOIN containers c
    ON c.id = (SELECT max(r.id) FROM resources r WHERE r.type = 'container' AND r.engine_id = x.container_id)`;

export const createCallReader = ({ sql, jobs }: ReaderParts) => {
  const view = (row: Row): CallView => {
    const container = textOrNull(row.container_id);
    return {
      id: int(row.id),
      at: time(row.at),
      endedAt: timeOrNull(row.end_at),
      method: text(row.method),
      path: text(row.path),
      query: text(row.query),
      status: intOrNull(row.status),
      message: textOrNull(row.message),
      created: json(row.created),
      refs: json(row.refs),
      verb: text(row.verb) || null,
      changed: json(row.changed),
      userAgent: textOrNull(row.user_agent),
      bytesIn: int(row.bytes_in),
      bytesOut: int(row.bytes_out),
      aborted: textOrNull(row.aborted),
      process: { pid: int(row.pid), uid: int(row.uid), exe: text(row.exe) },
      callerKnown: flag(row.caller_known),
      container: container === null ? null : { id: container, name: textOrNull(row.container_name) },
      job: jobs.keyOf(intOrNull(row.job)),
    };
  };

  /** An empty verb stands for none, which no question means. */
  const hasVerb = (verb: string | undefined): Filter[] =>
    verb === undefined ? [] : [{ sql: "x.verb = ? AND x.verb <> ''", bound: [verb] }];

  const listOf = ({ job, container, path, status, verb }: CallQuery): List => {
    const filters = [
      ...is('x.container_id', container),
      ...is('x.path', path),
      ...is('x.status', status),
      ...hasVerb(verb),
    ];
    const walks =
      job === undefined ? [filters] : jobs.idsOf(job).map((id) => [...filters, ...is('x.job', id)]);
    return { select, at: 'x.at', id: 'x.id', walks };
  };

  return {
    /** Newest first. */
    calls: (query: CallQuery): Page<CallView> => readPage(sql, listOf(query), query, view),
    call(id: number): Lookup<CallView> {
      const row = sql(`${select} WHERE x.id = ?`).get(id) as Row | undefined;
      if (row) return { found: view(row) };
      return wasGiven(sql, 'call', id) ? { gone: true } : undefined;
    },
  };
};
