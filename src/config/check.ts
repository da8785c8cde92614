import { Value, type ValueError } from '@sinclair/typebox/value';
import { ValueErrorType } from '@sinclair/typebox/errors';
import { withoutCredentials } from '../secret';
import { nearest } from './nearest';
import { keysOf, type Annotated } from './schema';

const shownLength = 60;

/** `/detect/allow/0/kind` → `detect.allow[0].kind` */
const keyOf = (path: string): string =>
  path
    .slice(1)
    .split('/')
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part, at) => (/^\d+$/.test(part) ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join('');

/** What came, in words; long texts cut, credentials in addresses hidden. */
export const got = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a section';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'nothing';
  const text = withoutCredentials(value);
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
};

const unknownKey = (key: string, name: string, siblings: readonly string[]): string => {
  const everywhere = keysOf().filter((known) => known.split('.').at(-1) === name);
  const meant = nearest(name, siblings) ?? (everywhere.length === 1 ? everywhere[0] : undefined);
  return `${got(key).slice(1, -1)}: unknown key${meant === undefined ? '' : `, did you mean ${meant}?`}`;
};

const expectation = ({ schema, type }: ValueError): string => {
  const { expected = 'another value' } = schema as Annotated;
  return type === ValueErrorType.ArrayMinItems ? `${expected}, not an empty one` : expected;
};

/** Compares settings with a schema: one line for each key that is wrong, missing or unknown. */
export const check = (
  schema: Annotated,
  value: unknown,
  options: {
    /** What the user wrote, where the value came from a variable or file. */
    readonly written: ReadonlyMap<string, string>;
    /** Who set a key, where it was not the file. */
    readonly origins: ReadonlyMap<string, string>;
    /** Keys that have been complained of. */
    readonly failed: ReadonlySet<string>;
  },
): string[] => {
  const problems = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    const key = keyOf(error.path);
    if (problems.has(key) || options.failed.has(key)) continue;
    if (error.type === ValueErrorType.ObjectAdditionalProperties) {
      const name = error.path.slice(error.path.lastIndexOf('/') + 1);
      const siblings = Object.keys((error.schema as { properties?: object }).properties ?? {});
      problems.set(key, unknownKey(key, name, siblings));
      continue;
    }
    // A missing section or key is told once, not again for the type that it then does not have.
    if (error.type === ValueErrorType.ObjectRequiredProperty) {
      problems.set(key, `${key}: missing, expected ${expectation(error)}`);
      continue;
    }
    const { secret } = error.schema as Annotated;
    const shown = options.written.get(key) ?? error.value;
    const came = secret ? 'something else (not shown)' : got(shown);
    problems.set(key, `${options.origins.get(key) ?? key}: expected ${expectation(error)}, got ${came}`);
  }
  return [...problems.values()];
};
