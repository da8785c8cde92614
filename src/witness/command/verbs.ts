import type { Command } from '../../domain';
import { flags, type Flags, type Scanned } from './flags';

/** What a verb says, before its texts are checked. */
type Said = Partial<
  Pick<Command, 'targets' | 'image' | 'tags' | 'name' | 'filters' | 'force' | 'autoRemove'>
> & {
  readonly verb?: string;
};

export interface Verb {
  readonly flags: Flags;
  said(scanned: Scanned): Said;
}

// Flags that take a value, of Docker 17 to 29 and, where the command is the same, of Podman.
const limits =
  'blkio-weight blkio-weight-device cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime c cpu-shares ' +
  'cpus cpuset-cpus cpuset-mems device-read-bps device-read-iops device-write-bps device-write-iops io-maxbandwidth ' +
  'io-maxiops kernel-memory m memory memory-reservation memory-swap memory-swappiness pids-limit restart';
const runFlags =
  `${limits} a attach add-host annotation cap-add cap-drop cgroup-parent cgroupns cidfile detach-keys device ` +
  'device-cgroup-rule dns dns-opt dns-option dns-search domainname e env entrypoint env-file expose gpus group-add ' +
  'health-cmd health-interval health-retries health-start-interval health-start-period health-timeout h hostname ip ip6 ipc ' +
  'isolation l label label-file link link-local-ip log-driver log-opt mac-address mount name net net-alias network ' +
  'network-alias oom-score-adj p publish pid platform pull runtime security-opt shm-size stop-signal stop-timeout ' +
  'storage-opt sysctl tmpfs u user ulimit userns uts v volume volume-driver volumes-from w workdir ' +
  'arch authfile creds cert-dir conmon-pidfile decryption-key gidmap uidmap hostuser image-volume init-path os ' +
  'passwd-entry pidfile pod pod-id-file preserve-fds requires sdnotify seccomp-policy secret subgidname subuidname ' +
  'systemd timeout tz umask unsetenv variant';
const buildFlags =
  'add-host allow annotation attest build-arg build-context builder cache-from cache-to call cgroup-parent cpu-period ' +
  'cpu-quota c cpu-shares cpuset-cpus cpuset-mems f file iidfile isolation label m memory memory-swap metadata-file ' +
  'network no-cache-filter o output platform policy progress provenance sbom secret security-opt shm-size ssh t tag ' +
  'target ulimit volume v authfile creds cert-dir';

const forced = { force: 'f force' };

const onTargets = (valued = '', kept: Readonly<Record<string, string>> = {}): Verb => ({
  flags: flags(valued, kept),
  said: ({ positional, on }) => ({ targets: positional, force: on('force') }),
});
const prune: Verb = {
  flags: flags('filter keep-storage max-used-space min-free-space reserved-space builder timeout', {
    filter: 'filter',
    ...forced,
  }),
  said: ({ values, on }) => ({ filters: values('filter'), force: on('force') }),
};
const starting: Verb = {
  flags: flags(runFlags, { name: 'name', rm: 'rm' }, true),
  said: ({ positional, value, on }) => ({
    image: positional[0] ?? null,
    name: value('name'),
    autoRemove: on('rm'),
  }),
};
const imageBuild: Verb = {
  flags: flags(buildFlags, { tag: 't tag' }),
  said: ({ values }) => ({ tags: values('tag') }),
};
const firstOnly: Verb = {
  flags: flags('detach-keys e env env-file u user w workdir preserve-fds', {}, true),
  said: ({ positional }) => ({ targets: positional }),
};

/** `CONTAINER:PATH`; as for docker, what starts with a dot or a slash is a path on the caller's side. */
const containerIn = (argument: string | undefined): string | undefined =>
  /^([a-zA-Z0-9][a-zA-Z0-9_.-]*):/.exec(argument ?? '')?.[1];

const copying: Verb = {
  flags: flags(''),
  said: ({ positional: [from, to] }) => {
    const source = containerIn(from);
    const target = source ?? containerIn(to);
    return { verb: source === undefined ? 'cp-in' : 'cp-out', targets: target === undefined ? [] : [target] };
  },
};

