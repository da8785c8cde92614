import { statSync } from 'node:fs';
import { askSocket } from '../audit-socket';
import { type Check, broken, ok, warning } from './check';

const start =
  'start the witness (`crosstalk witness`, or the daemon, which starts one), and see what it logs';

/** `0660, owner 0, group 999`: who may use it. */
const rightsOf = (path: string): string | undefined => {
  try {
    const { mode, uid, gid } = statSync(path);
    return `mode ${(mode & 0o777).toString(8).padStart(4, '0')}, owner ${uid}, group ${gid}`;
  } catch {
    return undefined;
  }
};

const callerIn = (body: string): string => {
  try {
    const { job } = JSON.parse(body) as { job?: unknown };
    return typeof job === 'string' ? `this process is of ${job}` : 'this process is of no job';
  } catch {
    return 'who this process is it does not say';
  }
};

/** Whether the audit socket is there, passes calls on, and tells who calls. */
export const checkAudit = async (socket: string | undefined): Promise<readonly Check[]> => {
  if (socket === undefined)
    return [ok('audit', 'no audit socket (audit.socket): calls of libraries are seen without their callers')];
  const rights = rightsOf(socket);
  if (rights === undefined) return [broken('audit', `there is no ${socket}`, start)];
  const who = await askSocket(socket, '/_crosstalk/whoami');
  if (!who) return [broken('audit', `nothing answers at ${socket} (${rights})`, start)];
  if (!who.own)
    return [
      broken(
        'audit',
        `an engine answers at ${socket}, not the audit socket`,
        'give the engine another path, or audit.socket (docs/runners/README.md)',
      ),
    ];
  const engine = await askSocket(socket, '/_ping');
  return [
    who.status === 200
      ? ok('audit', `${socket} (${rights}) tells callers; ${callerIn(who.body)}`)
      : warning(
          'audit',
          `${socket} passes calls on, but its witness has no daemon`,
          'start the daemon with the same data.dir: until then calls wait in the witness',
        ),
    ...(engine?.status === 200
      ? []
      : [broken('audit', `${socket} does not reach the engine`, 'see whether engine.host is right')]),
  ];
};
