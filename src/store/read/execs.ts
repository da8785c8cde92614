import type { ExecQuery, ExecView, Lookup, Page } from '../../domain';
import { flag, int, intOrNull, json, type Row, text, textOrNull } from '../columns';
import { wasGiven } from './given';
import { is, type List, readPage } from './page';
import type { ReaderParts } from './parts';
import { time, timeOrNull } from './views';

const withContainer = `LEFT JOIN containers c
    ON c.id = (SELECT max(r.id) FROM resources r WHERE r.type = 'container' AND r.engine_id = x.container_id)`;
const select = `SELECT x.*, c.name AS container_name FROM execs x ${withContainer}`;
const all = { select, at: 'x.at', id: 'x.id' };
/** In the order of the index of targets, which has the commands' times. */
const ofTarget = {
  select: `SELECT x.*, c.name AS container_name FROM exec_targets t CROSS JOIN execs x ON x.id = t.exec ${withContainer}`,
  at: 't.at',
  id: 't.exec',
};

export const createExecReader = ({ sql, jobs }: ReaderParts) => {
  const view = (row: Row): ExecView => {
    const container = textOrNull(row.container_id);
    return {
      id: int(row.id),
      at: time(row.at),
      endedAt: timeOrNull(row.end_at),
      code: intOrNull(row.code),
      signal: intOrNull(row.signal),
      verb: text(row.verb),
      targets: json(row.targets),
      truncated: flag(row.truncated),
      name: textOrNull(row.name),
      image: textOrNull(row.image),
      tags: json(row.tags),
      project: textOrNull(row.project),
      filters: json(row.filters),
      force: flag(row.force),
      engine: text(row.engine),
      process: { pid: int(row.pid), uid: int(row.uid), exe: text(row.exe) },
      container: container === null ? null : { id: container, name: textOrNull(row.container_name) },
      job: jobs.keyOf(intOrNull(row.job)),
    };
  };

  const listOf = ({ job, verb, target }: ExecQuery): List => {
    const filters = [...is('t.target', target), ...is('x.verb', verb)];
    const walks =
      job === undefined ? [filters] : jobs.idsOf(job).map((id) => [...filters, ...is('x.job', id)]);
    return { ...(target === undefined ? all : ofTarget), walks };
  };

  return {
    /** Newest first. */
    execs: (query: ExecQuery): Page<ExecView> => readPage(sql, listOf(query), query, view),
    exec(id: number): Lookup<ExecView> {
      const row = sql(`${select} WHERE x.id = ?`).get(id) as Row | undefined;
      if (row) return { found: view(row) };
      return wasGiven(sql, 'exec', id) ? { gone: true } : undefined;
    },
  };
};
