import type { Call } from '../../domain';
import { flag, int, intOrNull, json, text, textOrNull, toJson } from '../columns';
import type { Db } from '../database';
import type { Table } from '../table';
import { execs } from './execs';

/** A call has the columns of a command, and what it is besides. */
export const calls: Table<Call> = {
  name: 'calls',
  columns: {
    ...execs.columns,
    method: ({ call }) => call.method,
    path: ({ call }) => call.path,
    query: ({ call }) => call.query,
    user_agent: ({ call }) => call.userAgent,
    refs: ({ call }) => toJson(call.refs),
    changed: ({ call }) => toJson(call.changed),
    caller_known: ({ call }) => Number(call.callerKnown),
    status: ({ call }) => call.status,
    created: ({ call }) => toJson(call.created),
    message: ({ call }) => call.message,
    bytes_in: ({ call }) => call.bytesIn,
    bytes_out: ({ call }) => call.bytesOut,
    aborted: ({ call }) => call.aborted,
  },
  read: (row) => ({
    ...execs.read(row),
    call: {
      method: text(row.method),
      path: text(row.path),
      query: text(row.query),
      userAgent: textOrNull(row.user_agent),
      refs: json(row.refs),
      changed: json(row.changed),
      callerKnown: flag(row.caller_known),
      status: intOrNull(row.status),
      created: json(row.created),
      message: textOrNull(row.message),
      bytesIn: int(row.bytes_in),
      bytesOut: int(row.bytes_out),
      aborted: row.aborted === null ? null : text<'client' | 'engine'>(row.aborted),
    },
  }),
};

/** Inserts a call, or notes its answer, its job and what it made: nothing else of it ever changes. */
export const createCallUpsert = (db: Db) => {
  const names = Object.keys(calls.columns);
  const values = Object.values(calls.columns);
  // As for commands: the job that the owner of its container gave it outlives the core's not knowing one.
  const change = db.prepare(
    `UPDATE calls SET end_at = @endAt, code = @code, made = @made, caller_job = @job, job = coalesce(@job, job),
       status = @status, created = @created, message = @message, bytes_in = @bytesIn, bytes_out = @bytesOut, aborted = @aborted
     WHERE id = @id`,
  );
  const insert = db.prepare(
    `INSERT INTO calls (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT (key) DO NOTHING`,
  );
  return (row: Call): void => {
    const { id, endAt, code, made, job, call } = row;
    const { status, message, bytesIn, bytesOut, aborted } = call;
    const answer = { status, created: toJson(call.created), message, bytesIn, bytesOut, aborted };
    // A call is mostly told of and answered in one batch: then there is no row yet.
    if (change.run({ id, endAt, code, made, job, ...answer }).changes > 0) return;
    insert.run(values.map((column) => column(row)));
  };
};