const container: Readonly<Record<string, Verb>> = {
  run: starting,
  create: starting,
  start: onTargets('detach-keys checkpoint checkpoint-dir'),
  stop: onTargets('t time timeout s signal'),
  restart: onTargets('t time timeout s signal'),
  kill: onTargets('s signal'),
  rm: onTargets('t time', forced),
  pause: onTargets(),
  unpause: onTargets(),
  update: onTargets(limits),
  attach: onTargets('detach-keys'),
  exec: firstOnly,
  cp: copying,
  rename: {
    flags: flags(''),
    said: ({ positional: [from, to] }) => ({ targets: from === undefined ? [] : [from], name: to ?? null }),
  },
  commit: {
    flags: flags('a author c change m message f format iidfile'),
    said: ({ positional: [from, tag] }) => ({
      targets: from === undefined ? [] : [from],
      tags: tag === undefined ? [] : [tag],
    }),
  },
};
const image: Readonly<Record<string, Verb>> = {
  build: imageBuild,
  tag: {
    flags: flags(''),
    said: ({ positional: [from, ...tags] }) => ({ image: from ?? null, tags }),
  },
  rmi: onTargets('platform', forced),
  pull: {
    flags: flags('platform authfile creds cert-dir arch os variant'),
    said: ({ positional }) => ({ tags: positional }),
  },
  push: onTargets('platform authfile creds cert-dir digestfile format sign-by'),
  load: { flags: flags('i input platform'), said: () => ({}) },
  import: {
    flags: flags('c change m message platform'),
    said: ({ positional }) => ({ tags: positional.slice(1, 2) }),
  },
};
const made =
  'd driver o opt label group limit-bytes required-bytes scope secret sharing topology-preferred topology-required type ' +
  'availability aux-address config-from gateway ip-range ipam-driver ipam-opt subnet name';
const creating: Verb = {
  flags: flags(made, { name: 'name' }),
  said: ({ positional, values }) => ({ targets: [...positional, ...values('name')] }),
};

/** Every command that changes something, by its full name: groups before the verb, except where docker knows a short one. */
export const verbs: Readonly<Record<string, Verb>> = {
  ...container,
  ...image,
  'container prune': prune,
  'image prune': prune,
  'volume create': creating,
  'volume rm': onTargets('t time', forced),
  'volume prune': prune,
  'network create': creating,
  'network rm': onTargets('t time', forced),
  'network connect': onTargets('alias driver-opt gw-priority ip ip6 link link-local-ip'),
  'network disconnect': onTargets('', forced),
  'network prune': prune,
  'system prune': prune,
  'builder prune': prune,
  'buildx bake': { flags: flags(''), said: () => ({ verb: 'build' }) },
};

const short: Readonly<Record<string, (verb: string) => string>> = {
  container: (verb) => (verb === 'prune' ? 'container prune' : verb),
  image: (verb) => (verb === 'prune' ? 'image prune' : verb === 'rm' ? 'rmi' : verb),
  builder: (verb) => (verb === 'build' ? 'build' : `builder ${verb}`),
  buildx: (verb) =>
    verb === 'build' || verb === 'b' ? 'build' : verb === 'prune' ? 'builder prune' : `buildx ${verb}`,
};
const groups = new Set(['container', 'image', 'volume', 'network', 'system', 'builder', 'buildx']);
const ofGroup: Readonly<Record<string, Readonly<Record<string, Verb>>>> = { container, image };

/** The full name of `container remove` and the like; undefined for what changes nothing. */
export const fullName = (first: string, second: string): string | undefined => {
  if (!groups.has(first)) return Object.hasOwn(verbs, first) ? first : undefined;
  const verb = second === 'remove' ? 'rm' : second;
  const name = (short[first] ?? ((it: string) => `${first} ${it}`))(verb);
  const own = ofGroup[first];
  if (own && !name.includes(' ') && !Object.hasOwn(own, name)) return undefined; // `image run` is no command
  return Object.hasOwn(verbs, name) ? name : undefined;
};
export const isGroup = (word: string): boolean => groups.has(word);
