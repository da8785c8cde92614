import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run';

const directory = mkdtempSync(join(tmpdir(), 'crosstalk-own-'));
const socket = join(directory, 'docker.sock');
const env = { DOCKER_HOST: `unix://${socket}` };
let server: http.Server | undefined;
const asked: string[] = [];

const serve = async (answer: (format: string, response: http.ServerResponse) => void): Promise<void> => {
  asked.length = 0;
  const started = http.createServer((request, response) => {
    asked.push(request.url!);
    answer(new URL(request.url!, 'http://x').searchParams.get('format')!, response);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(socket, resolve));
};
const ours = { server: 'crosstalk' };

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});
afterAll(() => rmSync(directory, { recursive: true }));

test('inside a job with the audit socket nothing has to be said', async () => {
  await serve((_, response) => response.writeHead(200, ours).end('the report\n'));
  expect(await run(['report'], { env })).toEqual({ code: 0, out: 'the report\n', err: '' });
  expect(asked).toEqual(['/_crosstalk/report?format=text']);
});

test.each([
  ['interfered', 3],
  ['unknown', 4],
  ['clean', 0],
])('--fail-on interfered: %s', async (verdict, code) => {
  await serve((format, response) =>
    response.writeHead(200, ours).end(format === 'json' ? JSON.stringify({ verdict }) : 'the report\n'),
  );
  expect(await run(['report', '--fail-on', 'interfered'], { env })).toMatchObject({ code });
});

test('what the socket says of why not', async () => {
  await serve((_, response) => response.writeHead(404, ours).end('{"message":"no job\\u001b is known"}'));
  expect(await run(['report'], { env })).toEqual({
    code: 1,
    out: '',
    err: `error: the audit socket ${socket} gives no report: no job\\u{1b} is known\n`,
  });
});

describe('the daemon is asked instead', () => {
  const jobOfEnvironment = () => 'gitlab:9';
  const unreachable = { code: 1, err: expect.stringContaining('crosstalk is not running') };

  test('where an engine answers', async () => {
    await serve((_, response) => response.writeHead(404).end('{"message":"page not found"}'));
    expect(await run(['report'], { env, jobOfEnvironment })).toMatchObject(unreachable);
  });

  test('where nothing does', async () => {
    expect(await run(['report'], { env, jobOfEnvironment })).toMatchObject(unreachable);
  });

  test('where docker clients use another host', async () => {
    const DOCKER_HOST = 'tcp://build-7:2375';
    expect(await run(['report'], { env: { DOCKER_HOST }, jobOfEnvironment })).toMatchObject(unreachable);
  });

  test('for a job that is named', async () => {
    await serve((_, response) => response.writeHead(200, ours).end('the report\n'));
    expect(await run(['report', 'gitlab:8'], { env })).toMatchObject(unreachable);
    expect(asked).toEqual([]);
  });
});
