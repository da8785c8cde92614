import fc from 'fast-check';
import { readCreate } from '../../../../src/witness/audit/call/body';
import { fold, type Scalar, textOf, walkJson } from '../../../../src/witness/audit/call/json';
import { readMeaning } from '../../../../src/witness/audit/call/meaning';
import { readTarget } from '../../../../src/witness/audit/call/target';
import { createSocketTest } from '../../../../src/witness/audit/socket-paths';

const engine = '/var/run/docker.sock';
const audit = '/run/crosstalk/docker.sock';
const isEngineSocket = createSocketTest(engine);
const create = readMeaning('POST', readTarget('/containers/create'));
const alter = (body: string, job: string | null = null, auditSocket: string | null = audit) => {
  const read = readCreate(Buffer.from(body), create, { job, auditSocket, isEngineSocket });
  return read.body && { body: read.body, changed: read.changed };
};
const altered = (body: string, job: string | null = null) => alter(body, job)?.body.toString('utf8');
const binds = (...list: string[]) => JSON.stringify({ Image: 'x', HostConfig: { Binds: list } });

describe('mounts of the engine’s socket', () => {
  test.each([
    '/var/run/docker.sock:/var/run/docker.sock',
    '/run/docker.sock:/x',
    '//var//run/./docker.sock:/x:ro',
    '/var/run/../run/docker.sock:/x',
    '/var/run/docker.sock/:/x',
  ])('bind %s', (bind) => {
    const [, ...rest] = bind.split(':');
    expect(altered(binds('data:/d', bind, '/tmp:/t'))).toBe(
      binds('data:/d', [audit, ...rest].join(':'), '/tmp:/t'),
    );
    expect(alter(binds(bind))!.changed).toEqual(['rewriteSocketMounts']);
  });

  test.each([
    [
      'a mount',
      '{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/run/docker.sock","Target":"/x"}]}}',
      'Source":"' + audit,
    ],
    ['keys in other letters', '{"hostCONFIG":{"bindS":["/run/docker.sock:/x"]}}', `["${audit}:/x"]`],
    [
      'keys with the letters that Go folds',
      '{"Ho\u017ftConfig":{"Bind\u017f":["/run/docker.sock:/x"]}}',
      `["${audit}:/x"]`,
    ],
    ['an escaped path', '{"HostConfig":{"Binds":["\\u002frun\\/docker.sock:/x"]}}', `["${audit}:/x"]`],
    ['an escaped key', '{"Host\\u0043onfig":{"Binds":["/run/docker.sock:/x"]}}', `["${audit}:/x"]`],
    [
      'of two HostConfigs the first',
      '{"HostConfig":{"Binds":["/run/docker.sock:/x"]},"HostConfig":{"Memory":1}}',
      `["${audit}:/x"]`,
    ],
    ['null first', '{"HostConfig":{"Binds":null,"Binds":["/run/docker.sock:/x"]}}', `["${audit}:/x"]`],
    [
      'something behind the object',
      '{"HostConfig":{"Binds":["/run/docker.sock:/x"]}} trailing',
      `["${audit}:/x"]}} trailing`,
    ],
  ])('%s', (_name, body, expected) => expect(altered(body)).toContain(expected));

  test.each([
    ['its directory, with much else', binds('/var/run:/host')],
    ['another socket', binds('/run/containerd/containerd.sock:/c')],
    ['a volume', binds('docker.sock:/x')],
    ['a label that looks like one', '{"Labels":{"Binds":"/run/docker.sock:/x"},"HostConfig":{}}'],
    ['no JSON', '{"HostConfig":{"Binds":["/run/docker.sock:/x"]}'],
    ['an array', '[{"HostConfig":{"Binds":["/run/docker.sock:/x"]}}]'],
    ['nothing', ''],
  ])('stays as it is: %s', (_name, body) => expect(alter(body)).toBeUndefined());

  test('switched off', () => expect(alter(binds(`${engine}:/x`), null, null)).toBeUndefined());
});

describe('the label', () => {
  const key = 'gitlab:101';
  const labels = (body: string): Record<string, string> => {
    // As Go reads it: objects under one key are one, and keys differ by more than case.
    const found: Record<string, string> = {};
    const latin1 = body;
    walkJson(latin1, (scalar) => {
      if (scalar.path[0] === 'labels' && scalar.path.length === 2)
        found[scalar.path[1]!] = textOf(latin1, scalar);
    });
    return found;
  };
  test.each([
    '{}',
    '{"Image":"x"}',
    '{"Labels":null}',
    '{"Labels":{"a":"b"}}',
    '{"Labels":{"io.crosstalk.job":"forged:1"}}',
    ' { "Image" : "x" } ',
  ])('%s', (body) => {
    const { body: out, changed } = alter(body, key)!;
    expect(changed).toEqual(['labelCreated']);
    expect(labels(out.toString())['io.crosstalk.job']).toBe(key);
    expect(JSON.parse(out.toString())).toMatchObject({ Labels: { 'io.crosstalk.job': key } });
  });
  test('both at once', () => {
    const { body, changed } = alter(binds(`${engine}:/x`), key)!;
    expect(changed).toEqual(['rewriteSocketMounts', 'labelCreated']);
    expect(JSON.parse(body.toString())).toEqual({
      Image: 'x',
      HostConfig: { Binds: [`${audit}:/x`] },
      Labels: { 'io.crosstalk.job': key },
    });
  });
});

test('every valid JSON object is walked, whatever is in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = Buffer.from(JSON.stringify(value)).toString('latin1');
      const scalars: Scalar[] = [];
      expect(walkJson(text, (scalar) => scalars.push(scalar))).toBeDefined();
      for (const scalar of scalars)
        if (scalar.kind === 'string') expect(typeof textOf(text, scalar)).toBe('string');
    }),
    { numRuns: 300 },
  );
});

test('nothing but what is meant is changed, and what is no JSON not at all', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, noise) => {
      const body = { ...value, HostConfig: { Binds: [`${engine}:/x`], Env: noise } };
      const out = alter(JSON.stringify(body))!.body.toString('utf8');
      expect(JSON.parse(out)).toEqual(
        JSON.parse(JSON.stringify({ ...body, HostConfig: { Binds: [`${audit}:/x`], Env: noise } })),
      );
      expect(() => alter(noise)).not.toThrow();
    }),
    { numRuns: 200 },
  );
});

test('a body that is nested without end is not understood', () => {
  expect(alter(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toBeUndefined();
});

test('letters that Go takes for the same', () => {
  expect(fold('HO\u017fTCONFIG')).toBe('hostconfig');
  expect(fold('\u212aey')).toBe('key');
});
