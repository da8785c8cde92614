import type { Changes } from '../../src/domain';
import {
  act,
  at,
  changes,
  container,
  death,
  event,
  exec,
  finding,
  gap,
  job,
  mountUse,
  owned,
  party,
  volume,
} from './rows';

/**
 * A small day: job 1 (project shop) runs, job 2 (project blog) ended at 50, job 3 was known by the stand-in key of job 4.
 * Containers 10 and 11 are of job 1, 12 of job 2 and removed. The volume `cache` (20) was used by jobs 1 and 2, `own` (21) by
 * job 1 alone. Command 1 ran in container 10, 4 in one that nobody knows, 3 on the host. Finding 1 hurts job 1; in finding 2 job 2 hurt job 1; 3 is a hazard between both; 4 is withdrawn.
 */
export const story = (): Changes => {
  const web = { id: container(10).engineId, name: 'c10' };
  const made = changes({
    clock: at(100),
    jobs: [
      job(1),
      job(2, { project: 'blog', state: 'ended', startedAt: at(10), endedAt: at(50) }),
      job(3, {
        key: 'github:7012/1/build',
        system: 'github',
        startedAt: at(20),
        endedAt: at(40),
        state: 'ended',
      }),
      job(4, {
        key: 'github:net-ab',
        system: 'github',
        startedAt: at(20),
        endedAt: at(20),
        state: 'ended',
        aliasOf: 3,
      }),
    ],
    containers: [
      container(10, {
        owner: owned(1),
        mounts: [{ type: 'volume', name: 'cache', source: '', destination: '/data', readOnly: false }],
      }),
      container(11, { owner: owned(1), name: 'db', status: 'exited' }),
      container(12, { owner: owned(2), name: 'db', removedAt: at(50), finishedAt: at(49), exitCode: 0 }),
      container(13, { owner: owned(4), imageId: 'sha256:bb' }),
    ],
    volumes: [
      volume(20, 'cache', { createdAt: at(1) }),
      volume(21, 'own', { createdAt: at(2), owner: owned(1) }),
    ],
    mountUses: [
      mountUse(1, 10, 'cache', { from: at(12) }),
      mountUse(2, 12, 'cache', { from: at(13), to: at(50), readOnly: true }),
      mountUse(3, 10, 'own', { from: at(14) }),
    ],
    acts: [act(1, 10, { at: at(30), verb: 'kill' }), act(2, 12, { at: at(50), verb: 'remove' })],
    deaths: [death(1, 10, { at: at(30), finding: 1 })],
    findings: [
      finding(1, {
        resource: { type: 'container', ...web },
        act: 1,
        firstSeenAt: at(30),
        lastSeenAt: at(90),
        count: 2,
      }),
      finding(2, {
        kind: 'name-conflict',
        severity: 'warning',
        confidence: 'certain',
        actors: [party(2)],
        firstSeenAt: at(35),
        lastSeenAt: at(35),
        title: 'name db was refused 100%',
        resource: { type: 'container', id: 'x', name: 'db' },
      }),
      finding(3, {
        kind: 'shared-volume',
        severity: 'info',
        status: 'acknowledged',
        victims: [party(1), party(2)],
        firstSeenAt: at(36),
        lastSeenAt: at(36),
        resource: { type: 'volume', id: 'cache', name: 'cache' },
      }),
      finding(4, {
        status: 'withdrawn',
        actors: [party(null, 'host')],
        firstSeenAt: at(37),
        lastSeenAt: at(37),
      }),
    ],
    execs: [
      exec(1, {
        at: at(29),
        endAt: at(31),
        code: 0,
        force: true,
        targets: ['db', 'c10'],
        containerId: web.id,
        job: 1,
      }),
      exec(2, { at: at(33), endAt: at(34), code: 1, verb: 'kill', targets: ['db'], job: 2 }),
      exec(3, { at: at(34), verb: 'volume rm', targets: ['cache'] }),
      exec(4, { at: at(38), targets: ['db'], containerId: 'f'.repeat(64), job: 4 }),
    ],
    gaps: [gap(1, { from: null, to: at(-5), reason: 'start' }), gap(2, { from: at(25), to: at(26) })],
    events: [
      event(1, { time: at(10), action: 'start', name: 'c10', id: web.id }, { resource: 10, job: 1 }),
      event(
        2,
        {
          time: at(11),
          type: 'network',
          action: 'connect',
          id: 'n'.repeat(64),
          name: 'ci',
          container: web.id,
        },
        { resource: 30, other: 10, job: 1 },
      ),
      event(3, { time: at(30), action: 'kill', signal: 9, id: web.id }, { resource: 10, job: 1 }),
      event(4, { time: at(30) + 5n, action: 'die', exitCode: 137, id: web.id }, { resource: 10, job: 1 }),
      event(
        5,
        {
          time: at(31),
          type: 'network',
          action: 'disconnect',
          id: 'n'.repeat(64),
          name: 'ci',
          container: web.id,
        },
        { resource: 30, other: 10, job: 1 },
      ),
      event(
        6,
        { time: at(40), action: 'rename', id: web.id, name: 'new', oldName: 'old' },
        { resource: 10, job: 1 },
      ),
      event(7, { time: at(41), type: 'gadget', action: 'spin', id: 'unknown', labels: { a: 'b' } }),
      event(8, { time: at(42), action: 'start', id: container(12).engineId }, { resource: 12, job: 2 }),
    ],
  });
  made.networks.add({
    id: 30,
    engineId: 'n'.repeat(64),
    name: 'ci',
    labels: {},
    owner: owned(1),
    createdAt: at(1),
    removedAt: null,
    driver: 'bridge',
  });
  made.images.add({
    id: 40,
    engineId: 'sha256:aa',
    name: 'busybox:1',
    labels: {},
    owner: owned(null),
    createdAt: at(1),
    removedAt: null,
    tags: ['busybox:1'],
  });
  made.engine = { name: 'host-1', version: '28.5.2', apiVersion: '1.51', kind: 'docker' };
  return made;
};
