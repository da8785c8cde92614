import { closing, converse, head, json, type Move, type Received } from '../raw';
import { image, type Context, type Sessions } from '../session';

const upgrade = ['Connection: Upgrade', 'Upgrade: tcp'];

const running = async ({ sh, name }: Context, command: string): Promise<void> => {
  const { code, stderr } = await sh(`docker run -di --name ${name} ${image} ${command}`);
  if (code !== 0) throw new Error(stderr.toString());
};

/** The id of a new exec of the context's container. */
const exec = async ({ socket, name }: Context, cmd: readonly string[]): Promise<string> => {
  const request = json(`POST /containers/${name}/exec`, {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Cmd: cmd,
  });
  const { bytes } = await converse(socket, [request, /"Id":"\w+"}/]);
  return /"Id":"(\w+)"}/.exec(bytes.toString())![1]!;
};

const start = async (
  context: Context,
  headers: readonly string[],
  moves: readonly Move[],
): Promise<Received> => {
  await running(context, 'sleep 60');
  const id = await exec(context, ['sh', '-c', 'cat; sleep .3; echo after-eof']);
  const request = json(`POST /exec/${id}/start`, { Detach: false, Tty: false }, ...headers);
  return converse(context.socket, [request, ...moves]);
};

const echoed = { ended: true, problem: undefined };
const frame = (text: string): string => `\x01\0\0\0\0\0\0${String.fromCharCode(text.length)}${text}`;

const h2c = ['Connection: Upgrade', 'Upgrade: h2c'];
const preface = 'PRI \\* HTTP/2.0\r\n\r\nSM\r\n\r\n';
const settings = '\0\0\0\x04\0\0\0\0\0';
const settingsTaken = '\0\0\0\x04\x01\0\0\0\0';

/** How many frames come, and when, is a matter of HTTP/2 and of the moment. */
const upTo = async (received: Promise<Received>, end: string): Promise<Received> => {
  const { bytes, ...rest } = await received;
  return { ...rest, bytes: bytes.subarray(0, bytes.indexOf(end, 0, 'latin1') + end.length) };
};

/**
 * What HTTP becomes something else on: upgrades, hijacks, WebSockets, h2c. None sends before the 101 what belongs
 * after it: the engine loses what it read too early, so that the same client hears now this, now that.
 */
