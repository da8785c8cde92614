import { readdirSync, readFileSync } from 'node:fs';
import { createIdentifier } from '../../../src/attribution/identify';
import { unsafePattern } from '../../../src/attribution/pattern';
import type { Preset } from '../../../src/attribution/preset';
import { presets } from '../../../src/attribution/presets';
import { describedBy, examples, inShort, type Example } from './examples';

const identifier = createIdentifier(presets);

/** Every regular expression of a preset, wherever it stands. */
const patternsOf = (value: unknown): RegExp[] => {
  if (value instanceof RegExp) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(patternsOf) : [];
};

/** Names that a preset looks at or tests in the environment. */
const variablesOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  const env = 'env' in value && typeof value.env === 'string' ? [value.env] : [];
  return [...env, ...Object.values(value).flatMap(variablesOf)];
};

describe('examples', () => {
  test.each(examples.map((example) => [example.id, example] as const))('%s', (_, example) => {
    const { fields, groups, ...said } = inShort(identifier.identify(describedBy(identifier, example.input)));
    const { fields: wantedFields, groups: wantedGroups, ...wanted } = example.expect;
    expect(said).toMatchObject(wanted);
    if (wantedFields) expect(fields).toMatchObject(wantedFields);
    if (wantedGroups) expect([...groups].sort()).toEqual([...wantedGroups].sort());
  });

  test('no id twice', () => {
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  });
});

describe('every rule matters to an example', () => {
  type Lists = Record<string, readonly unknown[] | undefined>;

  /** The preset once for each of its rules, without that rule. */
  const withoutEach = (preset: Preset): (readonly [string, Preset])[] => {
    const lists = preset as unknown as Lists;
    const rules = (['job', 'parts', 'groups', 'systemActors', 'sharedByDesign'] as const).flatMap((list) =>
      (lists[list] ?? []).map((_, at) => {
        const shorter = lists[list]!.filter((__, other) => other !== at);
        return [`${preset.id} ${list}[${at}]`, { ...preset, [list]: shorter }] as const;
      }),
    );
    const fields = Object.keys(preset.fields ?? {}).map((name) => {
      const { [name]: _, ...others } = preset.fields!;
      return [`${preset.id} fields.${name}`, { ...preset, fields: others }] as const;
    });
    const conditions = Object.entries(preset.detect).flatMap(([kind, list]) =>
      list.map((_, at) => {
        const shorter = list.filter((__, other) => other !== at);
        return [
          `${preset.id} detect.${kind}[${at}]`,
          { ...preset, detect: { ...preset.detect, [kind]: shorter } },
        ] as const;
      }),
    );
    return [...rules, ...fields, ...conditions];
  };

  const answers = (list: readonly Preset[], asked: readonly Example[]): string[] => {
    const { identify } = createIdentifier(list);
    return asked.map(({ input }) => JSON.stringify(identify(describedBy(identifier, input))));
  };

  test.each(presets.map((preset) => [preset.id, preset] as const))('%s', (_, preset) => {
    const whole = answers([preset], examples);
    const unused = withoutEach(preset)
      .filter(([, shorter]) => answers([shorter], examples).every((answer, at) => answer === whole[at]))
      .map(([name]) => name);
    expect(unused).toEqual([]);
  });
});

describe('texts that a container chose', () => {
  const forged = ['<b>1</b>', '1\n2', '', '9'.repeat(30), '../../x', '101 or 1=1', 'x'.repeat(5000)];

  test.each(forged)('%j in every label, variable and name that can carry an id gives no claim', (value) => {
    for (const preset of presets)
      for (const rule of preset.job ?? []) {
        const labels: Record<string, string> = {};
        const env: Record<string, string> = {};
        for (const extract of Object.values(rule.from)) {
          if ('label' in extract) labels[extract.label] = value;
          if ('env' in extract) env[extract.env] = value;
        }
        const none = { networks: [value], volumes: [value], binds: [] };
        const { claims } = identifier.identify({ kind: rule.on[0]!, name: value, labels, env, ...none });
        // A path such as ../../x is a legal name of a repository: it needs a number beside it.
        expect(claims).toEqual([]);
      }
  });

  test('labels of prototypes are no labels', () => {
    const labels = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
    const none = { env: {}, networks: [], volumes: [], binds: [] };
    expect(identifier.identify({ kind: 'container', name: 'x', labels, ...none }).presets).toEqual([]);
  });

  test('an address with credentials or script is not taken as the address of a job', () => {
    const url = (text: string) =>
      identifier.identify({
        kind: 'container',
        name: 'x',
        labels: { 'com.gitlab.gitlab-runner.job.id': '1', 'com.gitlab.gitlab-runner.job.url': text },
        env: {},
        networks: [],
        volumes: [],
        binds: [],
      }).fields.url;
    expect(url('https://gitlab.example.com/a/-/jobs/1')).toBe('https://gitlab.example.com/a/-/jobs/1');
    expect(url('javascript:alert(1)')).toBeUndefined();
    expect(url('https://me:hunter2@gitlab.example.com/')).toBeUndefined();
  });
});

describe('each preset', () => {
  test.each(presets.map((preset) => [preset.id, preset] as const))(
    '%s is safe and consistent',
    (_, preset) => {
      expect(patternsOf(preset).map(unsafePattern).filter(Boolean)).toEqual([]);

      const allowed = [...(preset.env?.ids ?? []), ...(preset.env?.presence ?? [])];
      for (const name of variablesOf(preset)) expect(presets.flatMap(namesOf)).toContain(name);
      expect(new Set(allowed).size).toBe(allowed.length);

      for (const rule of preset.job ?? []) {
        // The audit socket's label holds keys of any system.
        const whole = preset.id === 'crosstalk' && rule.key === '{job}';
        expect(whole || rule.key.startsWith(`${preset.system}:`)).toBe(true);
        // Whatever becomes part of a key has a pattern of its own.
        for (const extract of Object.values(rule.from))
          if ('label' in extract || 'env' in extract) expect(extract.pattern).toBeInstanceOf(RegExp);
      }
    },
  );

  const namesOf = (preset: Preset): readonly string[] => [
    ...(preset.env?.ids ?? []),
    ...(preset.env?.presence ?? []),
  ];

  test('no secret has a name that may be kept', () => {
    const ids = presets.flatMap((preset) => preset.env?.ids ?? []);
    expect(ids.filter((name) => /TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH/.test(name))).toEqual([]);
  });

  test('example paths are build roots', () => {
    for (const { path, examples: paths } of presets.flatMap((preset) => preset.hostDirectories ?? []))
      for (const example of paths) {
        expect(example).toMatch(path);
        expect(identifier.isBuildRoot(example)).toBe(true);
      }
  });
});

describe('parity', () => {
  const sorted = (names: readonly string[]): string[] => [...names].sort();
  const ids = sorted(presets.map(({ id }) => id));

  test('each file in presets/ is in the list, under its own id', () => {
    const files = readdirSync('src/attribution/presets').filter((file) => file !== 'index.ts');
    expect(sorted(files.map((file) => file.replace(/\.ts$/, '')))).toEqual(ids);
  });

  test('each preset has a heading in docs/presets.md, with its status', () => {
    const page = readFileSync('docs/presets.md', 'utf8');
    const headings = [...page.matchAll(/^### `([a-z-]+)` .*\((verified|docs|unverified)\)$/gm)];
    expect(sorted(headings.map(([, id]) => id!))).toEqual(ids);
    for (const [, id, status] of headings)
      expect([id, status]).toEqual([id, presets.find((preset) => preset.id === id)!.status]);
  });
});
