import { posix } from 'node:path';

/** Without doubled or trailing slashes, as uses of mounts name it. */
export const cleanPath = (path: string): string => {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
};

/** The same directory, or one below it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);

/** `/var/run` is `/run` on every host of this decade. */
const realPath = (path: string): string => cleanPath(path).replace(/^\/var\/run\//, '/run/');

export const isSameSocket = (one: string, other: string): boolean => realPath(one) === realPath(other);

/** A socket holds nothing: who shares one shares a service, the engine's or the audit socket above all. */
const isSocket = (path: string): boolean => path.endsWith('.sock');

/** What containers read or run from any host (a docker client, say), and the engine's and the kernel's own. `/tmp` is not among them. */
const harmless = [
  '/bin',
  '/dev',
  '/etc/ca-certificates',
  '/etc/group',
  '/etc/hosts',
  '/etc/localtime',
  '/etc/machine-id',
  '/etc/nsswitch.conf',
  '/etc/os-release',
  '/etc/passwd',
  '/etc/pki',
  '/etc/resolv.conf',
  '/etc/ssl',
  '/etc/timezone',
  '/lib',
  '/lib64',
  '/proc',
  '/run/udev',
  '/sbin',
  '/sys',
  '/usr/bin',
  '/usr/lib',
  '/usr/libexec',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/share/ca-certificates',
  '/usr/share/zoneinfo',
  '/var/run/udev',
];

/** A host path whose sharing says nothing about two jobs. `/` holds everything: sharing it is no choice of a job. */
export const isHarmlessPath = (path: string): boolean =>
  path === '/' || isSocket(path) || harmless.some((directory) => isWithin(path, directory));
