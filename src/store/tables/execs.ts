import type { Exec } from '../../domain';
import type { Db } from '../database';
import { flag, int, intOrNull, json, nanos, nanosOrNull, text, textOrNull, toJson } from '../columns';
import type { Table } from '../table';

/**
 * One command line can hold thousands of names; a list by target finds it by the first of them. All of them stay in the
 * row itself, where what the core asks is asked.
 */
export const targetsIndexed = 500;

export const execs: Table<Exec> = {
  name: 'execs',
  columns: {
    id: (exec) => exec.id,
    key: (exec) => exec.key,
    at: (exec) => exec.at,
    end_at: (exec) => exec.endAt,
    code: (exec) => exec.code,
    signal: (exec) => exec.signal,
    verb: (exec) => exec.verb,
    name: (exec) => exec.name,
    image: (exec) => exec.image,
    project: (exec) => exec.project,
    engine: (exec) => exec.engine,
    pid: (exec) => exec.pid,
    start: (exec) => exec.start,
    uid: (exec) => exec.uid,
    exe: (exec) => exec.exe,
    container_id: (exec) => exec.containerId,
    made: (exec) => exec.made,
    caller_job: (exec) => exec.job,
    job: (exec) => exec.job,
    older_than_job: (exec) => Number(exec.olderThanJob),
    truncated: (exec) => Number(exec.truncated),
    force: (exec) => Number(exec.force),
    auto_remove: (exec) => Number(exec.autoRemove),
    tags: (exec) => toJson(exec.tags),
    filters: (exec) => toJson(exec.filters),
    targets: (exec) => toJson(exec.targets),
  },
  read: (row) => ({
    id: int(row.id),
    key: text(row.key),
    at: nanos(row.at),
    endAt: nanosOrNull(row.end_at),
    code: intOrNull(row.code),
    signal: intOrNull(row.signal),
    verb: text(row.verb),
    name: textOrNull(row.name),
    image: textOrNull(row.image),
    project: textOrNull(row.project),
    engine: text(row.engine),
    pid: int(row.pid),
    start: int(row.start),
    uid: int(row.uid),
    exe: text(row.exe),
    containerId: textOrNull(row.container_id),
    made: intOrNull(row.made),
    job: intOrNull(row.caller_job),
    olderThanJob: flag(row.older_than_job),
    truncated: flag(row.truncated),
    force: flag(row.force),
    autoRemove: flag(row.auto_remove),
    tags: json(row.tags),
    filters: json(row.filters),
    targets: json(row.targets),
    call: null,
  }),
};

/** Inserts a command, or notes its end, its job and what it made: nothing else of it ever changes. */
export const createExecUpsert = (db: Db) => {
  const names = Object.keys(execs.columns);
  const values = Object.values(execs.columns);
  // The job that the owner of its container gave it (see createResourceUpsert) outlives the core's not knowing one.
  const change = db.prepare(
    `UPDATE execs SET end_at = @endAt, code = @code, signal = @signal, made = @made, caller_job = @job, job = coalesce(@job, job)
     WHERE id = @id`,
  );
  // A witness that lost its connection says again what it is not sure to have said: the row is there, with its first id.
  const insert = db.prepare(
    `INSERT INTO execs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT (key) DO NOTHING`,
  );
  const addTarget = db.prepare(
    'INSERT INTO exec_targets (target, at, exec) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return (exec: Exec): void => {
    const { id, at, endAt, code, signal, made, job } = exec;
    if (change.run({ id, endAt, code, signal, made, job }).changes > 0) return;
    if (insert.run(values.map((column) => column(exec))).changes === 0) return;
    for (const target of exec.targets.slice(0, targetsIndexed)) addTarget.run(target, at, id);
  };
};
