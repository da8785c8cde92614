import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { ApiParts } from '../../src/api';
import { testApi, type TestApi } from './app';

export interface Message {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: { readonly id: number };
}

export interface Listener {
  readonly answer: http.IncomingMessage;
  /** Messages so far. */
  readonly messages: Message[];
  /** The id a browser would resume with. */
  lastId(): string;
  /** Resolves when there are so many messages. */
  until(count: number): Promise<Message[]>;
  readonly ended: Promise<unknown>;
  close(): void;
}

export interface Listening extends TestApi {
  readonly port: number;
  listen(headers?: http.OutgoingHttpHeaders): Promise<Listener>;
  get(path: string, headers?: http.OutgoingHttpHeaders): Promise<{ status: number; body: string }>;
  /** Sends these bytes and gives everything that came until the other side ended. */
  raw(bytes: string): Promise<string>;
}

const read = (answer: http.IncomingMessage): Listener => {
  const messages: Message[] = [];
  let rest = '';
  let lastId = '';
  const waiting = new Set<() => void>();
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
      lastId = field('id') ?? lastId;
      const event = field('event');
      if (event !== undefined) messages.push({ id: field('id'), event, data: JSON.parse(field('data')!) });
    }
    for (const wake of waiting) wake();
  });
  return {
    answer,
    messages,
    lastId: () => lastId,
    until: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (messages.length < count) return;
          waiting.delete(check);
          resolve(messages);
        };
        waiting.add(check);
        check();
      }),
    ended: once(answer, 'close').catch(() => undefined),
    close: () => answer.destroy(),
  };
};

/** The API on a real port. */
export const listening = async (on: Partial<ApiParts> = {}): Promise<Listening> => {
  const test = testApi(on);
  await test.api.listen({ port: 0, host: '127.0.0.1' });
  const { port } = test.api.server.address() as AddressInfo;
  const open = (path: string, headers: http.OutgoingHttpHeaders = {}): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      http.get({ port, host: '127.0.0.1', path, headers, agent: false }, resolve).on('error', reject);
    });
  return {
    ...test,
    port,
    listen: async (headers) => read(await open('/api/v1/stream', headers)),
    get: async (path, headers) => {
      const answer = await open(path, headers);
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      return { status: answer.statusCode!, body };
    },
    raw: (bytes) =>
      new Promise((resolve, reject) => {
        let text = '';
        const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
        socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
        socket.on('end', () => resolve(text)).on('error', reject);
      }),
  };
};
