import { customPreset, type CustomPreset } from '../../../src/attribution/custom';
import { createIdentifier } from '../../../src/attribution/identify';
import type { Preset } from '../../../src/attribution/preset';
import { presets } from '../../../src/attribution/presets';

const acme: CustomPreset = {
  id: 'acme',
  match: { label: 'com.acme.ci.job' },
  job: {
    key: 'acme:{label:com.acme.ci.job}',
    url: 'https://ci.acme.example/{label:com.acme.ci.job}',
    project: '{label:com.acme.ci.repo}',
    pipeline: 'run {label:com.acme.ci.run} of {env:ACME_BRANCH}',
  },
};

const identify = (custom: CustomPreset, labels: Record<string, string>, env: Record<string, string> = {}) => {
  const identifier = createIdentifier([...presets, customPreset(custom) as Preset]);
  const described = { name: 'web', labels, env, networks: [], volumes: [], binds: [] };
  return { ...identifier.identify({ kind: 'container', ...described }), identifier };
};

describe('a custom preset', () => {
  test('gives key, address and what else was asked for', () => {
    const { claims, fields, runner } = identify(
      acme,
      { 'com.acme.ci.job': '77', 'com.acme.ci.repo': 'shop / api', 'com.acme.ci.run': '9' },
      { ACME_BRANCH: 'main' },
    );
    expect(runner).toBe('acme');
    expect(claims).toEqual([
      {
        key: 'acme:77',
        preset: 'acme',
        system: 'acme',
        confidence: 0.95,
        evidence: 'label',
        because: 'label com.acme.ci.job',
      },
    ]);
    expect(fields).toEqual({
      url: 'https://ci.acme.example/77',
      project: 'shop / api',
      pipeline: 'run 9 of main',
    });
  });

  test('goes before the built-in ones', () => {
    const labels = { 'com.acme.ci.job': '77', 'com.gitlab.gitlab-runner.job.id': '1' };
    expect(identify(acme, labels).presets).toEqual(['acme', 'gitlab-runner']);
  });

  test('a field whose label is missing is left out', () => {
    expect(identify(acme, { 'com.acme.ci.job': '77' }).fields).toEqual({ url: 'https://ci.acme.example/77' });
  });

  test.each(['<b>1</b>', '', 'a b', "1'--", '1\n2'])('takes no id from %j', (value) => {
    expect(identify(acme, { 'com.acme.ci.job': value }).claims).toEqual([]);
  });

  test('its labels and variables may be kept, and no others', () => {
    const { identifier } = identify(acme, {});
    expect(identifier.keepLabel('com.acme.ci.repo')).toBe(true);
    expect(identifier.keepLabel('com.acme.ci.secret')).toBe(false);
    expect(identifier.keepEnv('ACME_BRANCH')).toBe('value');
    expect(identifier.keepEnv('ACME_TOKEN')).toBeUndefined();
  });

  test('can go by the environment', () => {
    const byEnv = {
      id: 'acme',
      match: { env: 'ACME_JOB', pattern: '^j-' },
      job: { key: 'acme:{env:ACME_JOB}' },
    };
    expect(identify(byEnv as CustomPreset, {}, { ACME_JOB: 'j-5' }).claims[0]).toMatchObject({
      key: 'acme:j-5',
      evidence: 'env',
      confidence: 0.75,
    });
    expect(identify(byEnv as CustomPreset, {}, { ACME_JOB: 'k-5' }).presets).toEqual([]);
  });
});

describe('what is wrong with one', () => {
  test.each<[string, Omit<Partial<CustomPreset>, 'job'> & { job?: Record<string, string> }, object[]]>([
    [
      'an id with spaces',
      { id: 'Ac me' },
      [{ at: 'id', expected: 'lower-case letters, digits and dashes, a letter first' }],
    ],
    ['nothing to match', { match: {} }, [{ at: 'match', expected: 'exactly one of label, env and name' }]],
    [
      'two things to match',
      { match: { label: 'a', env: 'B' } },
      [{ at: 'match', expected: 'exactly one of label, env and name' }],
    ],
    [
      'a broken pattern',
      { match: { name: '(' } },
      [{ at: 'match.name', expected: 'a JavaScript regular expression' }],
    ],
    [
      'a pattern that can take for ever',
      { match: { label: 'a', pattern: '^(a+)+$' } },
      [
        {
          at: 'match.pattern',
          expected:
            'a pattern that is safe on foreign text; this one repeats a group that repeats or has alternatives inside',
        },
      ],
    ],
    [
      'a key without a system',
      { job: { key: '{label:x}' } },
      [{ at: 'job.key', expected: 'a job key such as "acme:{label:com.acme.ci.job}"' }],
    ],
    [
      'a key that is the same for every job',
      { job: { key: 'acme:1' } },
      [{ at: 'job.key', expected: 'a job key such as "acme:{label:com.acme.ci.job}"' }],
    ],
    [
      'an unknown placeholder',
      { job: { key: 'acme:{image:x}' } },
      [{ at: 'job.key', expected: 'a job key such as "acme:{label:com.acme.ci.job}"' }],
    ],
    [
      'an address that is none',
      { job: { key: 'acme:{label:x}', url: 'javascript:{label:x}' } },
      [{ at: 'job.url', expected: 'an http address with placeholders {label:…} or {env:…}' }],
    ],
  ])('%s', (_, change, problems) => {
    expect(customPreset({ ...acme, ...change } as CustomPreset)).toEqual(problems);
  });
});
