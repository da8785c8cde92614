/** A value of a JSON text that is no object and no array. Offsets are bytes. */
export interface Scalar {
  /** Keys as the engine compares them (see `fold`), `[]` for an element of an array. */
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly kind: 'string' | 'number' | 'literal';
}

/** Go compares keys without regard to case, of these two letters too. */
export const fold = (key: string): string => key.toLowerCase().replaceAll('ſ', 's');

const deepest = 500;
const space = /[ \t\r\n]*/y;
// Unrolled: a step for each run of plain characters, not for each character.
const string = /"[^"\\\0-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\0-\x1f]*)*"/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;

/** The bytes of a string, quotes included, as text. */
export const textOf = (latin1: string, { start, end }: Pick<Scalar, 'start' | 'end'>): string =>
  JSON.parse(Buffer.from(latin1.slice(start, end), 'latin1').toString('utf8')) as string;

interface Walked {
  /** Where the top-level object ends: the offset of its closing brace. */
  readonly close: number;
  readonly empty: boolean;
}

/**
 * Visits every scalar of the JSON object that a body begins with, in order: of a key that comes twice the later counts, and
 * objects under one key are one. What follows the object is not looked at (20.10 ignores it). Undefined: it is no object,
 * no JSON, or too deep; then the engine refuses it, or nothing in it is understood.
 * @param latin1 the body, a character for each byte
 */
export const walkJson = (latin1: string, visit: (scalar: Scalar) => void): Walked | undefined => {
  let at = 0;
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(latin1)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const skip = (character: string): boolean => {
    match(space);
    if (latin1[at] !== character) return false;
    at += 1;
    return true;
  };
  const fail = (): never => {
    throw new SyntaxError();
  };

  const value = (path: readonly string[]): void => {
    if (path.length > deepest) fail();
    match(space);
    const start = at;
    if (latin1[at] === '{') object(path);
    else if (skip('[')) {
      if (skip(']')) return;
      do value([...path, '[]']);
      while (skip(','));
      if (!skip(']')) fail();
    } else if (match(string)) visit({ path, start, end: at, kind: 'string' });
    else if (match(literal)) visit({ path, start, end: at, kind: 'literal' });
    else if (match(number) && at > start) visit({ path, start, end: at, kind: 'number' });
    else fail();
  };

  const object = (path: readonly string[]): Walked => {
    at += 1;
    if (skip('}')) return { close: at - 1, empty: true };
    do {
      match(space);
      const start = at;
      if (!match(string)) fail();
      const key = fold(textOf(latin1, { start, end: at }));
      if (!skip(':')) fail();
      value([...path, key]);
    } while (skip(','));
    if (!skip('}')) fail();
    return { close: at - 1, empty: false };
  };

  try {
    match(space);
    return latin1[at] === '{' ? object([]) : undefined;
  } catch {
    return undefined;
  }
};
