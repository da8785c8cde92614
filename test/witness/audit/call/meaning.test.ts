import type { Command } from '../../../../src/domain';
import { readAnswer, wantedOf } from '../../../../src/witness/audit/call/answer';
import { readBody } from '../../../../src/witness/audit/call/body';
import { readMeaning } from '../../../../src/witness/audit/call/meaning';
import { keptQuery, readTarget } from '../../../../src/witness/audit/call/target';

const commandOf = (request: string, body?: unknown): Command | null => {
  const [method = '', target = ''] = request.split(' ');
  const meaning = readMeaning(method, readTarget(target));
  return body === undefined
    ? meaning.command
    : readBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), meaning);
};

test.each<[string, unknown, Partial<Command>]>([
  ['POST /v1.41/containers/web/kill?signal=KILL', undefined, { verb: 'kill', targets: ['web'] }],
  ['POST /containers/web/stop?t=1', undefined, { verb: 'stop', targets: ['web'] }],
  ['POST /containers/web/restart', undefined, { verb: 'restart', targets: ['web'] }],
  [
    'DELETE /containers/0a1b2c3d4e5f?force=1&v=1',
    undefined,
    { verb: 'rm', targets: ['0a1b2c3d4e5f'], force: true },
  ],
  ['DELETE /containers/web?force=false', undefined, { verb: 'rm', targets: ['web'], force: false }],
  ['POST /containers/web/rename?name=%2Fold', undefined, { verb: 'rename', targets: ['web'], name: 'old' }],
  [
    'POST /containers/create?name=db',
    { Image: 'postgres:16' },
    { verb: 'create', name: 'db', image: 'postgres:16' },
  ],
  ['POST /containers/create?name=/db', '{"image":"a","IMAGE":"b"}', { name: 'db', image: 'b' }],
  [
    'POST /containers/create',
    { HostConfig: { AutoRemove: true } },
    { verb: 'create', name: null, autoRemove: true },
  ],
  [
    'POST /containers/create',
    '{"HostConfig":{"AutoRemove":true},"hostconfig":{"autoremove":false}}',
    { autoRemove: false },
  ],
  ['POST /containers/web/exec', undefined, { verb: 'exec', targets: ['web'] }],
  ['POST /containers/web/attach?stream=1', undefined, { verb: 'attach', targets: ['web'] }],
  ['GET /containers/web/attach/ws', undefined, { verb: 'attach', targets: ['web'] }],
  ['PUT /containers/web/archive?path=/', undefined, { verb: 'cp-in', targets: ['web'] }],
  ['GET /containers/web/archive?path=/etc', undefined, { verb: 'cp-out', targets: ['web'] }],
  [
    'POST /commit?container=web&repo=app&tag=1',
    undefined,
    { verb: 'commit', targets: ['web'], tags: ['app:1'] },
  ],
  [
    'POST /images/shop/app/tag?repo=reg.example:5000/app&tag=2',
    undefined,
    { verb: 'tag', image: 'shop/app', tags: ['reg.example:5000/app:2'] },
  ],
  ['DELETE /images/shop/app:1?force=1', undefined, { verb: 'rmi', targets: ['shop/app:1'], force: true }],
  ['POST /images/create?fromImage=redis&tag=7', undefined, { verb: 'pull', tags: ['redis:7'] }],
  ['POST /images/create?fromSrc=-&repo=base&tag=x', undefined, { verb: 'import', tags: ['base:x'] }],
  ['POST /images/load', undefined, { verb: 'load' }],
  [
    'POST /build?t=app:1&t=app:2&buildargs=%7B%22S%22%3A%22x%22%7D',
    undefined,
    { verb: 'build', tags: ['app:1', 'app:2'] },
  ],
  ['POST /volumes/create', { Name: 'data' }, { verb: 'volume create', targets: ['data'] }],
  ['DELETE /volumes/data', undefined, { verb: 'volume rm', targets: ['data'] }],
  ['POST /networks/create', { name: 'x', Name: 'net' }, { verb: 'network create', targets: ['net'] }],
  ['POST /networks/net/connect', { Container: 'web' }, { verb: 'network connect', targets: ['net', 'web'] }],
  [
    'POST /networks/net/disconnect',
    { Container: 'web', Force: true },
    { verb: 'network disconnect', targets: ['net', 'web'] },
  ],
  [
    'POST /containers/prune?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D',
    undefined,
    { verb: 'container prune', filters: ['label=a=b'] },
  ],
  [
    'POST /images/prune?filters=%7B%22dangling%22%3A%7B%22false%22%3Atrue%7D%7D',
    undefined,
    { verb: 'image prune', filters: ['dangling=false'] },
  ],
  ['POST /build/prune', undefined, { verb: 'builder prune' }],
  ['POST http://docker/v1.43/containers/web/kill', undefined, { verb: 'kill', targets: ['web'] }],
])('%s %j', (request, body, expected) => expect(commandOf(request, body)).toMatchObject(expected));

