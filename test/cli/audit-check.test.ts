import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAudit } from '../../src/cli/doctor/audit';

const directory = mkdtempSync(join(tmpdir(), 'crosstalk-audit-'));
const socket = join(directory, 'docker.sock');
let server: http.Server | undefined;

const serve = async (answers: Readonly<Record<string, [number, string]>>, name = 'crosstalk') => {
  const started = http.createServer((request, response) => {
    const [status, body] = answers[request.url!] ?? [404, '{"message":"page not found"}'];
    const own = request.url!.startsWith('/_crosstalk/');
    response.writeHead(status, { server: own ? name : 'Docker/28.5.2' }).end(body);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(socket, resolve));
};

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  rmSync(socket, { force: true });
});
afterAll(() => rmSync(directory, { recursive: true }));

const ping: [number, string] = [200, 'OK'];

test('there is none, and that is said', async () => {
  expect(await checkAudit(undefined)).toMatchObject([
    { state: 'ok', text: expect.stringContaining('no audit socket') },
  ]);
});

test('it works, and says who asks', async () => {
  await serve({ '/_crosstalk/whoami': [200, '{"job":"gitlab:101"}'], '/_ping': ping });
  expect(await checkAudit(socket)).toMatchObject([
    { state: 'ok', text: expect.stringContaining('this process is of gitlab:101') },
  ]);
});

test.each<[string, () => Promise<unknown> | undefined, readonly object[]]>([
  ['nothing is there', () => undefined, [{ state: 'broken', text: `there is no ${socket}` }]],
  [
    'a file that nobody serves',
    async () => writeFileSync(socket, ''),
    [{ state: 'broken', text: expect.stringContaining('nothing answers') }],
  ],
  [
    'an engine',
    () => serve({ '/_ping': ping }, 'Docker/28.5.2'),
    [{ state: 'broken', text: expect.stringContaining('an engine answers') }],
  ],
  [
    'its daemon is away',
    () => serve({ '/_crosstalk/whoami': [503, '{"message":"no daemon"}'], '/_ping': ping }),
    [{ state: 'warning', text: expect.stringContaining('has no daemon') }],
  ],
  [
    'the engine is away',
    () => serve({ '/_crosstalk/whoami': [200, '{"job":null}'], '/_ping': [502, '{}'] }),
    [
      { state: 'ok', text: expect.stringContaining('of no job') },
      { state: 'broken', text: expect.stringContaining('does not reach the engine') },
    ],
  ],
])('%s', async (_name, given, expected) => {
  await given();
  expect(await checkAudit(socket)).toMatchObject(expected);
});
