import { readFileSync, readlinkSync } from 'node:fs';

type Why =
  | 'not-linux'
  | 'not-root'
  | 'pid-namespace'
  | 'user-namespace'
  | 'net-namespace'
  | 'no-proc-events'
  | 'no-koffi'
  | 'refused';

/** The exec watch cannot work here: why, and what somebody can do about it. */
export class ExecWatchUnavailable extends Error {
  constructor(
    readonly why: Why,
    message: string,
  ) {
    super(message);
    this.name = 'ExecWatchUnavailable';
  }
}

const remedy: Readonly<Record<Why, string>> = {
  'not-linux': 'process events exist on Linux only: the daemon works with events alone here',
  'not-root': 'needs root, or the capabilities NET_ADMIN, SYS_PTRACE and DAC_READ_SEARCH',
  'pid-namespace': 'runs in a pid namespace of its own: start the container with --pid=host',
  'user-namespace': 'runs in a user namespace: start it outside of one (--userns=host)',
  'net-namespace': 'runs in a network namespace of its own: start the container with --network=host',
  'no-proc-events':
    'the kernel tells no process events: it needs CONFIG_CONNECTOR=y and CONFIG_PROC_EVENTS=y',
  'no-koffi':
    'the package koffi could not be loaded: there is no build of it for this platform, or it was not installed',
  refused: 'the kernel refused to tell process events',
};

export const unavailable = (why: Why, detail?: string): ExecWatchUnavailable =>
  new ExecWatchUnavailable(why, detail === undefined ? remedy[why] : `${remedy[why]} (${detail})`);

const bit = { dacOverride: 1n, dacReadSearch: 2n, netAdmin: 12n, sysPtrace: 19n } as const;

/** Numbers that the kernel gives to the namespaces it starts with. */
const initial = { pid: 'pid:[4026531836]', user: 'user:[4026531837]' } as const;

/** This process as far as it decides what it may see. */
interface Self {
  readonly platform: string;
  /** Text of /proc/self/status. */
  readonly status: string;
  readonly pidNamespace: string;
  readonly userNamespace: string;
}

export const readSelf = (): Self => {
  if (process.platform !== 'linux')
    return { platform: process.platform, status: '', pidNamespace: '', userNamespace: '' };
  return {
    platform: process.platform,
    status: readFileSync('/proc/self/status', 'latin1'),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    userNamespace: readlinkSync('/proc/self/ns/user'),
  };
};

/**
 * What of the needs is missing, before the kernel is asked: it would tell events to a process in another namespace as long
 * as somebody else listens, without being obliged to. Throws where nothing can be told; returns what is only impaired.
 */
export const checkSelf = ({ platform, status, pidNamespace, userNamespace }: Self): string | null => {
  if (platform !== 'linux') throw unavailable('not-linux');
  if (userNamespace !== initial.user) throw unavailable('user-namespace');
  if (pidNamespace !== initial.pid) throw unavailable('pid-namespace');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const has = (capability: bigint): boolean => ((effective >> capability) & 1n) === 1n;
  if (!has(bit.netAdmin)) throw unavailable('not-root', 'NET_ADMIN is missing');
  if (!has(bit.sysPtrace) || !(has(bit.dacReadSearch) || has(bit.dacOverride)))
    return 'SYS_PTRACE or DAC_READ_SEARCH is missing: the job of a process of the host cannot be told';
  return null;
};
