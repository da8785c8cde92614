import type { Call, CallBegin, CallEnd, Command } from '../domain';
import { begin, callerFields, reconsider } from './apply-exec';
import type { Context } from './context';
import { forgetExec, noteExec } from './execs';

/** A call that changes nothing, or that is not understood: only that it was made is kept. */
const nothingAsked: Command = {
  verb: '',
  targets: [],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: false,
  autoRemove: false,
};

/** Nobody known: no job, no container, and not the host either (`callerKnown` says so). */
const unknownCaller = { start: 0, exe: '', containerId: null, job: null, olderThanJob: false };

export const beginCall = (context: Context, begun: CallBegin): void => {
  const { world } = context;
  const { key, at, command, caller, pid, uid, method, path, query, userAgent, refs, changed } = begun;
  if (world.execs.has(key)) return;
  const call: Call = {
    ...(command ?? nothingAsked),
    id: ++world.lastIds.call,
    key,
    at,
    endAt: null,
    code: null,
    signal: null,
    engine: 'this',
    ...(caller ? callerFields(context, caller, at) : { ...unknownCaller, pid, uid }),
    made: null,
    call: {
      method,
      path,
      query,
      userAgent,
      refs,
      changed,
      callerKnown: caller !== null,
      status: null,
      created: [],
      message: null,
      bytesIn: 0,
      bytesOut: 0,
      aborted: null,
    },
  };
  begin(context, call);
};

/** 304: it was so already, and the engine did nothing. */
const codeOf = (status: number | null): number | null =>
  status === null ? null : status < 300 || status === 101 ? 0 : 1;

export const endCall = (context: Context, { key, at, ...answer }: CallEnd): void => {
  const { world } = context;
  const exec = world.execs.get(key);
  if (!exec || exec.call === null || exec.endAt !== null) return;
  exec.endAt = at;
  exec.code = codeOf(answer.status);
  Object.assign(exec.call, answer);
  for (const id of answer.created) world.callsByCreated.add(id, exec);
  noteExec(world, exec);
  if (exec.verb === '') forgetExec(world, exec);
  else reconsider(context, exec);
};
