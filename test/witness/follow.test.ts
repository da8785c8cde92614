import { follow } from '../../src/witness/follow';
import { eventKind, fenceMessage } from '../../src/witness/netlink/messages';
import { counter, type ToThread } from '../../src/witness/protocol';

const event = (kind: number, pid: number, monotonic: bigint, status = 0): Buffer => {
  const buffer = Buffer.alloc(76);
  buffer.writeUInt32LE(kind, 36);
  buffer.writeBigUInt64LE(monotonic, 44);
  buffer.writeUInt32LE(pid, 52);
  buffer.writeUInt32LE(pid, 56);
  buffer.writeUInt32LE(status, 60);
  return buffer;
};
const stop: ToThread = { k: 'stop' };

/** Plays what the socket gives; messages come with the fence that announces them. The wall clock is 1000 ahead. */
const play = (script: readonly (Buffer | 'nothing' | 'lost' | ToThread)[]) => {
  const lines: string[] = [];
  const counters = new Int32Array(counter.length);
  const waiting: ToThread[] = [];
  const buffer = Buffer.alloc(76);
  let place = 0;
  let events = 0;
  follow({
    socket: {
      event: buffer,
      read(wait) {
        for (;;) {
          const next = script[place]!;
          place += 1;
          if (next === 'nothing' || next === 'lost') {
            lines.push(`${next}${wait ? '' : ', not waiting'}`);
            return next;
          }
          if (!Buffer.isBuffer(next)) waiting.push(next);
          else {
            next.copy(buffer);
            return 'event';
          }
        }
      },
    },
    reader: {
      exec: (pid, at) => lines.push(`exec ${pid} at ${at()}`),
      exit(pid, end) {
        const { at, code, signal } = end();
        lines.push(`exit ${pid} at ${at} ${code} ${signal}`);
      },
      watch: ({ pid }) => lines.push(`watch ${pid}`),
      sweep: () => lines.push('sweep'),
      flush: () => lines.push('flush'),
    },
    counters,
    clock: { wall: () => 9000n, monotonic: () => 1n, toWall: (monotonic) => monotonic + 1000n },
    receive: () => waiting.shift(),
    say: (it) =>
      lines.push(
        it.k === 'fence'
          ? `fence ${it.id}`
          : it.k === 'told' && it.told.k === 'lost'
            ? `lost ${it.told.reason} ${it.told.count} ${it.told.from}-${it.told.to}`
            : it.k,
      ),
    rest: () => (events += 1),
  });
  return { lines, counters: [...counters], events };
};

test('execs and ends, in wall clock, until the stop', () => {
  const { lines, counters, events } = play([
    event(eventKind.exec, 7, 50n),
    event(eventKind.exit, 7, 60n, 0x0300),
    'nothing',
    stop,
    fenceMessage(1),
  ]);
  expect(lines).toEqual(['exec 7 at 1050', 'exit 7 at 1060 3 null', 'nothing', 'flush', 'flush', 'fence 1']);
  expect(counters[counter.execs]).toBe(1);
  expect(events).toBe(3);
});

test('a fence comes back after what was before it, and after the messages it announced', () =>
  expect(
    play([
      event(eventKind.exec, 7, 50n),
      { k: 'watch', process: { pid: 5, start: null } },
      { k: 'watch', process: { pid: 6, start: 1 } },
      fenceMessage(1),
      stop,
      fenceMessage(2),
    ]).lines,
  ).toEqual(['exec 7 at 1050', 'watch 5', 'watch 6', 'flush', 'fence 1', 'flush', 'fence 2']));

test('a loss lies between the last event of the queue and the moment it was empty', () => {
  const { lines, counters } = play([
    event(eventKind.exec, 7, 50n),
    'lost',
    event(eventKind.exec, 8, 70n),
    event(eventKind.exec, 9, 80n),
    'nothing',
    event(eventKind.exec, 10, 500n),
    stop,
    fenceMessage(1),
  ]);
  expect(lines).toEqual([
    'exec 7 at 1050',
    'lost',
    'exec 8 at 1070',
    'exec 9 at 1080',
    'nothing, not waiting',
    'flush',
    'lost exec-overflow null 1080-9000',
    'sweep',
    'exec 10 at 1500',
    'flush',
    'fence 1',
  ]);
  expect(counters[counter.overflows]).toBe(1);
});