export const tunnels: Sessions = {
  'raw: exec, upgraded': {
    run: (context) => start(context, upgrade, [/101 UPGRADED[^]*\r\n\r\n/, 'abc', 'END', closing]),
    expected: {
      ...echoed,
      bytes: expect.stringMatching(
        new RegExp(`^HTTP/1.1 101 UPGRADED[^]*\r\n\r\n${frame('abc')}${frame('after-eof\n')}$`),
      ),
    },
  },
  'raw: exec, hijacked without an upgrade': {
    run: (context) => start(context, [], [/200 OK[^]*\r\n\r\n/, 'abc', 'END', closing]),
    expected: {
      ...echoed,
      bytes: expect.stringMatching(
        new RegExp(
          `^HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.[a-z]+-stream\r\n[^]*${frame('abc')}${frame('after-eof\n')}$`,
        ),
      ),
    },
  },
  'raw: exec, hijacked by HTTP/1.0 and lower-case headers': {
    run: async (context) => {
      await running(context, 'sleep 60');
      const id = await exec(context, ['echo', 'told']);
      const body = '{"Detach":false}';
      return converse(context.socket, [
        `POST /exec/${id}/start HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        closing,
      ]);
    },
    expected: { ...echoed, bytes: expect.stringMatching(/told\n$/) },
  },
  'raw: exec, detached, and another request': {
    run: async (context) => {
      await running(context, 'sleep 60');
      const id = await exec(context, ['true']);
      return converse(context.socket, [
        json(`POST /exec/${id}/start`, { Detach: true }),
        /\r\n\r\n/,
        head('GET /_ping'),
        /OK$/,
        100,
      ]);
    },
    expected: { ended: false, problem: undefined, bytes: expect.stringMatching(/^HTTP\/1.1 200[^]*OK$/) },
  },
  'raw: attach, upgraded, to a container that ends': {
    run: async (context) => {
      await running(context, "sh -c 'read x; echo got $x; exit 3'");
      const line = `POST /containers/${context.name}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
      return converse(context.socket, [
        head(line, ...upgrade),
        /101 UPGRADED[^]*\r\n\r\n/,
        'word\n',
        closing,
      ]);
    },
    expected: { ...echoed, bytes: expect.stringMatching(/got word\n$/) },
  },
  'raw: attach that the client leaves': {
    run: async (context) => {
      await running(context, "sh -c 'cat; echo ended'");
      const line = `POST /containers/${context.name}/attach?stream=1&stdin=1&stdout=1`;
      const { problem } = await converse(context.socket, [
        head(line, ...upgrade),
        /101 UPGRADED[^]*\r\n\r\n/,
        'said\n',
        /said/,
        'ABORT',
      ]);
      return [problem, await context.sh(`docker inspect -f '{{.State.Status}}' ${context.name}`)];
    },
    expected: [undefined, expect.objectContaining({ code: 0 })],
  },
  'raw: an upgrade that is refused': {
    run: ({ socket, name }) =>
      converse(socket, [
        head(`POST /containers/${name}/attach?stream=1`, ...upgrade, 'Content-Length: 0'),
        closing,
      ]),
    expected: { ...echoed, bytes: expect.stringMatching(/^HTTP\/1.1 404 Not Found[^]*No such container/) },
  },
  'raw: an upgrade where none is offered': {
    run: ({ socket }) =>
      converse(socket, [
        head('GET /_ping', ...upgrade),
        /OK$/,
        head(
          'GET /_ping',
          'Connection: Upgrade, HTTP2-Settings',
          'Upgrade: h2c',
          'HTTP2-Settings: AAMAAABkAAQAAP__',
        ),
        /OK$/,
        100,
      ]),
    expected: {
      ended: false,
      problem: undefined,
      bytes: expect.stringMatching(/^HTTP\/1.1 200[^]*OKHTTP\/1.1 200[^]*OK$/),
    },
  },
  'raw: WebSocket': {
    run: async (context) => {
      await running(context, "sh -c 'read x; echo got $x'");
      const line = `GET /containers/${context.name}/attach/ws?stream=1&stdin=1&stdout=1`;
      const received = converse(context.socket, [
        head(
          line,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Origin: http://docker',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ),
        /101 Switching Protocols[^]*\r\n\r\n/,
        '\x81\x83\0\0\0\0hi\n',
        /got hi\n/,
      ]);
      // The frame that closes it comes at once or later.
      return { ...(await upTo(received, 'got hi\n')), ended: undefined };
    },
    expected: {
      ended: undefined,
      problem: undefined,
      bytes: expect.stringMatching(/Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n[^]*got hi/i),
    },
  },
  'raw: /grpc': {
    run: ({ socket }) =>
      upTo(
        converse(socket, [
          head('POST /grpc', 'Host: ', ...h2c),
          /101[^]*\r\n\r\n/,
          `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}`,
          new RegExp(settingsTaken),
          'END',
          closing,
        ]),
        '\r\n\r\n',
      ),
    expected: { ...echoed, bytes: expect.stringMatching(/^HTTP\/1.1 101 Switching Protocols\r\n/) },
  },
  'raw: /session, where the engine speaks first': {
    run: ({ socket, directory }) =>
      upTo(
        converse(socket, [
          head(
            'POST /session',
            'Host: ',
            ...h2c,
            ...['Uuid', 'Name', 'Sharedkey'].map((key) => `X-Docker-Expose-Session-${key}: ${directory}`),
          ),
          new RegExp(`101[^]*\r\n\r\n${preface}`),
          'END',
          closing,
        ]),
        'SM\r\n\r\n',
      ),
    expected: {
      ...echoed,
      bytes: expect.stringMatching(new RegExp(`^HTTP/1.1 101 Switching Protocols[^]*\r\n\r\n${preface}$`)),
    },
  },
  'raw: /session without an upgrade': {
    run: ({ socket }) => converse(socket, [head('POST /session', 'Content-Length: 0'), /\r\n\r\n/]),
    expected: expect.objectContaining({
      problem: undefined,
      bytes: expect.stringMatching(/^HTTP\/1.1 (400|500)/),
    }),
  },
};
