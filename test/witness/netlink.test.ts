import {
  ackOf,
  endOf,
  eventKind,
  fenceMessage,
  fenceOf,
  filterProgram,
  kindOf,
  listenMessage,
  monotonicOf,
  processOf,
} from '../../src/witness/netlink/messages';

// Datagrams as kernel 6.18 sent them.
const hex = (text: string): Buffer => Buffer.from(text.padEnd(152, '0'), 'hex');
const ack = hex(
  '4c00000003000000d5010000000000000100000001000000d5010000c6f13b30280000000000000000000000346ba7b3cf02',
);
const exec = hex(
  '4c00000003000000d7010000000000000100000001000000d7010000000000002800000002000000000000003657c4b3cf020000d17d0000d17d',
);
const exit = hex(
  '4c00000003000000d8010000000000000100000001000000d8010000000000002800000000000080000000005bf9d1b3cf020000d17d0000d17d00000000000011000000c57d0000c57d',
);

test('an ack', () => {
  expect(kindOf(ack)).toBe(eventKind.ack);
  expect(ackOf(ack)).toEqual({ number: 0x303bf1c5, error: 0 });
  expect(listenMessage(0x303bf1c5).readUInt32LE(28)).toBe(0x303bf1c5);
});

test('an exec', () => {
  expect(kindOf(exec)).toBe(eventKind.exec);
  expect(processOf(exec)).toBe(32209);
  expect(monotonicOf(exec)).toBe(0x2cfb3c45736n);
});

test('an exit', () => {
  expect([kindOf(exit), processOf(exit)]).toEqual([eventKind.exit, 32209]);
  expect(endOf(exit)).toEqual({ code: 0, signal: null });
});

test.each([
  [0x0000, { code: 0, signal: null }],
  [0x0300, { code: 3, signal: null }],
  [0x8900, { code: 137, signal: null }],
  [9, { code: null, signal: 9 }],
  [11 | 0x80, { code: null, signal: 11 }],
])('wait status %i', (status, end) => {
  const event = Buffer.from(exit);
  event.writeUInt32LE(status, 60);
  expect(endOf(event)).toEqual(end);
});

test('a fence keeps its number', () => expect(fenceOf(fenceMessage(77))).toBe(77));

describe('the filter', () => {
  /** Runs a classic BPF program as the kernel would: whether the datagram passes. */
  const passes = (program: Buffer, datagram: Buffer): boolean => {
    let a = 0;
    let x = 0;
    for (let at = 0; ; at += 1) {
      const code = program.readUInt16LE(at * 8);
      const value = program.readUInt32LE(at * 8 + 4);
      const jump = (isTrue: boolean): void => void (at += program.readUInt8(at * 8 + (isTrue ? 2 : 3)));
      if (code === 0x20) a = datagram.readUInt32BE(value);
      else if (code === 0x07) x = a;
      else if (code === 0x15) jump(a === value);
      else if (code === 0x1d) jump(a === x);
      else if (code === 0x06) return value !== 0;
      else throw new Error(`instruction ${code}`);
    }
  };
  const fork = Buffer.from(exec);
  fork.writeUInt32LE(1, 36);
  const threadExit = Buffer.from(exit);
  threadExit.writeUInt32LE(32210, 52);

  test.each([
    ['an ack', ack, true, true],
    ['an exec', exec, true, true],
    ['a fence', fenceMessage(1), true, true],
    ['a fork', fork, false, false],
    ["a process's end", exit, false, true],
    ["a thread's end", threadExit, false, false],
  ])('%s', (_, datagram, always, wanted) => {
    expect(passes(filterProgram([]), datagram)).toBe(always);
    expect(passes(filterProgram([1, 32208]), datagram)).toBe(always);
    expect(passes(filterProgram([1, 32209, 3]), datagram)).toBe(wanted);
    expect(passes(filterProgram('all'), datagram)).toBe(wanted);
  });
});
