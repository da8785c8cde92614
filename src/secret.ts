import { inspect } from 'node:util';

const shown = '<secret>';

/** A value that prints as `<secret>` wherever it ends up, until it is asked for with `reveal()`. */
export interface Secret {
  reveal(): string;
}

export const secret = (value: string): Secret =>
  // Every way in which a value becomes text: String(), JSON, template strings, console.log and util.inspect.
  Object.freeze({
    reveal: () => value,
    toString: () => shown,
    toJSON: () => shown,
    [Symbol.toPrimitive]: () => shown,
    [inspect.custom]: () => shown,
  });

/** Replaces user and password of every address in a text: `tcp://me:x@host` → `tcp://<secret>@host`. */
export const withoutCredentials = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>\\]{1,1000}@/gi, `$1${shown}@`);
