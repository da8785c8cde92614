/** A request that proxy and engine could read differently, or that is no HTTP: it does not reach the engine. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: 400 | 431 = 400,
  ) {
    super(message);
  }
}

const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  410: 'Gone',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** An answer that did not come from the engine, whole. */
export const ownAnswer = (
  { status, contentType, body }: { status: number; contentType: string; body: string },
  { head = false, close = false }: { head?: boolean; close?: boolean } = {},
): string =>
  `HTTP/1.1 ${status} ${phrases[status] ?? 'Status'}\r\nServer: crosstalk\r\nContent-Type: ${contentType}\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n${close ? 'Connection: close\r\n' : ''}\r\n${head ? '' : body}`;

/** As the engine words its errors. */
export const errorAnswer = (
  status: number,
  message: string,
  how: { head?: boolean; close?: boolean } = {},
): string =>
  ownAnswer(
    {
      status,
      contentType: 'application/json',
      body: `${JSON.stringify({ message: `crosstalk: ${message}` })}\n`,
    },
    how,
  );
