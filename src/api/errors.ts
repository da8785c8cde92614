/**
 * Every error that the API answers with: code → status and title. Codes are stable; docs/api.md lists each (a test compares
 * both). From 500 up the client gets the title alone and the log gets the rest.
 */
export const problems = {
  'bad-request': { status: 400, title: 'The request is not understood' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'host-not-allowed': { status: 403, title: 'The Host header names no address of this daemon' },
  'origin-not-allowed': { status: 403, title: 'Another site may not write here' },
  'route-not-found': { status: 404, title: 'There is no such route' },
  'finding-not-found': { status: 404, title: 'There is no such finding' },
  'job-not-found': { status: 404, title: 'There is no such job' },
  'container-not-found': { status: 404, title: 'There is no such container' },
  'volume-not-found': { status: 404, title: 'There is no such volume' },
  'network-not-found': { status: 404, title: 'There is no such network' },
  'image-not-found': { status: 404, title: 'There is no such image' },
  'event-not-found': { status: 404, title: 'There is no such event' },
  'exec-not-found': { status: 404, title: 'There is no such command' },
  'call-not-found': { status: 404, title: 'There is no such call' },
  'gap-not-found': { status: 404, title: 'There is no such gap' },
  'suppression-not-found': { status: 404, title: 'There is no such suppression' },
  'not-acceptable': { status: 406, title: 'None of the accepted forms can be given' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'finding-withdrawn': { status: 409, title: 'The finding was withdrawn and cannot be changed' },
  gone: { status: 410, title: 'Retention has removed it' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong here; the log of the daemon says what' },
  'too-many-streams': { status: 503, title: 'As many streams are open as are allowed' },
} as const;

export type ProblemCode = keyof typeof problems;

/** RFC 9457, application/problem+json. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  /** The query key, path part, header or body field that is wrong. */
  readonly field?: string;
}

export class ApiError extends Error {
  readonly statusCode: number;
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly field?: string,
  ) {
    super(detail ?? problems[code].title);
    this.statusCode = problems[code].status;
  }
}

export const problemType = 'application/problem+json; charset=utf-8';

export const toProblem = (code: ProblemCode, detail?: string, field?: string): Problem => ({
  type: `urn:crosstalk:problem:${code}`,
  title: problems[code].title,
  status: problems[code].status,
  code,
  ...(detail === undefined ? {} : { detail }),
  ...(field === undefined ? {} : { field }),
});
