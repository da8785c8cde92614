import { unsafePattern } from './pattern';
import type { Condition, Extract, JobRule, ObjectKind, Preset } from './preset';

/** A preset as a user writes it in the configuration (`jobs.custom`). */
export interface CustomPreset {
  readonly id: string;
  readonly match: {
    readonly label?: string;
    readonly env?: string;
    readonly name?: string;
    readonly equals?: string;
    readonly pattern?: string;
  };
  /** Templates with `{label:…}` and `{env:…}`. */
  readonly job: { readonly key: string } & Readonly<Partial<Record<FieldName, string>>>;
}

/** What is wrong with one setting, told relative to the preset: `job.key`. */
export interface CustomProblem {
  readonly at: string;
  readonly expected: string;
}

const fieldNames = ['url', 'project', 'pipeline', 'ref', 'runner', 'slot'] as const;
type FieldName = (typeof fieldNames)[number];

/** Above all built-in presets: whoever writes one knows the own host best. */
const priority = 120;

// What may become part of a job key or an address: labels are chosen by containers.
const idValue = /^([A-Za-z0-9._~:@+/-]{1,200})$/;
const textValue = /^([ -~\u00a0-\uffff]{1,200})$/;

const placeholder = /\{(label|env):([A-Za-z0-9._/-]{1,200})\}/g;

/** `acme:{label:x}` → `acme:{p0}` and what p0 reads; undefined when other braces are left. */
const parseTemplate = (
  text: string,
  value: RegExp,
): { template: string; from: Record<string, Extract> } | undefined => {
  const from: Record<string, Extract> = {};
  const template = text.replace(placeholder, (_, source: string, name: string) => {
    const variable = `p${Object.keys(from).length}`;
    from[variable] = source === 'label' ? { label: name, pattern: value } : { env: name, pattern: value };
    return `{${variable}}`;
  });
  return /[{}]/.test(template.replace(/\{p\d+\}/g, '')) ? undefined : { template, from };
};

const parsePattern = (
  source: string | undefined,
  at: string,
  problems: CustomProblem[],
): RegExp | undefined => {
  if (source === undefined) return undefined;
  try {
    const pattern = new RegExp(source);
    const reason = unsafePattern(pattern);
    if (reason === undefined) return pattern;
    problems.push({ at, expected: `a pattern that is safe on foreign text; this one ${reason}` });
  } catch {
    problems.push({ at, expected: 'a JavaScript regular expression' });
  }
  return undefined;
};

const parseMatch = (match: CustomPreset['match'], problems: CustomProblem[]): Condition => {
  const { label, env, equals } = match;
  if ([label, env, match.name].filter((key) => key !== undefined).length !== 1)
    problems.push({ at: 'match', expected: 'exactly one of label, env and name' });
  if (match.name !== undefined && (equals !== undefined || match.pattern !== undefined))
    problems.push({ at: 'match', expected: 'no equals or pattern beside name, which is a pattern itself' });
  const name = parsePattern(match.name, 'match.name', problems);
  const pattern = parsePattern(match.pattern, 'match.pattern', problems);
  return {
    ...(label === undefined ? {} : { label }),
    ...(env === undefined ? {} : { env }),
    ...(name ? { name } : {}),
    ...(equals === undefined ? {} : { equals }),
    ...(pattern ? { pattern } : {}),
  };
};

const keyExpected = 'a job key such as "acme:{label:com.acme.ci.job}"';

const parseKey = (key: string, problems: CustomProblem[]) => {
  const parsed = parseTemplate(key, idValue);
  const system = /^([a-z][a-z0-9-]{0,39}):./.exec(key)?.[1];
  if (parsed && system !== undefined && Object.keys(parsed.from).length > 0) return { ...parsed, system };
  problems.push({ at: 'job.key', expected: keyExpected });
  return undefined;
};

const parseFields = (job: CustomPreset['job'], problems: CustomProblem[]): Record<string, Extract[]> => {
  const fields: Record<string, Extract[]> = {};
  for (const name of fieldNames) {
    const text = job[name];
    if (text === undefined) continue;
    const parsed = parseTemplate(text, name === 'url' ? idValue : textValue);
    const isAddress = name !== 'url' || /^https?:\/\/[^\s{}@]/.test(text);
    if (parsed && isAddress) fields[name] = [parsed];
    else
      problems.push({
        at: `job.${name}`,
        expected: `${name === 'url' ? 'an http address' : 'a text'} with placeholders {label:…} or {env:…}`,
      });
  }
  return fields;
};

const variablesOf = (extracts: readonly Extract[]): string[] =>
  extracts.flatMap((extract) => {
    if ('env' in extract) return [extract.env];
    return 'from' in extract ? variablesOf(Object.values(extract.from)) : [];
  });

/** A user's preset in the form of the built-in ones, or everything that is wrong with it. */
export const customPreset = (custom: CustomPreset): Preset | readonly CustomProblem[] => {
  const problems: CustomProblem[] = [];
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(custom.id))
    problems.push({ at: 'id', expected: 'lower-case letters, digits and dashes, a letter first' });
  const condition = parseMatch(custom.match, problems);
  const key = parseKey(custom.job.key, problems);
  const fields = parseFields(custom.job, problems);
  if (!key || problems.length > 0) return problems;

  // Volumes and networks have no environment.
  const ofContainersOnly = condition.env !== undefined || variablesOf(Object.values(key.from)).length > 0;
  const kinds: readonly ObjectKind[] = ofContainersOnly ? ['container'] : ['container', 'volume', 'network'];
  const rule: JobRule = {
    id: 'key',
    on: kinds,
    as: 'owner',
    key: key.template,
    from: key.from,
    confidence: ofContainersOnly ? 0.75 : 0.95,
    evidence: ofContainersOnly ? 'env' : 'label',
  };
  const variables = [
    condition.env,
    ...variablesOf([...Object.values(key.from), ...Object.values(fields).flat()]),
  ];
  return {
    id: custom.id,
    system: key.system,
    role: 'runner',
    title: `${custom.id}, from the configuration`,
    priority,
    status: 'unverified',
    versions: '',
    detect: Object.fromEntries(kinds.map((kind) => [kind, [condition]])),
    job: [rule],
    fields,
    env: { ids: [...new Set(variables.filter((name) => name !== undefined))] },
  };
};
