import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { InvalidCursor } from '../domain';
import { ApiError, problems, problemType, toProblem, type ProblemCode } from './errors';
import { answerHeaders } from './headers';

/** What a person can do with one complaint of the validator. */
const toBadRequest = (error: FastifyError, request: FastifyRequest): ApiError => {
  const complaint = error.validation![0]!;
  const place = { querystring: 'query key', params: 'path', headers: 'header', body: 'body' }[
    error.validationContext ?? 'body'
  ];
  const { additionalProperty, missingProperty, allowedValues } = complaint.params as {
    additionalProperty?: string;
    missingProperty?: string;
    allowedValues?: readonly unknown[];
  };
  if (additionalProperty !== undefined) {
    const schema = request.routeOptions.schema?.[error.validationContext as 'querystring' | 'body'] as
      { properties?: object } | undefined;
    const known = Object.keys(schema?.properties ?? {}).join(', ');
    return new ApiError(
      'bad-request',
      `unknown ${place}; known are: ${known}`,
      additionalProperty.slice(0, 100),
    );
  }
  if (missingProperty !== undefined)
    return new ApiError('bad-request', `missing in the ${place}`, missingProperty);
  const field = complaint.instancePath.slice(1).replaceAll('/', '.') || place;
  const detail = allowedValues ? `expected one of: ${allowedValues.join(', ')}` : complaint.message;
  return new ApiError('bad-request', detail, field);
};

const codeOf: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
};

/** Our own errors and the framework's complaints about a request; undefined for what is our fault. */
const toApiError = (error: FastifyError, request: FastifyRequest): ApiError | undefined => {
  if (error instanceof ApiError) return error;
  if (error instanceof InvalidCursor) return new ApiError('bad-request', error.message, 'cursor');
  if (error.validation) return toBadRequest(error, request);
  const code = codeOf[error.code];
  if (code) return new ApiError(code);
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new ApiError('bad-request', error.message) : undefined;
};

const send = (
  reply: FastifyReply,
  { code, detail, field }: Pick<ApiError, 'code' | 'detail' | 'field'>,
): FastifyReply => {
  if (code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="crosstalk"');
  if (code === 'too-many-streams') reply.header('retry-after', '10');
  return reply
    .code(problems[code].status)
    .headers(answerHeaders)
    .type(problemType)
    .send(JSON.stringify(toProblem(code, detail, field)));
};

export const answerError = (
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const known = toApiError(error, request);
  if (known) return send(reply, known);
  request.log.error(
    { err: error, method: request.method, url: request.url, params: request.params },
    'a request failed',
  );
  return send(reply, { code: 'internal', detail: undefined, field: undefined });
};

export const answerNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  send(reply, new ApiError('route-not-found', `${request.method} of this path; /docs lists what there is`));

const wireCode: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** What the HTTP parser refuses never becomes a request: answered on the bare socket. */
export const answerWireError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = wireCode[error.code ?? ''] ?? 'bad-request';
  const { status } = problems[code];
  const body = JSON.stringify(toProblem(code));
  const head = Object.entries(answerHeaders).map(([name, value]) => `${name}: ${String(value)}`);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...head,
      `content-type: ${problemType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