test.each([
  'GET /containers/json',
  'GET /containers/web/json',
  'POST /containers/web/wait',
  'GET /containers/web/kill',
  'POST //containers/web/kill',
  'POST /containers/./web/kill',
  'POST /containers/a%2Fb/kill',
  'POST /v1.41//containers/web/kill',
  'POST /session',
  'POST /grpc',
  'GET /_ping',
  'BREW /tea',
  'OPTIONS *',
])('asks for nothing that a command asks for: %s', (request) => expect(commandOf(request)).toBeNull());

test('what names no thing is no target', () => {
  expect(commandOf('POST /containers/https:%2F%2Fu:p@host/kill')).toBeNull();
  expect(commandOf('POST /build?t=u:p@host/x')).toMatchObject({ tags: [] });
});

test('of the query only what holds no secret is kept', () => {
  const kept = (target: string) => keptQuery(readTarget(target).query);
  expect(kept('/build?t=app&buildargs=%7B%22TOKEN%22%3A%22x%22%7D&remote=https%3A%2F%2Fu%3Ap%40h&q=1')).toBe(
    't=app&q=1',
  );
  expect(kept('/images/create?fromImage=https%3A%2F%2Fu%3Asecret%40host%2Fx')).not.toContain('secret');
  expect(kept(`/containers/create?name=${'x'.repeat(5000)}`).length).toBeLessThan(1025);
  expect(kept('/containers/json?unknown=1')).toBe('');
});

describe('answers', () => {
  const create = readMeaning('POST', readTarget('/containers/create?name=db'));
  const volume = readMeaning('POST', readTarget('/volumes/create'));
  const read = (meaning: typeof create, status: number, body: string) =>
    readAnswer(meaning, status, Buffer.from(body));

  test('what was made', () => {
    expect(read(create, 201, '{"Id":"0a1b","Warnings":[]}')).toEqual({ created: ['0a1b'], message: null });
    expect(read(volume, 201, '{"Name":"data"}')).toEqual({ created: ['data'], message: null });
    expect(read(create, 201, 'garbage')).toEqual({ created: [], message: null });
  });
  test('why not', () => {
    expect(read(create, 409, '{"message":"Conflict.\\u001b[2J"}')).toEqual({
      created: [],
      message: 'Conflict. [2J',
    });
    expect(read(create, 400, 'plain\n')).toEqual({ created: [], message: 'plain' });
    expect(read(create, 500, '{"message":"cannot pull https://user:hunter2@reg/x"}').message).not.toContain(
      'hunter2',
    );
    expect(read(create, 500, 'x'.repeat(5000)).message).toHaveLength(1024);
  });
  test('no more is read than that', () => {
    const logs = readMeaning('GET', readTarget('/containers/web/logs'));
    expect(wantedOf(logs, 200)).toBe(0);
    expect(wantedOf(logs, 404)).toBeGreaterThan(0);
    expect(wantedOf(create, 201)).toBeGreaterThan(0);
  });
});
