import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ContainerSnapshot } from '../../src/domain';
import { containerOfInspect, containerOfList } from '../../src/engine/container-snapshot';
import { imageOf, networkOf, volumeOf } from '../../src/engine/snapshot';
import type { Keep } from '../../src/engine';

const keep: Keep = {
  keepLabel: (key) => /^(com\.gitlab|org\.testcontainers)/.test(key),
  keepEnv: (name) => (name === 'CI_JOB_ID' ? 'value' : name === 'GITLAB_CI' ? 'presence' : undefined),
};
type Json = Record<string, unknown>;
const recorded = (file: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, 'fixtures', '20.10.24', file), 'utf8'));
const list = (file: string): unknown[] => recorded(file) as unknown[];
const inspected = (file: string): ContainerSnapshot => containerOfInspect(recorded(file), keep)!;

describe('an inspected container', () => {
  test('that runs', () => {
    const db = inspected('inspect-db.json');
    expect(db).toMatchObject({
      name: 'db',
      image: 'busybox:local',
      labels: { 'com.gitlab.gitlab-runner.job.id': '101' },
      imitated: ['exitCode'],
      status: 'running',
      createdAt: 1795496561146722881n,
      networks: ['net1'],
      details: {
        env: { CI_JOB_ID: '101' },
        error: '',
        oomKilled: false,
        restartPolicy: 'on-failure',
        cgroupParent: '/ci/job-7',
        autoRemove: false,
        privileged: false,
        refersTo: [],
      },
    });
    expect(db.details).not.toHaveProperty('finishedAt');
    expect(db.details).not.toHaveProperty('exitCode');
    expect(db.imageId).toMatch(/^sha256:/);
    expect(db.details!.pid).toBeGreaterThan(0);
  });

  test('its mounts', () => {
    const mounts = [...inspected('inspect-db.json').mounts];
    const byPath = Object.fromEntries(mounts.map((mount) => [mount.destination, mount]));
    expect(byPath['/cache']).toEqual({
      type: 'volume',
      name: 'cache',
      source: '/var/lib/docker/volumes/cache/_data',
      destination: '/cache',
      readOnly: false,
    });
    expect(byPath['/host']).toEqual({ type: 'bind', source: '/tmp', destination: '/host', readOnly: true });
    expect(byPath['/anon']!.name).toMatch(/^[0-9a-f]{64}$/);
  });

  test('the ports that the engine really gave', () => {
    expect(inspected('inspect-db.json').ports).toEqual([
      { hostIp: '0.0.0.0', hostPort: 18080, containerPort: 80, protocol: 'tcp' },
      { hostIp: '::', hostPort: 18080, containerPort: 80, protocol: 'tcp' },
      { hostIp: '127.0.0.1', hostPort: 32768, containerPort: 81, protocol: 'udp' },
    ]);
  });

  test('whose start failed: the port it asked for, the code and the words', () => {
    const clash = inspected('inspect-clash.json');
    expect(clash).toMatchObject({
      status: 'created',
      ports: [{ hostIp: '', hostPort: 18080, containerPort: 80, protocol: 'tcp' }],
      details: { exitCode: 128, error: expect.stringContaining('port is already allocated') },
    });
    expect(clash.details).not.toHaveProperty('startedAt');
    expect(clash.details).not.toHaveProperty('finishedAt');
    expect(clash.details).not.toHaveProperty('pid');
  });

  test('that ended', () => {
    const { status, details } = inspected('inspect-dead.json');
    expect(status).toBe('exited');
    expect(details).toMatchObject({
      exitCode: 3,
      finishedAt: expect.any(BigInt),
      startedAt: expect.any(BigInt),
    });
  });

  test('that uses others', () => {
    const { details } = inspected('inspect-guest.json');
    expect(details!.refersTo).toEqual([
      expect.stringMatching(/^9d39266678ca/),
      expect.stringMatching(/^54f327b00f5a/),
      'plain',
      'db',
    ]);
  });

  test('that is linked, removes itself, and may do everything', () => {
    expect(inspected('inspect-linked.json').details).toMatchObject({
      refersTo: ['plain'],
      autoRemove: true,
      privileged: true,
    });
  });

  const changed = (
    change: (answer: { State: Json; HostConfig: Json; Config: Json; NetworkSettings: Json }) => void,
  ) => {
    const answer = recorded('inspect-db.json') as Parameters<typeof change>[0];
    change(answer);
    return containerOfInspect(answer, keep)!;
  };

  test.each([
    ['stopped', 'exited'],
    ['configured', 'created'],
    ['unheard-of', 'dead'],
  ])('status %s is %s', (status, kept) => {
    expect(changed(({ State }) => void (State['Status'] = status)).status).toBe(kept);
  });

  test.each([
    ['CI_JOB_ID=7=8', { CI_JOB_ID: '7=8' }],
    ['GITLAB_CI=hunter2', { GITLAB_CI: '' }],
    ['SECRET=hunter2', {}],
    ['CI_JOB_ID', { CI_JOB_ID: '' }],
  ])('of env %s is kept %j', (entry, env) => {
    expect(changed(({ Config }) => void (Config['Env'] = [entry])).details!.env).toEqual(env);
  });

  test.each<[string, unknown, number[]]>([
    ['the engine chooses', { '80/tcp': [{ HostIp: '', HostPort: '' }] }, []],
    ['null', { '80/tcp': null }, []],
    ['no protocol', { '80': [{ HostIp: '', HostPort: '8080' }] }, [8080]],
    ['a range', { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] }, []],
  ])('asked ports: %s', (_name, bindings, hostPorts) => {
    const { ports } = changed(({ HostConfig, NetworkSettings }) => {
      NetworkSettings['Ports'] = {};
      HostConfig['PortBindings'] = bindings;
    });
    expect(ports.map(({ hostPort }) => hostPort)).toEqual(hostPorts);
  });

  test('of Podman has a bare image id', () => {
    const answer = { ...(recorded('inspect-db.json') as Json), Image: 'c'.repeat(64) };
    expect(containerOfInspect(answer, keep)!.imageId).toBe(`sha256:${'c'.repeat(64)}`);
  });

  test("the engine's words are cut to 1 KiB", () => {
    const { details } = changed(({ State }) => void (State['Error'] = 'x'.repeat(5000)));
    expect(details!.error).toHaveLength(1024);
  });
});

