import { unsafePattern } from '../../../src/attribution/pattern';

describe('safe', () => {
  test.each([
    /^runner-[a-z0-9-]{0,9}-\d{1,20}-(\d{1,20})$/,
    /(^|\/)gitea\/(act_)?runner([:@]|$)/,
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    /^[^/\])(*+]+$/,
    /\(a+\)+/,
    /^(?:a|b){3}$/,
    /^a{2}b{,3}$/,
  ])('%s', (pattern) => expect(unsafePattern(pattern)).toBeUndefined());
});

describe('refused', () => {
  test.each([
    [/(a+)+$/, 'repeats a group that repeats or has alternatives inside'],
    [/(?:\/[^/]+)*x/, 'repeats a group that repeats or has alternatives inside'],
    [/((a{1,9}))*/, 'repeats a group that repeats or has alternatives inside'],
    [/(a|a)*$/, 'repeats a group that repeats or has alternatives inside'],
    [/((a|b)c){2,}/, 'repeats a group that repeats or has alternatives inside'],
    [/(?:(?:a{1,5}){2}){1,5}/, 'repeats a group that repeats or has alternatives inside'],
    [/.*a.*b.*c/, 'has more than 2 open-ended repeats'],
    [/abc/g, 'has flags (g)'],
    [new RegExp('a'.repeat(261)), 'is longer than 260 characters'],
  ])('%s', (pattern, reason) => expect(unsafePattern(pattern)).toBe(reason));
});
