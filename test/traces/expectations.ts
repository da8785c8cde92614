/**
 * What engine events alone can say of each recorded scenario: one line per finding, the same on every engine unless
 * said. The truth of a recording (in its .meta.json) often knows more: `blind` says what events do not show of it.
 */
export interface Expectation {
  readonly findings: readonly string[];
  /** Cause of each container's last death, where it is worth a check. */
  readonly deaths?: Readonly<Record<string, string>>;
  /** Job and confidence of a container's owner; null for nobody. */
  readonly owners?: Readonly<Record<string, string | null>>;
  readonly gaps?: readonly string[];
  readonly blind?: string;
}

const leftover = (...jobs: number[]): string[] =>
  jobs.map((job) => `leftover likely: nobody <- gitlab:${job}, open`);
const sweep = (verb: string): string[] =>
  [101, 102, 103].map((job) => `foreign-kill/${verb} likely: gitlab:${job} <- nobody, open`);
const callerUnknown = 'who made the call: the same bytes as when the owner does it';
const laterKind = 'seen in the events; its kind of finding is not built yet';

export const expectations: Readonly<Record<string, Expectation>> = {
  'api-noise': { findings: leftover(101), deaths: { 'build-101': 'exited' } },
  'build-classic': { findings: [] },
  buildx: { findings: [], blind: laterKind },
  'cli-transport': { findings: [], deaths: { 'i-101': 'exited', 't-101': 'exited' } },
  'commit-label-leak': {
    findings: [],
    // The leaked label is no evidence; what remains is that only job 101 was seen alive.
    owners: { 'leak-102': 'gitlab:101 possible', 'own-102': 'gitlab:102 certain' },
  },
  'compose-distinct-project': { findings: [] },
  'compose-same-project': { findings: [], blind: 'whose the containers are: they carry no label of a job' },
  'containerd-sigkill': { findings: [] },
  'cp-foreign': { findings: [], blind: callerUnknown },
  'daemon-live-restore-sigterm': { findings: [], gaps: ['engine-restart', 'engine-restart', 'stream-break'] },
  'daemon-sigkill': {
    findings: leftover(102),
    deaths: { 'trap-102': 'engine', 'rm-102': 'engine' },
    gaps: ['engine-restart'],
  },
  'daemon-sigterm': {
    findings: leftover(102),
    deaths: { 'trap-102': 'engine', 'rm-102': 'engine', 'build-101': 'engine' },
    gaps: ['engine-restart'],
  },
  'exec-foreign': { findings: [], blind: callerUnknown },
  'exit-137': { findings: leftover(101), deaths: { 'build-101': 'unexplained' } },
  'foreign-kill': { findings: leftover(101), deaths: { 'build-101': 'unexplained' }, blind: callerUnknown },
  'foreign-pause': { findings: [], blind: callerUnknown },
  'foreign-restart': { findings: [], deaths: { 'build-101': 'unexplained' }, blind: callerUnknown },
  'foreign-rm-f': { findings: [], deaths: { web: 'unexplained' }, blind: callerUnknown },
  'foreign-rm-fv': { findings: [], deaths: { db: 'unexplained' }, blind: callerUnknown },
  'foreign-signal': { findings: leftover(101), deaths: { 'build-101': 'unexplained' }, blind: callerUnknown },
  'foreign-start': { findings: leftover(101), deaths: { 'build-101': 'exited' }, blind: callerUnknown },
  healthcheck: { findings: [] },
  'host-kill': {
    findings: leftover(101),
    deaths: { 'build-101': 'unexplained' },
    blind: 'a signal from the host makes no event',
  },
  // A container that was created and never started stays, too.
  'image-save-load-import': { findings: leftover(101) },
  'image-tag-rmi': { findings: [], blind: laterKind },
  'job-life': { findings: [], deaths: { 'build-101': 'unexplained' } },
  'job-run-rm': { findings: [], deaths: { 'step-101': 'exited' } },
  'kill9-inside': { findings: leftover(101), deaths: { 'build-101': 'unexplained' } },
  'misdirected-bind': { findings: ['misdirected-bind likely: gitlab:101 <- gitlab:101, open'] },
  'name-conflict': { findings: leftover(102), blind: 'a refused create leaves no event' },
  'network-life': { findings: [], blind: laterKind },
  'network-mode-container': { findings: [], deaths: { 'build-101': 'unexplained' } },
  'network-same-name': { findings: [], blind: 'a refused create leaves no event' },
  'oom-child': { findings: leftover(101), deaths: { 'build-101': 'exited' } },
  'oom-kill': { findings: leftover(101), deaths: { 'build-101': 'oom' } },
  'port-conflict': {
    findings: [...leftover(102), 'port-conflict likely: gitlab:102 <- gitlab:101, open'],
  },
  'prune-container': { findings: [], blind: laterKind },
  'prune-container-filter': { findings: [] },
  'prune-image': { findings: [], blind: laterKind },
  'prune-network': { findings: [], blind: laterKind },
  'prune-system': { findings: [], blind: laterKind },
  'prune-volume': { findings: [], blind: laterKind },
  rename: {
    findings: [
      'foreign-kill/rename likely: gitlab:101 <- gitlab:102, open',
      'name-conflict/takeover likely: gitlab:101 <- gitlab:102, open',
    ],
  },
  'restart-policy': { findings: leftover(101), deaths: { 'svc-101': 'exited' } },
  'restart-policy-foreign-kill': { findings: [], deaths: { 'svc-101': 'unexplained' }, blind: callerUnknown },
  'run-bad-command': { findings: leftover(101) },
  'run-detached-no-labels': { findings: [], owners: { plain: null } },
  'shared-bind': {
    findings: [],
    blind: 'host paths stand in inspections only, and the recording has one of them',
  },
  'shared-host-path': {
    findings: [
      'shared-volume/host-path likely: gitlab:101+gitlab:102 <- nobody, resolved',
      'shared-volume/host-path likely: gitlab:102+gitlab:103 <- nobody, resolved',
      'shared-volume/host-path likely: gitlab:103 <- gitlab:101, resolved',
    ],
  },
  'shared-volume': {
    findings: [
      'shared-volume/volume likely: gitlab:101+gitlab:102 <- nobody, resolved',
      'shared-volume/volume likely: gitlab:101+gitlab:103 <- nobody, resolved',
      'shared-volume/volume likely: gitlab:102+gitlab:103 <- nobody, open',
    ],
  },
  'shared-volume-serial': { findings: ['shared-volume/volume likely: gitlab:102 <- gitlab:101, resolved'] },
  'socket-bind': { findings: [] },
  'stop-already-stopped': { findings: [], deaths: { 'build-101': 'exited' } },
  'stop-escalated': { findings: leftover(101), deaths: { 'build-101': 'unexplained' }, blind: callerUnknown },
  'stop-graceful': { findings: leftover(101) },
  'stop-signal': { findings: leftover(101) },
  'sweep-rm-f': {
    findings: sweep('remove'),
    deaths: { 'build-101': 'foreign-kill', 'build-103': 'foreign-kill', 'done-101': 'exited' },
    blind: 'that job 103 ran it: its own containers went too',
  },
  'sweep-stop': { findings: [...sweep('stop'), ...leftover(101, 102, 103)], blind: 'that job 103 ran it' },
  'tag-overwrite': { findings: [], blind: laterKind },
  'update-foreign': { findings: [], blind: callerUnknown },
  'volumes-from': { findings: ['shared-volume/anonymous likely: gitlab:101+gitlab:102 <- nobody, resolved'] },
};
