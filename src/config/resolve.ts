import { readFileSync } from 'node:fs';
import { codeOf, type Environment, type Raw } from './sources';

export interface Resolved {
  readonly raw: Raw;
  /** Keys whose value came from a variable or file, with what the file says instead: that may be shown. */
  readonly written: ReadonlyMap<string, string>;
  /** Keys without a value because it could not be had. */
  readonly failed: ReadonlySet<string>;
}

/** Puts in what `${VAR}` and `file:/path` stand for. Sections named in `skip` are left alone. */
export const resolveReferences = (
  raw: Raw,
  env: Environment,
  skip: ReadonlySet<string>,
  problem: (key: string, text: string) => void,
): Resolved => {
  const written = new Map<string, string>();
  const failed = new Set<string>();

  const fail = (key: string, text: string): undefined => {
    failed.add(key);
    problem(key, text);
  };

  const fromVariables = (text: string, key: string): string | undefined => {
    const unset = [...text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)].filter(([, name]) => !env[name!]);
    for (const [reference] of unset) fail(key, `${reference} is not set`);
    if (unset.length > 0) return undefined;
    return text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => env[name] ?? '');
  };

  const fromFile = (text: string, key: string): string | undefined => {
    try {
      return readFileSync(text.slice('file:'.length), 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      return fail(key, `cannot read ${text} (${codeOf(error)})`);
    }
  };

  const resolveText = (text: string, key: string): string | undefined => {
    const value = text.startsWith('file:/') ? fromFile(text, key) : fromVariables(text, key);
    if (value !== text) written.set(key, text);
    return value;
  };

  const resolveValue = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return resolveText(value, key);
    if (Array.isArray(value)) return value.map((item, at) => resolveValue(item, `${key}[${at}]`));
    if (typeof value !== 'object' || value === null) return value;
    return resolveMap(value as Raw, `${key}.`);
  };

  /** A key without a value (`api:` and nothing below) is as good as absent. */
  const resolveMap = (map: Raw, prefix: string): Raw =>
    Object.fromEntries(
      Object.entries(map)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, skip.has(prefix + name) ? value : resolveValue(value, prefix + name)])
        .filter(([, value]) => value !== undefined),
    ) as Raw;

  return { raw: resolveMap(raw, ''), written, failed };
};
