import { compileCondition } from './condition';
import type { Described } from './identity';
import { maxTextLength } from './pattern';
import type { Extract } from './preset';

export type Read = (object: Described) => string | undefined;

/** Group 1, or the whole match; nothing for texts that are empty or too long. */
const find = (pattern: RegExp | undefined, text: string | undefined): string | undefined => {
  if (text === undefined || text === '' || text.length > maxTextLength) return undefined;
  if (!pattern) return text;
  const match = pattern.exec(text);
  return match ? (match[1] ?? match[0]) : undefined;
};

const findFirst = (pattern: RegExp, texts: readonly string[]): string | undefined => {
  for (const text of texts) {
    const found = find(pattern, text);
    if (found !== undefined) return found;
  }
  return undefined;
};

const sourceOf = (extract: Extract): Read => {
  if ('label' in extract) return ({ labels }) => find(extract.pattern, labels[extract.label]);
  if ('env' in extract) return ({ env }) => find(extract.pattern, env[extract.env]);
  if ('labelKey' in extract) return ({ labels }) => findFirst(extract.labelKey, Object.keys(labels));
  if ('name' in extract) return ({ name }) => find(extract.name, name);
  if ('network' in extract) return ({ networks }) => findFirst(extract.network, networks);
  if ('volume' in extract) return ({ volumes }) => findFirst(extract.volume, volumes);
  if ('anyOf' in extract) return firstOf(extract.anyOf);
  const fill = compileTemplates(extract.from, [extract.template]);
  return (object) => fill(object)?.[0];
};

export const compileExtract = (extract: Extract): Read => {
  const read = sourceOf(extract);
  if (!extract.onlyIf) return read;
  const guard = compileCondition(extract.onlyIf);
  return (object) => (guard(object) ? read(object) : undefined);
};

export const firstOf = (extracts: readonly Extract[]): Read => {
  const reads = extracts.map(compileExtract);
  return (object) => {
    for (const read of reads) {
      const found = read(object);
      if (found !== undefined) return found;
    }
    return undefined;
  };
};

/** Fills the `{name}`s of each template with what `from` reads; undefined when one of them is missing. */
export const compileTemplates = (
  from: Readonly<Record<string, Extract>>,
  templates: readonly string[],
): ((object: Described) => readonly string[] | undefined) => {
  const reads = Object.entries(from).map(([name, extract]) => [name, compileExtract(extract)] as const);
  return (object) => {
    const values = new Map<string, string>();
    for (const [name, read] of reads) {
      const value = read(object);
      if (value === undefined) return undefined;
      values.set(name, value);
    }
    return templates.map((template) =>
      template.replace(/\{(\w+)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder),
    );
  };
};
