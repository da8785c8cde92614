import { readFileSync } from 'node:fs';
import { problems } from '../../src/api/errors';
import { defaultLimits } from '../../src/api/parts';
import { testApi } from './app';

const docs = readFileSync('docs/api.md', 'utf8');
const all = (pattern: RegExp): string[] => [...docs.matchAll(pattern)].map(([, found]) => found!).toSorted();

test('docs/api.md lists every route, and no other', async () => {
  const document: { paths: Record<string, object> } = (await testApi().api.inject('/openapi.json')).json();
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(all(/^\| `([A-Z]+ \/[^`]*)` +\|/gm)).toEqual(routes.toSorted());
});

test('docs/api.md lists every error code with its status, and no other', () => {
  const documented = [...docs.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(documented).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]));
});

test('docs/api.md lists every metric, and no other', async () => {
  const { body } = await testApi().api.inject('/metrics');
  const metrics = [...body.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name!);
  expect(all(/^\| `(crosstalk_\w+)[^`]*` +\|/gm)).toEqual(metrics.toSorted());
});

test('docs/api.md names the filters of every list, and the limits as they are', async () => {
  const document: { paths: Record<string, { get?: { parameters?: { name: string; in: string }[] } }> } = (
    await testApi().api.inject('/openapi.json')
  ).json();
  const general = ['limit', 'cursor', 'since', 'until'];
  for (const [path, { get }] of Object.entries(document.paths)) {
    const line = docs.split('\n').find((each) => each.startsWith(`| \`GET ${path}\``)) ?? '';
    for (const { name, in: place } of get?.parameters ?? [])
      if (place === 'query' && !general.includes(name) && name !== 'format')
        expect([line, name]).toEqual([expect.stringContaining(`\`${name}`), name]);
  }
  const {
    bodyBytes,
    urlBytes,
    headerBytes,
    requestsPerMinute,
    loopbackRequestsPerMinute,
    streams,
    connections,
  } = defaultLimits;
  for (const limit of [
    `${bodyBytes / 1024} KiB of body`,
    `${urlBytes / 1024} KiB of address`,
    `${headerBytes / 1024} KiB of headers`,
    `${requestsPerMinute.toLocaleString('en')} requests a minute`,
    `${loopbackRequestsPerMinute.toLocaleString('en')} from this machine`,
    `${streams} streams`,
    `${connections.toLocaleString('en')} connections`,
  ])
    expect(docs.replace(/\s+/g, ' ')).toContain(limit);
});
