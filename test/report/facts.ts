import type {
  DeathView,
  FindingDetail,
  GapView,
  JobFacts,
  JobView,
  OwnerView,
  PartyView,
} from '../../src/domain';

/** A moment of the day on which everything in these tests happens: `at('20:29:45.381')`. */
export const at = (time: string): string =>
  `2026-11-23T${time.padEnd(12, time.includes('.') ? '0' : '.000')}000000Z`;

export const job = (overrides: Partial<JobView> = {}): JobView => ({
  key: 'gitlab:101',
  system: 'gitlab',
  server: 'gitlab.example',
  project: 'shop/api',
  pipeline: '55',
  ref: 'main',
  url: 'https://gitlab.example/shop/api/-/jobs/101',
  runner: 'runner-1',
  slot: '0',
  state: 'ended',
  startedAt: at('20:29:00'),
  endedAt: at('20:31:22'),
  ...overrides,
});

export const party = (overrides: Partial<PartyView> = {}): PartyView => ({
  job: 'gitlab:101',
  system: null,
  container: 'db',
  confidence: 'certain',
  because: ['label com.gitlab.gitlab-runner.job.id'],
  ...overrides,
});

export const killer = (overrides: Partial<PartyView> = {}): PartyView =>
  party({
    job: 'gitlab:102',
    container: 'db',
    confidence: 'likely',
    because: ['it created the same name 0.3 s later'],
    ...overrides,
  });

export const finding = (overrides: Partial<FindingDetail> = {}): FindingDetail => ({
  id: 12,
  kind: 'foreign-kill',
  variant: 'remove',
  severity: 'critical',
  confidence: 'likely',
  status: 'open',
  title: 'gitlab:102 removed container db of gitlab:101',
  summary:
    'The running container db of gitlab:101 was killed and removed; gitlab:102 then created one of that name.',
  advice: 'Give the container a name of its own, for example db-$CI_JOB_ID, and remove by that name.',
  host: 'runner-7',
  victims: [party()],
  actors: [killer()],
  resource: { type: 'container', id: 'c0ffee', name: 'db' },
  firstSeenAt: at('20:29:45.381'),
  lastSeenAt: at('20:29:45.381'),
  count: 1,
  act: 3,
  settled: true,
  revision: 1,
  note: null,
  fingerprint: 'foreign-kill remove gitlab:101 gitlab:102 db',
  affected: [{ type: 'container', id: 'c0ffee', name: 'db' }],
  evidence: [
    { at: at('20:29:45.381'), source: 'event', text: 'kill of db with signal 9', ref: 'event:812' },
    { at: at('20:29:45.502'), source: 'event', text: 'db ended with 137', ref: 'event:813' },
    { at: at('20:29:45.811'), source: 'event', text: 'db created by gitlab:102', ref: 'event:817' },
  ],
  ...overrides,
});

export const hazard = (overrides: Partial<FindingDetail> = {}): FindingDetail =>
  finding({
    id: 20,
    kind: 'name-conflict',
    variant: 'collision-course',
    severity: 'info',
    title: 'gitlab:101 and gitlab:99 both use the name db',
    summary: 'Two jobs used the fixed name db at different times.',
    victims: [party(), party({ job: 'gitlab:99' })],
    actors: [],
    evidence: [],
    ...overrides,
  });

export const ownMistake = (overrides: Partial<FindingDetail> = {}): FindingDetail =>
  finding({
    id: 30,
    kind: 'misdirected-bind',
    variant: null,
    severity: 'warning',
    title: 'gitlab:101 mounted /builds/shop/api of the host, not its own',
    summary: 'The path is a mount of the build container; the engine took the directory of the host.',
    advice: 'Mount the volume of the build container with --volumes-from.',
    victims: [party()],
    actors: [party()],
    evidence: [],
    ...overrides,
  });

export const death = (overrides: Partial<DeathView> = {}): DeathView => ({
  container: { id: 'c0ffee', name: 'db' },
  at: at('20:29:45.502'),
  exitCode: 137,
  signal: 9,
  oomKilled: false,
  cause: 'foreign-kill',
  confidence: 'likely',
  finding: 12,
  text: 'db was killed and removed by gitlab:102.',
  ...overrides,
});

export const gap = (overrides: Partial<GapView> = {}): GapView => ({
  id: 3,
  source: 'events',
  from: at('20:30:00'),
  to: at('20:30:07'),
  reason: 'engine-restart',
  missing: 'everything that happened while the engine was down',
  jobs: ['gitlab:101'],
  ...overrides,
});

export const owner = (overrides: Partial<OwnerView> = {}): OwnerView => ({
  job: 'gitlab:101',
  system: null,
  confidence: 'certain',
  because: ['label com.gitlab.gitlab-runner.job.id'],
  ...overrides,
});

export const facts = (overrides: Partial<JobFacts> = {}): JobFacts => ({
  job: job(),
  asVictim: [],
  asActor: [],
  deaths: [],
  containers: [{ id: 'c0ffee', name: 'db', owner: owner() }],
  volumes: [],
  networks: [],
  images: [],
  sight: {
    mode: 'events-only',
    blindTo: ['who asked for a kill, a stop or a removal', 'reads: exec, copy, attach'],
  },
  gaps: [],
  ...overrides,
});

/** A name that tries everything: terminal, forge, markup, CI runner, reading direction. */
export const hostile =
  '\u001b[31mred\u001b[0m <b>&"\'</b>]]> `x` **bold** | @all #12 http://evil.example ##[error]no \u202egnp.exe\u200b\u0000\r\n::error::no\u0085';
