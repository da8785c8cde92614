/** What must be known of a command's flags to find its arguments. */
export interface Flags {
  /** Those that take a value, long or a single letter; every other one is taken as a switch. */
  readonly valued: ReadonlySet<string>;
  /** Those whose value is kept, under which name; all other values are skipped without being looked at. */
  readonly kept: ReadonlyMap<string, string>;
  /** Whether flags end at the first argument, as before the command of `run` and `exec`. */
  readonly untilFirst: boolean;
}

export interface Scanned {
  /** Arguments that are neither flags nor their values; with `untilFirst` at most one. */
  readonly positional: readonly string[];
  /** What follows the first argument; empty without `untilFirst`. */
  readonly after: readonly string[];
  values(kept: string): readonly string[];
  /** The last value; null where the flag was not given. */
  value(kept: string): string | null;
  /** Whether a switch was given and not switched off again with `=false`. */
  on(kept: string): boolean;
  /** Whether there was a flag that `valued` and `kept` do not name. */
  readonly strange: boolean;
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/**
 * @param valued flags with a value, separated by spaces: `e env u user`
 * @param kept   kept name and its spellings: `{ tag: 't tag' }`
 */
export const flags = (
  valued: string,
  kept: Readonly<Record<string, string>> = {},
  untilFirst = false,
): Flags => ({
  valued: new Set(words(valued)),
  kept: new Map(
    Object.entries(kept).flatMap(([name, spelled]) => words(spelled).map((flag) => [flag, name] as const)),
  ),
  untilFirst,
});

const off = /^(0|f|false)$/i;

/** Splits what follows a command as the docker command line does (pflag): `--a=b`, `--a b`, `-itp 80`, `--`. */
export const scan = (args: readonly string[], { valued, kept, untilFirst }: Flags): Scanned => {
  const found = new Map<string, string[]>();
  const positional: string[] = [];
  let after: readonly string[] = [];
  let strange = false;

  const keep = (flag: string, value: string): void => {
    const name = kept.get(flag);
    if (name === undefined) {
      strange ||= !valued.has(flag);
      return;
    }
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  };
  /** Reads `-itp 80`; whether the next argument is the value. */
  const letters = (arg: string, next: string): boolean => {
    for (let at = 1; at < arg.length; at += 1) {
      const letter = arg[at]!;
      const rest = arg.slice(at + 1);
      if (valued.has(letter)) {
        keep(letter, rest === '' ? next : rest.replace(/^=/, ''));
        return rest === '';
      }
      if (rest.startsWith('=')) {
        keep(letter, rest.slice(1));
        return false;
      }
      keep(letter, 'true');
    }
    return false;
  };

  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    const next = args[at + 1] ?? '';
    if (arg === '--' || !arg.startsWith('-') || arg === '-') {
      const from = arg === '--' ? at + 1 : at;
      if (untilFirst) {
        positional.push(...args.slice(from, from + 1));
        after = args.slice(from + 1);
        break;
      }
      if (arg === '--') {
        positional.push(...args.slice(from));
        break;
      }
      positional.push(arg);
    } else if (arg.startsWith('--')) {
      const equals = arg.indexOf('=');
      const flag = arg.slice(2, equals < 0 ? undefined : equals);
      if (equals >= 0) keep(flag, arg.slice(equals + 1));
      else if (valued.has(flag)) {
        keep(flag, next);
        at += 1;
      } else keep(flag, 'true');
    } else if (letters(arg, next)) at += 1;
  }

  return {
    positional,
    after,
    strange,
    values: (name) => found.get(name) ?? [],
    value: (name) => found.get(name)?.at(-1) ?? null,
    on: (name) => {
      const last = found.get(name)?.at(-1);
      return last !== undefined && !off.test(last);
    },
  };
};
