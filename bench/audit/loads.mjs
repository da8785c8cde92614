// What is asked of every proxy: requests, connections, bodies.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ping = ['GET', '/_ping', '-'];
const remove = ['DELETE', '/v1.41/containers/bench-%?force=1', '-'];
const create = (body) => ['POST', '/v1.41/containers/create?name=bench-%', body];

/** A create's body that an engine takes, `bytes` long. */
const writeCreate = (directory, bytes) => {
  const file = join(directory, `create-${bytes}.json`);
  const body = (padding) =>
    JSON.stringify({
      Image: 'busybox:local',
      Cmd: ['true'],
      Labels: { 'com.example.padding': 'x'.repeat(padding) },
      HostConfig: { NetworkMode: 'none', Binds: [] },
    });
  writeFileSync(file, body(bytes - body(0).length));
  return file;
};

const keep = (name, requests) => ({ name, mode: 'keep', connections: [1, 10, 50], requests });

/** Against the stub: what a proxy costs alone. */
export const stubLoads = (directory) => [
  keep('_ping', [ping]),
  keep('list, 16 kB', [['GET', '/v1.41/containers/json', '-']]),
  keep('create, 2 kB', [create(writeCreate(directory, 2000))]),
  { ...keep('create, 60 kB', [create(writeCreate(directory, 60_000))]), watchesMemory: true },
  { name: '_ping, own connection', mode: 'reconnect', connections: [1, 4, 16], requests: [ping] },
  { name: '_ping, own connection and process', mode: 'process', connections: [1, 4, 16], requests: [ping] },
];

/** Against a real engine, with containers in it. */
export const engineLoads = (directory) => [
  keep('_ping', [ping]),
  keep('list', [['GET', '/v1.41/containers/json?all=1', '-']]),
  keep('create + rm, 2 kB', [create(writeCreate(directory, 2000)), remove]),
];

export const bodies = [
  { name: 'download, chunked', kind: 'download' },
  { name: 'upload, chunked', kind: 'chunked' },
  { name: 'upload, Content-Length', kind: 'length' },
];

/** The JSON that the stub answers a list with: 16 kB. */
export const writeList = (directory) => {
  const file = join(directory, 'list.json');
  const container = (n) => ({
    Id: String(n).padStart(64, '0'),
    Names: [`/runner-x-project-1-concurrent-${n}`],
    Image: 'busybox:local',
    Command: "sh -c 'while sleep 1; do :; done'",
    Created: 1_790_000_000 + n,
    State: 'running',
    Status: 'Up 5 minutes',
    Labels: { 'com.gitlab.gitlab-runner.job.id': String(n), padding: 'x'.repeat(400) },
  });
  writeFileSync(file, JSON.stringify(Array.from({ length: 22 }, (_, n) => container(n))));
  return file;
};