describe('a listed container', () => {
  const entries = list('list.json').map((entry) => containerOfList(entry, keep)!);
  const named = (name: string) => entries.find((entry) => entry.name === name)!;

  test('tells most of what an inspected one does', () => {
    const { details: _details, createdAt: _createdAt, ports, mounts, ...rest } = inspected('inspect-db.json');
    const { createdAt, ports: listedPorts, mounts: listedMounts, ...listed } = named('db');
    expect(listed).toEqual(rest);
    expect(createdAt).toBe(1795496561_000_000_000n);
    expect(listedPorts).toEqual(ports);
    // 20.10 does not list where an anonymous volume lies.
    const sources = mounts.map((mount) => ({
      ...mount,
      source: mount.destination === '/anon' ? '' : mount.source,
    }));
    expect(listedMounts).toEqual(sources);
  });

  test('that others link to is called by its own name', () => {
    expect(named('plain')).toBeDefined();
  });

  test.each([
    ['clash', 'created'],
    ['dead', 'exited'],
  ])('%s is %s and publishes nothing', (name, status) => {
    expect(named(name)).toMatchObject({ status, ports: [] });
  });
});

test('volumes; one that binds a host directory is that directory', () => {
  const { Volumes } = recorded('volumes.json') as { Volumes: unknown[] };
  const byName = Object.fromEntries(
    Volumes.map((each) => volumeOf(each, keep)!).map((each) => [each.name, each]),
  );
  expect(byName['cache']).toEqual({
    name: 'cache',
    driver: 'local',
    labels: { 'org.testcontainers.sessionId': 's1' },
    createdAt: 1795496561_000_000_000n,
    mountpoint: '/var/lib/docker/volumes/cache/_data',
  });
  expect(byName['bound']!.mountpoint).toBe('/tmp');
});

test('networks', () => {
  const networks = list('networks.json').map((each) => networkOf(each, keep)!);
  expect(networks.map(({ name }) => name).sort()).toEqual(['bridge', 'host', 'net1', 'none']);
  expect(networks[0]).toMatchObject({ driver: 'bridge', createdAt: 1795496528319878648n });
});

test('images, listed and inspected', () => {
  const id = `sha256:${'d'.repeat(64)}`;
  expect(imageOf(list('images.json')[0], keep)).toMatchObject({
    tags: ['busybox:local'],
    labels: {},
    createdAt: 1795496528_000_000_000n,
  });
  const labels = { 'com.gitlab.x': '1', password: 'hunter2' };
  expect(imageOf({ Id: id, RepoTags: ['<none>:<none>'], Labels: labels, Created: 0 }, keep)).toEqual({
    id,
    tags: [],
    labels: { 'com.gitlab.x': '1' },
  });
  expect(
    imageOf({ Id: id, RepoTags: null, Config: { Labels: labels }, Created: '2026-11-24T05:02:41.5Z' }, keep),
  ).toEqual({ id, tags: [], labels: { 'com.gitlab.x': '1' }, createdAt: 1795496561_500_000_000n });
});

test('nothing throws', () => {
  fc.assert(
    fc.property(
      fc.anything(),
      fc.object({ key: fc.constantFrom('Id', 'Names', 'State', 'Mounts', 'Ports', 'Config') }),
      (any, object) => {
        for (const read of [containerOfInspect, containerOfList, imageOf, networkOf, volumeOf]) {
          read(any, keep);
          read({ Id: 'x', Name: 'x', ...object }, keep);
        }
      },
    ),
  );
});
