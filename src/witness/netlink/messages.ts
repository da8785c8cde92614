/** Kinds of process events that are read; the kernel has more. */
export const eventKind = {
  ack: 0,
  exec: 2,
  exit: 0x80000000,
  /** Not the kernel's: sent by the main thread, and read after everything that came before it. */
  fence: 0x00f00000,
} as const;

// An event follows nlmsghdr (16 bytes) and cn_msg (20 bytes).
const offset = {
  ack: 28,
  kind: 36,
  time: 44,
  error: 52,
  thread: 52,
  process: 56,
  status: 60,
  fence: 52,
} as const;

const listen = 1;
const ignore = 2;
/** The connector's index and value of process events. */
const processEvents = 1;
const nlmsgDone = 3;

const message = (payload: Buffer, ack: number): Buffer => {
  const buffer = Buffer.alloc(36 + payload.length);
  buffer.writeUInt32LE(buffer.length, 0);
  buffer.writeUInt16LE(nlmsgDone, 4);
  buffer.writeUInt32LE(processEvents, 16);
  buffer.writeUInt32LE(processEvents, 20);
  buffer.writeUInt32LE(ack, offset.ack);
  buffer.writeUInt16LE(payload.length, 32);
  payload.copy(buffer, 36);
  return buffer;
};
const operation = (op: number, ack: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(op);
  return message(payload, ack);
};

/** Asks the kernel for events. It tells all listeners of it; ours is the ack with this number. */
export const listenMessage = (number: number): Buffer => operation(listen, number);
/** Without it older kernels go on making events for nobody. */
export const ignoreMessage = (): Buffer => operation(ignore, 0);

export const fenceMessage = (id: number): Buffer => {
  const payload = Buffer.alloc(24);
  payload.writeUInt32LE(eventKind.fence, 0);
  payload.writeUInt32LE(id, offset.fence - 36);
  return message(payload, 0);
};

/** sockaddr_nl */
export const address = (port: number, groups: number): Buffer => {
  const buffer = Buffer.alloc(12);
  buffer.writeUInt16LE(16, 0);
  buffer.writeUInt32LE(port, 4);
  buffer.writeUInt32LE(groups, 8);
  return buffer;
};
export const portOf = (socketAddress: Buffer): number => socketAddress.readUInt32LE(4);

export const kindOf = (event: Buffer): number => event.readUInt32LE(offset.kind);
export const processOf = (event: Buffer): number => event.readUInt32LE(offset.process);
/** CLOCK_MONOTONIC, of the exec or exit itself, not of its reading. */
export const monotonicOf = (event: Buffer): bigint => event.readBigUInt64LE(offset.time);
export const fenceOf = (event: Buffer): number => event.readUInt32LE(offset.fence);
export const ackOf = (event: Buffer): { readonly number: number; readonly error: number } => ({
  number: event.readUInt32LE(offset.ack) - 1, // the kernel adds one
  error: event.readUInt32LE(offset.error),
});

/** How a process ended, of its wait status. */
export const endOf = (event: Buffer): { readonly code: number | null; readonly signal: number | null } => {
  const status = event.readUInt32LE(offset.status);
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal };
};

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const load = 0x20;
const equal = 0x15;
const equalToX = 0x1d;
const intoX = 0x07;
const give = 0x06;

/** BPF loads big-endian words. */
const swapped = (value: number): number => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer.readUInt32BE();
};

/** Whose ends pass the filter: everybody's, or those of some processes. */
export type WantedExits = 'all' | readonly number[];

/**
 * The socket's filter, a classic BPF program: execs, acks, fences, and ends of the first threads of processes that matter.
 * Waking the thread costs more than all it does with an event, and nearly every end is nobody's business.
 */
export const filterProgram = (exits: WantedExits): Buffer => {
  const pass: Instruction = [give, 0, 0, 0xffffffff];
  const drop: Instruction = [give, 0, 0, 0];
  const ofProcess = (pid: number): Instruction[] => [[equal, 0, 1, swapped(pid)], pass];
  const program: readonly Instruction[] = [
    [load, 0, 0, offset.kind],
    [equal, 4, 0, swapped(eventKind.exec)],
    [equal, 3, 0, swapped(eventKind.ack)],
    [equal, 2, 0, swapped(eventKind.fence)],
    [equal, 2, 0, swapped(eventKind.exit)],
    drop,
    pass,
    [load, 0, 0, offset.thread],
    [intoX, 0, 0, 0],
    [load, 0, 0, offset.process],
    [equalToX, 1, 0, 0],
    drop,
    ...(exits === 'all' ? [pass] : exits.flatMap(ofProcess)),
    drop,
  ];
  const buffer = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], at) => {
    buffer.writeUInt16LE(code, at * 8);
    buffer.writeUInt8(ifTrue, at * 8 + 2);
    buffer.writeUInt8(ifFalse, at * 8 + 3);
    buffer.writeUInt32LE(value, at * 8 + 4);
  });
  return buffer;
};
