import type { CallBegin, CallEnd, Caller, Command } from '../../src/domain';

/** A call that passes the audit socket; what is left out is as a plain call of the host's root has it. */
export interface Called extends Partial<Omit<CallBegin, 'caller' | 'at' | 'key' | 'command'>> {
  /** What it asks for, as a command says it; null for what changes nothing. */
  readonly asks: (Partial<Command> & { readonly verb: string }) | null;
  /** Name of the container in which its process is. */
  readonly inside?: string | undefined;
  /** Variables of a host job. */
  readonly env?: Readonly<Record<string, string>>;
  readonly exe?: string;
  readonly olderThanJob?: boolean;
  /** Its process was gone before it could be read. */
  readonly gone?: boolean;
  /** Of the answer; null: none came before the story ends. */
  readonly status?: number | null;
  /** Names of containers and the like that the answer says were made; looked up when it comes. */
  readonly created?: readonly string[];
  readonly message?: string | null;
  readonly aborted?: CallEnd['aborted'];
}

const nothing: Command = {
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

const callerOf = (
  { env = {}, exe = '/usr/bin/docker', olderThanJob = false }: Called,
  pid: number,
  containerId: string | null,
): Caller => ({
  pid,
  start: 40,
  uid: 0,
  exe,
  containerId,
  env,
  root: Object.keys(env).length > 0 ? { pid: 3000, start: 30 } : null,
  olderThanJob,
});

export const callBegun = (
  called: Called,
  { key, at, pid, containerId }: { key: string; at: bigint; pid: number; containerId: string | null },
): CallBegin => {
  const {
    asks,
    method = 'POST',
    path = '/containers/web/kill',
    query = '',
    refs = [],
    changed = [],
  } = called;
  return {
    key,
    at,
    method,
    path,
    query,
    userAgent: 'Docker-Client/28.2.2 (linux)',
    refs,
    command: asks && { ...nothing, ...asks },
    pid,
    uid: 0,
    caller: called.gone ? null : callerOf(called, pid, containerId),
    changed,
  };
};

export const callEnded = (
  { status = 204, message = null, aborted = null }: Called,
  { key, at, created }: { key: string; at: bigint; created: readonly string[] },
): CallEnd => ({ key, at, status, created, message, bytesIn: 120, bytesOut: 90, aborted });
