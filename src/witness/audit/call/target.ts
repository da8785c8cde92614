/** Where a request goes, read as the engine's router reads it. */
export interface Target {
  /** As sent, without version and query. */
  readonly path: string;
  /** Decoded, without the empty one in front; undefined where the engine answers with a redirect to the clean path. */
  readonly segments: readonly string[] | undefined;
  readonly query: URLSearchParams;
}

const longestPath = 1024;

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/** `/v1.41/containers/web/kill?signal=9`; also `http://host/…`, which a proxy would be sent. */
export const readTarget = (target: string): Target => {
  const origin = target.replace(/^https?:\/\/[^/?]*/, '');
  const mark = origin.indexOf('?');
  const whole = mark === -1 ? origin : origin.slice(0, mark);
  const path = whole.replace(/^\/v\d+(\.\d+)*(?=\/)/, '') || '/';
  // `%2F` is decoded before the router looks, so one in a name makes another path.
  const parts = decode(path).split('/').slice(1);
  const clean = path.startsWith('/') && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return {
    path: path.slice(0, longestPath),
    segments: clean ? parts : undefined,
    query: new URLSearchParams(mark === -1 ? '' : origin.slice(mark + 1)),
  };
};

/** Parameters that hold no secret; build arguments, remote contexts and whatever nobody knows yet are not among them. */
const kept = new Set(
  'all condition container digests dryrun filters force forceRm fromImage limit link name noprune path platform pull q repo shared-size since signal size stream t tag timestamps type until v verbose'.split(
    ' ',
  ),
);
const longestQuery = 1024;

/** What of the query is kept, encoded again. A remote image can carry a password in its address. */
export const keptQuery = (query: URLSearchParams): string => {
  const left = new URLSearchParams();
  for (const [name, value] of query)
    if (kept.has(name)) left.append(name, value.slice(0, 200).replace(/\/\/[^/@\s]*@/, '//'));
  return left.toString().slice(0, longestQuery);
};
