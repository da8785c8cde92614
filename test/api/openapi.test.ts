import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { testApi } from './app';
import { expectConforming } from './conform';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly responses: Record<
    string,
    { readonly description?: string; readonly content?: Record<string, object> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let document: Document;
beforeAll(async () => {
  document = (await testApi().api.inject('/openapi.json')).json();
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

/** Every route of the router, from the tree it prints; the reader's own pages left out. */
const registered = async (): Promise<string[]> => {
  const { api } = testApi();
  await api.ready();
  const parents: string[] = [];
  return api
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const found = /^(.*?)[└├]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
      if (!found) return [];
      const depth = found[1]!.length / 4;
      const path = (depth === 0 ? '' : parents[depth - 1]!) + found[2]!;
      parents[depth] = path;
      return (found[3]?.split(', ') ?? [])
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method} ${path}`);
    })
    .filter((route) => !/^[A-Z]+ \/docs(\/|$)/.test(route))
    .map((route) => route.replace(/:(\w+)/g, '{$1}'));
};

test('it is a 3.1 document with schemas of JSON Schema 2020-12', () => {
  expect(document.openapi).toBe('3.1.0');
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
  // Keywords of OpenAPI and references into the document itself are looked at below.
  ajv.addSchema({ $id: 'doc', components: document.components } as object, 'doc', true, false);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components'));
    expect([name, ajv.validateSchema(local)]).toEqual([name, true]);
  }
});

test('every registered route is described, and every described one registered', async () => {
  expect(
    operations()
      .map(([route]) => route)
      .toSorted(),
  ).toEqual((await registered()).toSorted());
});

test('every operation has a summary, a known tag, described answers, and its path parameters', () => {
  const tags = document.tags.map(({ name }) => name);
  for (const [route, { summary, tags: [tag] = [], responses, parameters = [] }] of operations()) {
    expect([route, Boolean(summary), tags.includes(tag!)]).toEqual([route, true, true]);
    for (const response of Object.values(responses))
      expect([route, typeof response.description]).toEqual([route, 'string']);
    const inPath = parameters.filter((each) => each.in === 'path' && each.required).map(({ name }) => name);
    expect([route, inPath]).toEqual([route, [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
  }
});

test('every reference leads somewhere', () => {
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    expect(Object.keys(document.components.schemas)).toContain(name);
  expect(JSON.stringify(document)).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/);
});

describe('answers are what the document says', () => {
  test.each([
    ['/api/v1/findings', '/api/v1/findings'],
    ['/api/v1/findings/{id}', '/api/v1/findings/12'],
    ['/api/v1/jobs', '/api/v1/jobs'],
    ['/api/v1/jobs/{key}', '/api/v1/jobs/gitlab:101'],
    ['/api/v1/jobs/{key}/report', '/api/v1/jobs/gitlab:101/report'],
    ['/api/v1/jobs/{key}/timeline', '/api/v1/jobs/gitlab:101/timeline'],
    ['/api/v1/containers', '/api/v1/containers'],
    ['/api/v1/containers/{id}', '/api/v1/containers/db'],
    ['/api/v1/volumes', '/api/v1/volumes'],
    ['/api/v1/volumes/{id}', '/api/v1/volumes/cache'],
    ['/api/v1/networks', '/api/v1/networks'],
    ['/api/v1/images/{id}', '/api/v1/images/sha256:a'],
    ['/api/v1/events', '/api/v1/events'],
    ['/api/v1/events/{id}', '/api/v1/events/812'],
    ['/api/v1/execs', '/api/v1/execs'],
    ['/api/v1/execs/{id}', '/api/v1/execs/16'],
    ['/api/v1/gaps/{id}', '/api/v1/gaps/3'],
    ['/api/v1/stats', '/api/v1/stats'],
    ['/api/v1/timeline', '/api/v1/timeline'],
    ['/api/v1/suppressions', '/api/v1/suppressions'],
    ['/api/v1/coverage', '/api/v1/coverage'],
    ['/healthz', '/healthz'],
    ['/readyz', '/readyz'],
  ])('%s', async (path, url) => {
    expectConforming(document, path, (await testApi().api.inject(url)).json());
  });

  test('and problems too', async () => {
    const { api } = testApi();
    const answer = { status: '4XX', type: 'application/problem+json' };
    for (const url of ['/api/v1/jobs/none', '/api/v1/jobs?x=1'])
      expectConforming(document, '/api/v1/jobs/{key}', (await api.inject(url)).json(), answer);
  });

  test('a wrong answer would be noticed', async () => {
    const body = (await testApi().api.inject('/api/v1/findings/12')).json();
    expect(() => expectConforming(document, '/api/v1/findings/{id}', { ...body, extra: 1 })).toThrow();
  });
});

describe('the reader at /docs', () => {
  const page = async (url: string) => testApi().api.inject(url);

  test('loads only what this daemon has', async () => {
    const { api } = testApi();
    const answer = await api.inject('/docs');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
    const loaded = [...answer.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(loaded.length).toBeGreaterThan(3);
    for (const url of loaded) {
      expect(url).toMatch(/^\.?\/(?!\/)/);
      expect([url, (await api.inject(new URL(url, 'http://localhost/docs').pathname)).statusCode]).toEqual([
        url,
        200,
      ]);
    }
  });

  test('has no inline script, and asks no foreign validator', async () => {
    expect((await page('/docs')).body).not.toMatch(/<script(?![^>]* src=)|\son\w+=/);
    const initializer = (await page('/docs/static/swagger-initializer.js')).body;
    expect(initializer).toContain('validatorUrl: null');
  });

  test('shows the same document', async () => {
    expect((await page('/docs/json')).json()).toEqual(document);
  });
});
