import type { Nanos } from '../domain';
import { endOf, eventKind, fenceOf, kindOf, monotonicOf, processOf } from './netlink/messages';
import type { EventSocket } from './netlink/socket';
import { counter, type FromThread, type ThreadSettings, type ToThread } from './protocol';
import type { Reader } from './reader';

interface Parts {
  readonly socket: Pick<EventSocket, 'event' | 'read'>;
  readonly reader: Reader;
  readonly counters: ThreadSettings['counters'];
  readonly clock: { wall(): Nanos; monotonic(): bigint; toWall(monotonic: bigint): Nanos };
  /** The next message to the thread that waits. */
  receive(): ToThread | undefined;
  say(message: FromThread): void;
  /** Called after each event. */
  rest(): void;
}

/**
 * Reads events until it is told to stop. The thread is blocked in the kernel nearly all the time and its event loop never
 * turns: messages are taken when a fence comes, which also says that everything before it was read.
 */
export const follow = ({ socket, reader, counters, clock, receive, say, rest }: Parts): void => {
  const { event } = socket;
  let last = clock.monotonic();
  let losing = false;
  let stopping = false;

  const at = (): Nanos => clock.toWall(last);
  const end = () => ({ at: at(), ...endOf(event) });

  const fence = (): void => {
    for (let message = receive(); message !== undefined; message = receive())
      if (message.k === 'watch') reader.watch(message.process);
      else stopping = true;
    reader.flush();
    say({ k: 'fence', id: fenceOf(event) });
  };
  const take = (): void => {
    const kind = kindOf(event);
    if (kind === eventKind.fence) return fence();
    last = monotonicOf(event);
    if (kind === eventKind.exec) {
      counters[counter.execs]! += 1;
      reader.exec(processOf(event), at);
    } else if (kind === eventKind.exit) reader.exit(processOf(event), end);
  };
  /** The kernel puts nothing into a queue that ran over until it is empty: what is lost lies after the last event in it. */
  const lossEnded = (): void => {
    losing = false;
    counters[counter.overflows]! += 1;
    reader.flush();
    const lost = { reason: 'exec-overflow', count: null, from: at(), to: clock.wall() } as const;
    say({ k: 'told', told: { k: 'lost', ...lost } });
    reader.sweep();
  };

  while (!stopping) {
    const read = socket.read(!losing);
    if (read === 'event') {
      take();
      rest();
    } else if (read === 'lost') losing = true;
    else if (losing) lossEnded();
    else reader.flush();
  }
};
