import { chunk, closing, converse, head, json, type Move } from '../raw';
import { image, type Sessions } from '../session';
import { on, kept, closed, pong, ping, last, volume, create, asJson } from './connection';

/** The framing of HTTP/1.1, in all that is odd and allowed. */
export const framing: Sessions = {
  'raw: pipelined requests': closed(
    () => [ping + head('GET /version') + head('GET /nosuch') + head('HEAD /_ping') + last],
    /^HTTP\/1.1 200 OK\r\n[^]*OKHTTP\/1.1 200 OK[^]*"Version"[^]*HTTP\/1.1 404 Not Found[^]*page not found"}\n?HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nHTTP\/1.1 200 OK[^]*OK$/,
  ),
  'raw: pipelined bodies, a slow answer first': closed(
    ({ name }) => [
      json(create, { Name: name }) +
        json('POST /containers/nosuch/rename?name=x', {}) +
        head(create, asJson, 'Transfer-Encoding: chunked') +
        chunk(volume(`${name}-2`)) +
        '0\r\n\r\n' +
        last,
    ],
    /201 Created[^]*404 Not Found[^]*201 Created[^]*OK$/,
  ),
  'raw: byte by byte': kept(
    ({ name }) =>
      [...(json(create, { Name: name }) + ping)]
        .flatMap((byte, index): Move[] => (index % 8 === 0 ? [byte, 1] : [byte]))
        .concat(pong),
    /201 Created[^]*OK$/,
  ),
  'raw: chunked, with trailers': kept(
    ({ name }) => [
      head(create, asJson, 'Transfer-Encoding: chunked', 'Trailer: X-Sum') +
        chunk(volume(name).slice(0, 5)) +
        chunk(volume(name).slice(5)) +
        '0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n' +
        ping,
      pong,
    ],
    /^HTTP\/1.1 201[^]*OK$/,
  ),
  'raw: chunked, with extensions, leading zeros and capitals': kept(
    ({ name }) => [
      head(create, asJson, 'transfer-encoding: Chunked') +
        '00000A;a=b\r\n' +
        volume(name).padEnd(26).slice(0, 10) +
        '\r\n' +
        chunk(volume(name).padEnd(26).slice(10), ';c="d;e"') +
        '0;last\r\n\r\n' +
        ping,
      pong,
    ],
    /^HTTP\/1.1 201[^]*OK$/,
  ),
  'raw: a body in many small writes': kept(
    ({ name }) => [
      head(create, asJson, 'Content-Length: 500'),
      ...[
        ...volume(name)
          .padEnd(500)
          .matchAll(/[^]{20}/g),
      ].flatMap(([part]) => [part, 3]),
      ping,
      pong,
    ],
    /^HTTP\/1.1 201[^]*OK$/,
  ),
  'raw: Connection: close': closed(() => [last], /Connection: close[^]*OK$/),
  'raw: HTTP/1.0': closed(() => ['GET /_ping HTTP/1.0\r\n\r\n'], /^HTTP\/1.0 200 OK[^]*OK$/),
  'raw: HTTP/1.0 with keep-alive': closed(
    () => ['GET /_ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', pong, 'GET /_ping HTTP/1.0\r\n\r\n'],
    /^HTTP\/1.0 200 OK[^]*keep-alive[^]*OKHTTP\/1.0 200[^]*OK$/,
  ),
  'raw: HTTP/1.0 without a length': closed(
    () => ['GET /events?since=1&until=2 HTTP/1.0\r\n\r\n'],
    /^HTTP\/1.0 200 OK/,
  ),
  'raw: lower-case, doubled, folded-looking and odd headers': kept(
    () => [
      'GET /_ping HTTP/1.1\r\nhost: a\r\nx-a: 1\r\nX-A: 2\r\nACCEPT:*/*\r\nX-Tab:\t v \t\r\nX-Empty:\r\nX-Latin: \xe9\r\nCookie: a=b; c="d"\r\n\r\n',
      pong,
    ],
    pong,
  ),
  'raw: an absolute target': kept(() => [head('GET http://elsewhere:99/_ping?x=1'), pong], pong),
  'raw: a target with all kinds of characters': kept(
    () => [head('GET /containers/json?filters=%7B%22name%22%3A%5B%22nosuch%22%5D%7D&%2F=[]{}|"'), /\[\]\n$/],
    /200 OK[^]*\[\]\n$/,
  ),
  'raw: no Host': closed(
    () => ['GET /_ping HTTP/1.1\r\n\r\n'],
    /^HTTP\/1.1 400 Bad Request: missing required Host header/,
  ),
  'raw: an empty Host': kept(() => [head('GET /_ping', 'Host:'), pong], pong),
  'raw: an unknown method, an unknown path': kept(
    () => [
      head('BREW /_ping'),
      /page not found"}\n$|method/i,
      head('GET /v1.40/nosuch/at/all?x'),
      /page not found"}\n$/,
      head('DELETE /version'),
      /}\n$/,
    ],
    /HTTP\/1.1 40[45][^]*HTTP\/1.1 404/,
  ),
  'raw: an unknown version': kept(() => [head('GET /v1.99/version'), /too new[^]*}\n$/], /400 Bad Request/),
  'raw: OPTIONS': kept(() => [head('OPTIONS /_ping'), /\r\n\r\n/, ping, pong], /OK$/),
  'raw: a head of 900 KiB': kept(
    () => [head('GET /_ping', `X-Registry-Config: ${'x'.repeat(900 * 1024)}`), pong],
    pong,
  ),
  'raw: 300 headers': kept(
    () => [head('GET /_ping', ...Array.from({ length: 300 }, (_, i) => `X-${i}: ${i}`)), pong],
    pong,
  ),
  // Not every engine takes these.
  'raw: 2000 headers': on(
    () => [head('GET /_ping', ...Array.from({ length: 2000 }, (_, i) => `X-${i}: ${i}`)), /OK$|Large$/, 150],
    /^HTTP\/1.1 (200|431)/,
    expect.any(Boolean),
  ),
  'raw: // in a path': kept(
    () => [
      head('GET //version'),
      /301 Moved[^]*\r\n\r\n/,
      head('GET /containers//x/../json'),
      /301 Moved[^]*\r\n\r\n/,
      ping,
      pong,
    ],
    /Location: \/version[^]*OK$/,
  ),
  'raw: a body where none is meant': kept(
    () => [
      head('GET /_ping', 'Content-Length: 5') +
        'hello' +
        head('GET /_ping', 'Transfer-Encoding: chunked') +
        chunk('hello') +
        '0\r\n\r\n' +
        ping,
      /OK[^]*OK[^]*OK$/,
    ],
    /OK[^]*OK[^]*OK$/,
  ),
  'raw: HEAD, then others on the same connection': kept(
    ({ name }) => [
      head('HEAD /_ping'),
      /\r\n\r\n/,
      head(`HEAD /containers/${name}/archive?path=/`),
      /\r\n\r\n/,
      head('HEAD /version'),
      /\r\n\r\n/,
      ping,
      pong,
    ],
    /200 OK[^]*404 Not Found[^]*OK$/,
  ),
  'raw: a hundred requests on one connection': kept(
    () =>
      Array.from({ length: 100 }, (_, i) => [
        head(`GET /_ping?${i}`, ...(i % 3 === 0 ? ['X: y'] : [])),
        pong,
      ]).flat(),
    /^(HTTP\/1.1 200 OK\r\n([\w-]+: .*\r\n)+\r\nOK){100}$/,
  ),
  'raw: half-closed after the request': closed(() => [ping, 'END'], /OK$/),
  'raw: half-closed after pipelined requests': closed(
    () => [ping + head('GET /nosuch') + head('HEAD /_ping') + ping, 'END'],
    /OKHTTP[^]*page not found[^]*OK$/,
  ),
  'raw: half-closed after pipelined requests, a slow one first': {
    // The engine takes it for a reason to give up what it is at, and answers the others.
    run: async ({ socket, name, sh }) => {
      await sh(`docker run -d --name ${name} ${image} sleep 20`);
      const wait = head(`POST /containers/${name}/wait`, 'Content-Length: 0');
      return converse(socket, [wait + ping + head('GET /nosuch'), 'END', closing]);
    },
    expected: {
      bytes: expect.stringMatching(/"context canceled"[^]*OKHTTP[^]*page not found"}\n$/),
      ended: true,
      problem: undefined,
    },
  },
  'raw: 3000 pipelined requests': {
    run: async ({ socket }) => {
      const { bytes, problem } = await converse(socket, [
        ping.repeat(2999) + head('GET /nosuch'),
        /page not found"}\n$/,
      ]);
      return [bytes.toString().split('\r\n\r\nOKHTTP/1.1').length, problem];
    },
    expected: [3000, undefined],
  },
  'raw: half-closed without a request': closed(() => ['END'], /^$/),
  'raw: half-closed within a head': {
    ...closed(() => ['GET /_ping HTTP/1.1\r\nHost: do', 'END'], /^(HTTP\/1.1 400 Bad Request[^]*)?$/),
    refusable: true,
  },
  'raw: half-closed within a body': closed(
    () => [head(create, asJson, 'Content-Length: 100') + '{"Name":', 'END'],
    /^HTTP\/1.1 (400|500)/,
  ),
  'raw: a broken chunk': {
    ...closed(
      () => [head(create, asJson, 'Transfer-Encoding: chunked') + 'xyz\r\n{}\r\n0\r\n\r\n'],
      /^HTTP\/1.1 (400|500)/,
    ),
    refusable: true,
  },
  'raw: no HTTP at all': {
    ...closed(() => ['hello there\r\n\r\n'], /^HTTP\/1.1 400 Bad Request/),
    refusable: true,
  },
  'raw: HTTP/2 with prior knowledge': {
    run: ({ socket }) => converse(socket, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /\r\n\r\n/]),
    expected: expect.objectContaining({ bytes: expect.stringMatching(/^HTTP\/1.1 \d{3}/) }),
    refusable: true,
  },
};
