import { ApiError } from './errors';

export const reportFormats = ['json', 'text', 'markdown', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Media types that may be asked for. A browser asks for text/html and reads plain text best. */
const formatOf: Record<string, ReportFormat> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/plain': 'text',
  'text/html': 'text',
  'text/*': 'text',
  'text/markdown': 'markdown',
  'application/xml': 'junit',
  'text/xml': 'junit',
};

export const contentTypeOf: Record<ReportFormat, string> = {
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  junit: 'application/xml; charset=utf-8',
};

/** The format with the highest weight, the first of equals. @throws ApiError not-acceptable. */
export const negotiate = (accept: string | undefined): ReportFormat => {
  if (accept === undefined || accept.trim() === '') return 'json';
  const wishes = accept.split(',').flatMap((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
    const format = Object.hasOwn(formatOf, type) ? formatOf[type] : undefined;
    return format !== undefined && weight > 0 ? [{ format, weight }] : [];
  });
  const best = wishes.toSorted((a, b) => b.weight - a.weight)[0];
  if (best) return best.format;
  throw new ApiError(
    'not-acceptable',
    'a report can be application/json, text/plain, text/markdown or application/xml (JUnit)',
    'Accept',
  );
};
