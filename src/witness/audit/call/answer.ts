import type { Meaning } from './meaning';

const longestMessage = 1024;
/** Of an answer that names what was made, or says why not. */
const enough = 8 << 10;

/** How many bytes of the answer's body are wanted. */
export const wantedOf = ({ made }: Meaning, status: number): number =>
  status >= 400 || (made !== null && status >= 200 && status < 300) ? enough : 0;

const parsed = (body: Buffer): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Without control characters, and without what an address may carry in front of its host. */
const harmless = (text: string): string =>
  text

    .replace(/[\0-\x1f\x7f-\x9f]+/g, ' ')
    .replace(/\/\/[^/@\s]*@/g, '//')
    .trim()
    .slice(0, longestMessage);

/** What the answer says was made, or why nothing was. */
export const readAnswer = (
  { made }: Meaning,
  status: number,
  body: Buffer,
): { readonly created: readonly string[]; readonly message: string | null } => {
  if (status >= 400) {
    const message = parsed(body)?.message;
    return {
      created: [],
      message: harmless(typeof message === 'string' ? message : body.toString('utf8')) || null,
    };
  }
  const value = made === null ? undefined : parsed(body)?.[made];
  return { created: typeof value === 'string' && value.length <= 255 ? [value] : [], message: null };
};
