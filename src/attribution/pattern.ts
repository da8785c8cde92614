/** Longer texts are never looked at: with at most two open-ended repeats a pattern then stays in the milliseconds. */
export const maxTextLength = 1024;

const maxPatternLength = 260;
const maxOpenRepeats = 2;

interface Repeat {
  readonly length: number;
  /** Can match a varying number of times, more than once. */
  readonly varies: boolean;
  readonly open: boolean;
}

const none: Repeat = { length: 0, varies: false, open: false };

const repeatAt = (source: string, at: number): Repeat => {
  const sign = source[at];
  if (sign === '*' || sign === '+') return { length: 1, varies: true, open: true };
  const braces = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at, at + 16));
  if (!braces) return none;
  const [text, least, comma, most] = braces;
  const open = comma === ',' && most === '';
  return { length: text.length, varies: open || (comma === ',' && most !== least), open };
};

const classEnd = (source: string, start: number): number => {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
};

/**
 * Why a pattern may not be used on text that a container can choose; undefined when it may. Refused are patterns whose
 * time can grow without bound (a varying repeat around another one or around alternatives), and ones too long to read.
 */
export const unsafePattern = ({ source, flags }: RegExp): string | undefined => {
  if (flags !== '') return `has flags (${flags})`;
  if (source.length > maxPatternLength) return `is longer than ${maxPatternLength} characters`;

  let openRepeats = 0;
  // One entry for each open group: whether it holds something that must not be repeated.
  const groups: boolean[] = [false];
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    let holdsRepeat = false;
    if (sign === '(') {
      groups.push(false);
      continue;
    }
    if (sign === '|') groups[groups.length - 1] = true;
    if (sign === ')') holdsRepeat = groups.pop() ?? false;
    if (sign === '\\') at += 1;
    if (sign === '[') at = classEnd(source, at);

    const repeat = repeatAt(source, at + 1);
    if (repeat.varies && holdsRepeat) return 'repeats a group that repeats or has alternatives inside';
    if (repeat.open) openRepeats += 1;
    if (openRepeats > maxOpenRepeats) return `has more than ${maxOpenRepeats} open-ended repeats`;
    if (repeat.varies || holdsRepeat) groups[groups.length - 1] = true;
    at += repeat.length;
  }
  return undefined;
};
