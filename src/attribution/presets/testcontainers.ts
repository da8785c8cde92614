import type { Preset } from '../preset';

const session = /^([A-Za-z0-9._-]{1,128})$/;

/**
 * Testcontainers and its reaper, Ryuk, which removes by force what carries its session 10 s after the last client
 * left. Node adopts the newest running Ryuk it can reach, so two jobs on one host can carry one session id; such a
 * session is never handed on.
 * Read in testcontainers/moby-ryuk, testcontainers-java, -go, -node, -python, -dotnet and -rs.
 */
export const testcontainers: Preset = {
  id: 'testcontainers',
  system: 'testcontainers',
  role: 'tool',
  title: 'Testcontainers (Java, Go, Node, Python, .NET, Rust) and Ryuk',
  priority: 40,
  status: 'verified',
  versions: 'java 2.0.5, go 0.44, node 12.1, python 4.15, dotnet 4.12, rust 0.27, ryuk 0.14',
  detect: {
    container: [
      { label: 'org.testcontainers' },
      { label: 'org.testcontainers.managed-by' },
      { label: 'org.testcontainers.ryuk' },
      { name: /^(testcontainers-ryuk-|reaper_)/ },
      { image: /(^|\/)testcontainers\/ryuk([:@]|$)/ },
      { label: 'com.docker.compose.project', pattern: /^testcontainers-/ },
    ],
    volume: [{ label: 'org.testcontainers' }, { label: 'org.testcontainers.managed-by' }],
    network: [{ label: 'org.testcontainers' }, { label: 'org.testcontainers.managed-by' }],
    image: [
      { label: 'org.testcontainers.sessionId' },
      { label: 'org.testcontainers.session-id' },
      { label: 'org.testcontainers' },
    ],
  },
  fields: {
    lang: [{ label: 'org.testcontainers.lang' }],
    version: [{ label: 'org.testcontainers.version' }],
  },
  parts: [
    {
      part: 'reaper',
      when: [
        { label: 'org.testcontainers.ryuk', equals: 'true' },
        { name: /^(testcontainers-ryuk-|reaper_)/ },
        { image: /(^|\/)testcontainers\/ryuk([:@]|$)/ },
      ],
    },
  ],
  groups: [
    {
      // Java (UUID per JVM) and Go (64 hex from parent process id and its start time, or configured).
      id: 'session-camel',
      on: ['container', 'volume', 'network', 'image'],
      key: 'tc:{s}',
      from: { s: { label: 'org.testcontainers.sessionId', pattern: session } },
      scope: 'session',
      merges: true,
    },
    {
      // Node adopts the newest running Ryuk it can reach, so two jobs on one host can carry one session id.
      id: 'session-node',
      on: ['container', 'volume', 'network', 'image'],
      key: 'tc:{s}',
      from: {
        s: {
          onlyIf: { label: 'org.testcontainers.lang', equals: 'node' },
          label: 'org.testcontainers.session-id',
          pattern: session,
        },
      },
      scope: 'session',
      merges: false,
    },
    {
      // Python, .NET, Rust (current-session reuse only).
      id: 'session-kebab',
      on: ['container', 'volume', 'network', 'image'],
      key: 'tc:{s}',
      from: {
        s: {
          onlyIf: { not: { label: 'org.testcontainers.lang', equals: 'node' } },
          label: 'org.testcontainers.session-id',
          pattern: session,
        },
      },
      scope: 'session',
      merges: true,
    },
    {
      // .NET filter that its Ryuk receives.
      id: 'session-dotnet',
      on: ['container', 'volume', 'network', 'image'],
      key: 'tc:{s}',
      from: { s: { label: 'org.testcontainers.resource-reaper-session', pattern: /^([A-Za-z0-9-]{1,64})$/ } },
      scope: 'session',
      merges: true,
    },
    {
      // Ties the reaper to the session it serves.
      id: 'ryuk-name',
      on: ['container'],
      key: 'tc:{s}',
      from: { s: { name: /^(?:testcontainers-ryuk-|reaper_)([A-Za-z0-9._-]{1,128})$/ } },
      scope: 'session',
      merges: true,
    },
  ],
  systemActors: [
    {
      // Holds the docker socket; force-removes containers, networks, volumes and images of its filters 10 s
      // after its last client leaves.
      id: 'ryuk',
      any: [
        { label: 'org.testcontainers.ryuk', equals: 'true' },
        { name: /^(testcontainers-ryuk-|reaper_)/ },
        { image: /(^|\/)testcontainers\/ryuk([:@]|$)/ },
      ],
      actor: 'reaper',
      owner: 'group',
    },
  ],
  sharedByDesign: [
    {
      id: 'reuse',
      on: 'container',
      any: [
        { label: 'org.testcontainers.hash' },
        { label: 'org.testcontainers.container-hash' },
        { label: 'org.testcontainers.reuse-hash' },
      ],
      sharing: 'concurrent',
      why: 'reusable containers are found again by hash by any later process',
    },
  ],
  env: { presence: ['TESTCONTAINERS_RYUK_DISABLED', 'TESTCONTAINERS_HOST_OVERRIDE'] },
  generatedNames: [/^(testcontainers-|reaper_)/],
  teardown: { signals: [9] },
};
