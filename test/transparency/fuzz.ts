/** Mulberry32: the same seed gives the same cases on every machine. */
const numbers = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const targets = [
  '/_ping',
  '/v1.41/_ping',
  '/version',
  '/containers/json',
  '/containers/json?all=1&limit=-1',
  '/containers/json?filters=%7B',
  '/containers/nosuch/json',
  '/nosuch',
  '/v1.99/version',
  '//_ping',
  '/./_ping',
  '/_ping/',
  '/%5Fping',
  'http://elsewhere/_ping',
  '*',
  '/_ping?\xe9 x',
  '/_ping#part',
  '',
];

const plain = [
  'Accept: */*',
  'accept:text/plain',
  'X-Long: '.padEnd(9000, 'x'),
  'Connection: keep-alive',
  'Connection: Keep-Alive, X-Other',
  'X-Empty:',
  'TE: trailers',
];

const odd = [
  'Host: second',
  'X Blank: 1',
  'No colon',
  ': no name',
  'X-Latin: \xff\xfe',
  'X-Control: \x01',
  ' folded: 1',
  'Expect: 100-continue',
  'Upgrade: tcp',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: chunked, gzip',
  'Content-Length: -1',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length : 3',
  'Content-Length: 3',
  'Content-Length: 03',
  'Transfer-Encoding: chunked',
  'Trailer: X-Sum',
];

const framed = [
  { lines: ['Content-Length: 5'], body: 'hello' },
  { lines: ['Content-Length: 0'], body: '' },
  { lines: ['Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
  { lines: ['transfer-encoding:  CHUNKED'], body: '005;x=y\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n' },
];

const doubtful = [
  { lines: ['Content-Length: 5', 'Content-Length: 5'], body: 'hello' },
  { lines: ['Content-Length: 5', 'Content-Length: 6'], body: 'hello!' },
  { lines: ['Transfer-Encoding: chunked'], body: '5\nhello\n0\n\n' },
  { lines: ['Transfer-Encoding: chunked'], body: '5 \r\nhello\r\n0\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked'], body: '0x5\r\nhello\r\n0\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked'], body: '5\r\nhelloX\r\n0\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked'], body: 'ffffffffffffffff1\r\nhello\r\n0\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked', 'Content-Length: 5'], body: '5\r\nhello\r\n0\r\n\r\n' },
  { lines: ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n\r\n' },
];

/**
 * One request that does no harm, whole or broken, and behind it a whole one that asks for the end of the
 * connection: whoever finds another end of the first than the engine does answers the second differently.
 */
export const fuzzed = (seed: number): string => {
  const next = numbers(seed);
  const chance = (share: number): boolean => next() < share;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!;

  // A third of them is whole; of the others, each may be odd in several ways.
  const oddly = chance(0.33) ? () => false : chance;
  const method = oddly(0.3)
    ? pick(['POST', 'DELETE', 'OPTIONS', 'BREW', 'get', 'G T', ''])
    : pick(['GET', 'GET', 'HEAD']);
  const protocol = oddly(0.15)
    ? pick(['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', ''])
    : 'HTTP/1.1';
  const lines = oddly(0.1) ? [] : ['Host: docker'];
  while (chance(0.35))
    lines.splice(Math.floor(next() * (lines.length + 1)), 0, pick(oddly(0.7) ? odd : plain));
  const { lines: framing, body } = chance(0.4)
    ? pick(oddly(0.7) ? doubtful : framed)
    : { lines: [], body: '' };
  const end = oddly(0.08) ? pick(['\n', '\r', '\r\r\n']) : '\r\n';
  let request = [`${method} ${pick(targets)} ${protocol}`, ...lines, ...framing, '', ''].join(end) + body;

  if (oddly(0.15)) {
    const at = Math.floor(next() * request.length);
    const change = pick(['', '\0', '\r\n', ' ', '\n', '\x80', request[at]!.repeat(2)]);
    request = request.slice(0, at) + change + request.slice(at + 1);
  }
  if (oddly(0.05)) request = request.slice(0, Math.floor(next() * request.length));
  if (oddly(0.05)) request = `\r\n${request}`;
  return `${request}GET /_ping?last HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n`;
};
