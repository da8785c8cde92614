import {
  address,
  ackOf,
  eventKind,
  filterProgram,
  ignoreMessage,
  kindOf,
  listenMessage,
  portOf,
} from './messages';
import type { Libc } from './libc';

const netlink = 16;
const datagram = 2;
const closeOnExec = 0x80000;
const connector = 11;
const solSocket = 1;
const option = { receiveBuffer: 8, receiveTimeout: 20, receiveBufferForce: 33 } as const;
const dontWait = 0x40;
const errno = {
  again: 11,
  interrupted: 4,
  noBufferSpace: 105,
  connectionRefused: 111,
  noProtocol: 93,
} as const;

/** Room for some 20,000 events: several seconds of a busy host. */
const receiveBuffer = 8 * 1024 * 1024;
const ackMs = 100;

export class ListenError extends Error {
  constructor(
    readonly why: 'net-namespace' | 'no-proc-events' | 'refused',
    message: string,
  ) {
    super(message);
  }
}

export interface EventSocket {
  /** Of the socket, for those who send it a fence. */
  readonly port: number;
  /** The last event read; overwritten by the next. */
  readonly event: Buffer;
  /** Reads one: `event`, `nothing` (yet), or `lost` when the kernel dropped some since. */
  read(wait: boolean): 'event' | 'nothing' | 'lost';
  /** Whose ends are told from now on. */
  wantExits(pids: readonly number[]): void;
  close(): void;
}

/** With more the program would pass the memory that older kernels allow a socket for its filter. */
const maxFiltered = 256;

const int = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
};
const timeout = (ms: number): Buffer => {
  const buffer = Buffer.alloc(16); // struct timeval of a 64-bit system
  buffer.writeBigInt64LE(BigInt(Math.floor(ms / 1000)), 0);
  buffer.writeBigInt64LE(BigInt(ms % 1000) * 1000n, 8);
  return buffer;
};

/**
 * Opens the kernel's stream of process events. The ack is the only proof that it works: a kernel built without the events
 * takes the request without a word.
 * @param waitMs how long `read` waits at most
 */
export const openEventSocket = (libc: Libc, waitMs: number): EventSocket => {
  const fd = libc.socket(netlink, datagram | closeOnExec, connector);
  if (fd < 0) throw new ListenError('no-proc-events', `no netlink connector: errno ${libc.errno()}`);
  const close = (): void => void libc.close(fd);
  const must = (result: number, call: string, why: ListenError['why'] = 'refused'): void => {
    if (result >= 0) return;
    const problem = libc.errno();
    close();
    throw new ListenError(why, `${call}: errno ${problem}`);
  };

  const size = int(receiveBuffer);
  if (libc.setsockopt(fd, solSocket, option.receiveBufferForce, size, 4) < 0)
    libc.setsockopt(fd, solSocket, option.receiveBuffer, size, 4);
  must(libc.attachFilter(fd, filterProgram([])), 'filter');
  must(libc.bind(fd, address(0, 1), 12), 'bind');
  const own = address(0, 0);
  must(libc.getsockname(fd, own, int(12)), 'getsockname');

  const event = Buffer.alloc(4096);
  const read: EventSocket['read'] = (wait) => {
    const length = libc.recv(fd, event, event.length, wait ? 0 : dontWait);
    if (length >= 0) return 'event';
    const problem = libc.errno();
    if (problem === errno.noBufferSpace) return 'lost';
    if (problem === errno.again || problem === errno.interrupted) return 'nothing';
    throw new Error(`reading process events failed: errno ${problem}`);
  };

  libc.setsockopt(fd, solSocket, option.receiveTimeout, timeout(ackMs), 16);
  const number = Math.floor(Math.random() * 2 ** 31) + 1;
  const request = listenMessage(number);
  if (libc.send(fd, request, request.length, 0) < 0) {
    const refused = libc.errno() === errno.connectionRefused;
    must(-1, 'listen', refused ? 'net-namespace' : 'refused');
  }
  const deadline = Date.now() + ackMs;
  for (;;) {
    if (read(true) === 'event' && kindOf(event) === eventKind.ack && ackOf(event).number === number) break;
    if (Date.now() <= deadline) continue;
    close();
    throw new ListenError('no-proc-events', `no ack within ${ackMs} ms`);
  }
  if (ackOf(event).error !== 0) {
    close();
    throw new ListenError('refused', `ack with error ${ackOf(event).error}`);
  }
  libc.setsockopt(fd, solSocket, option.receiveTimeout, timeout(waitMs), 16);

  return {
    port: portOf(own),
    event,
    read,
    wantExits(pids) {
      const few = pids.length <= maxFiltered && libc.attachFilter(fd, filterProgram(pids)) >= 0;
      if (!few) libc.attachFilter(fd, filterProgram('all'));
    },
    close() {
      const bye = ignoreMessage();
      libc.send(fd, bye, bye.length, 0);
      close();
    },
  };
};

/** A socket of the main thread that only sends; false when the other's queue is full. */
export const openSender = (libc: Libc): { send(message: Buffer, port: number): boolean; close(): void } => {
  const fd = libc.socket(netlink, datagram | closeOnExec, connector);
  if (fd < 0) throw new ListenError('no-proc-events', `no netlink connector: errno ${libc.errno()}`);
  return {
    send: (message, port) => libc.sendto(fd, message, message.length, dontWait, address(port, 0), 12) >= 0,
    close: () => void libc.close(fd),
  };
};
