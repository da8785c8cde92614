import { chunk, closing, converse, head, json } from '../raw';
import { image, type Sessions } from '../session';
import { on, kept, closed, pong, ping, volume, create, asJson } from './connection';

/** Interim answers, answers before the request is over, answers without a body. */
export const answering: Sessions = {
  'raw: Expect: 100-continue, awaited': kept(
    ({ name }) => [
      head(create, asJson, `Content-Length: ${volume(name).length}`, 'Expect: 100-continue'),
      /^HTTP\/1.1 100 Continue\r\n\r\n/,
      volume(name),
      /201 Created[^]*}\n$/,
    ],
    /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 Created/,
  ),
  'raw: Expect: 100-continue, not awaited': kept(
    ({ name }) => [
      head(create, asJson, `Content-Length: ${volume(name).length}`, 'Expect: 100-continue') + volume(name),
      /201 Created[^]*}\n$/,
    ],
    /201 Created/,
  ),
  'raw: Expect: 100-continue, chunked, to create a container': kept(
    ({ name }) => [
      head(
        `POST /containers/create?name=${name}`,
        asJson,
        'Transfer-Encoding: chunked',
        'Expect: 100-continue',
      ),
      /^HTTP\/1.1 100 Continue\r\n\r\n/,
      chunk(`{"Image":"${image}",`),
      20,
      chunk('"Cmd":["true"]}') + '0\r\n\r\n',
      /"Warnings":.*}\n$/,
    ],
    /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 Created/,
  ),
  'raw: Expect: 100-continue, refused': on(
    () => [
      head('POST /v1.99/volumes/create', asJson, 'Content-Length: 17', 'Expect: 100-continue'),
      /too new[^]*}\n$/,
      300,
    ],
    /^HTTP\/1.1 400 Bad Request/,
    expect.any(Boolean),
  ),
  'raw: an expectation that nobody knows': closed(
    () => [head('GET /_ping', 'Expect: the-unexpected')],
    /^HTTP\/1.1 417/,
  ),
  'raw: refused before the body is over': closed(
    () => [
      head('POST /v1.99/images/load', 'Content-Type: application/x-tar', 'Content-Length: 5000000') +
        'x'.repeat(600_000),
    ],
    /^HTTP\/1.1 400 Bad Request[^]*too new/,
  ),
  'raw: refused, and the rest of the body read': kept(
    () => [
      head('POST /v1.99/images/load', 'Content-Type: application/x-tar', 'Content-Length: 60000'),
      'x'.repeat(30_000),
      'x'.repeat(30_000),
      /too new[^]*}\n$/,
      ping,
      pong,
    ],
    /^HTTP\/1.1 400 Bad Request[^]*OK$/,
  ),
  'raw: 201, 304, 204, and others after them': kept(
    ({ name }) => [
      json(`POST /containers/create?name=${name}`, { Image: image, Cmd: ['true'] }),
      /"Warnings":.*}\n$/,
      head(`POST /containers/${name}/stop`, 'Content-Length: 0'),
      /304 Not Modified[^]*\r\n\r\n/,
      head(`DELETE /containers/${name}`),
      /204 No Content[^]*\r\n\r\n/,
      ping,
      pong,
    ],
    /201 Created[^]*304 Not Modified[^]*204 No Content[^]*OK$/,
  ),
  'raw: create with keys in all spellings, twice, and a tail': {
    run: async ({ socket, name, sh }) => {
      const keys = `"Image":"nosuch","image":"${image}","CMD":["echo","\\u0063"],"hostconfig":{"BINDS":["/tmp:/b"]}`;
      const answer = await converse(socket, [
        head(`POST /containers/create?name=%2F${name}`, asJson, 'Content-Length: 140') +
          `{${keys}}`.padEnd(140),
        /"Warnings":.*}\n$/,
        150,
      ]);
      return [answer, await sh(`docker inspect -f '{{.Path}} {{.Args}} {{.HostConfig.Binds}}' ${name}`)];
    },
    expected: [
      { bytes: expect.stringMatching(/^HTTP\/1.1 201 Created/), ended: false, problem: undefined },
      expect.objectContaining({ stdout: 'echo [c] [/tmp:/b]\n' }),
    ],
  },
  'raw: create that is no JSON': kept(
    () => [
      head('POST /containers/create', asJson, 'Content-Length: 9') + '{"Image":',
      /}\n$/,
      head('POST /containers/create', 'Content-Length: 2') + '{}',
      /}\n$/,
      head('POST /containers/create', 'Content-Type: text/plain', 'Content-Length: 2') + '{}',
      /}\n$/,
    ],
    /^HTTP\/1.1 (400|500)[^]*HTTP\/1.1 (400|500|415)/,
  ),
  'raw: create with 900 KB': kept(
    ({ name }) => [
      json(`POST /containers/create?name=${name}`, {
        Image: image,
        Cmd: ['true'],
        Labels: { big: 'x'.repeat(900_000) },
      }),
      /"Warnings":.*}\n$/,
      head(`DELETE /containers/${name}`),
      /204[^]*\r\n\r\n/,
    ],
    /201 Created/,
  ),
  'raw: create with 3 MB, chunked': kept(
    ({ name }) => [
      head(`POST /containers/create?name=${name}`, asJson, 'Transfer-Encoding: chunked') +
        chunk(`{"Image":"${image}","Cmd":["true"],"Labels":{"big":"`) +
        chunk('y'.repeat(1_500_000)) +
        chunk('z'.repeat(1_500_000)) +
        chunk('"}}') +
        '0\r\n\r\n',
      /"Warnings":.*}\n$/,
      head(`DELETE /containers/${name}`),
      /204[^]*\r\n\r\n/,
    ],
    /201 Created/,
  ),
  'raw: an upload that the client drops': {
    run: async ({ socket, name, sh }) => {
      await sh(`docker create --name ${name} ${image} true`);
      const line = `PUT /containers/${name}/archive?path=/root`;
      const dropped = await converse(socket, [
        head(line, 'Content-Type: application/x-tar', 'Transfer-Encoding: chunked') +
          chunk('x'.repeat(70_000)),
        100,
        'ABORT',
      ]);
      return [dropped.problem, await sh(`docker rm ${name} && docker ps -aq --filter name=${name}`)];
    },
    expected: [undefined, expect.objectContaining({ code: 0 })],
  },
  'raw: the last of an answer, read late': {
    run: async ({ socket, name, sh }) => {
      await sh(
        `docker create --name ${name} ${image} true; mkdir f; for i in $(seq 18 37); do head -c $((i * 10000)) /dev/zero > f/$i; done; docker cp f ${name}:/f`,
      );
      const files = Array.from({ length: 20 }, (_, index) => index + 18);
      // What is in the buffers of whoever is in between must outlive the end of the engine's connection.
      const seen = await Promise.all(
        files.map((file) => {
          const line = `GET /containers/${name}/archive?path=/f/${file}`;
          return converse(socket, ['PAUSE', head(line, 'Connection: close'), 2500, 'RESUME', closing]);
        }),
      );
      return seen.map(({ bytes, problem }) => [bytes.toString('latin1').endsWith('\r\n0\r\n\r\n'), problem]);
    },
    expected: Array.from({ length: 20 }, () => [true, undefined]),
  },
  'raw: a client that goes while it is answered': {
    run: async ({ socket, name, sh }) => {
      await sh(`docker run -d --name ${name} ${image} seq 1 100000; docker wait ${name}`);
      const { problem } = await converse(socket, [
        head(`GET /containers/${name}/logs?stdout=1&follow=1`),
        /\r\n\r\n/,
        'ABORT',
      ]);
      return [problem, await converse(socket, [ping, pong])];
    },
    expected: [undefined, expect.objectContaining({ problem: undefined })],
  },
};
