import { readFileSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { containersOf } from './cgroup';
import { clock } from './clock';
import { createTools } from './command';
import { createEngineTest, engineVariables } from './engine-socket';
import { loadLibc, type Libc } from './netlink/libc';
import { endOf, eventKind, fenceOf, kindOf, monotonicOf, processOf } from './netlink/messages';
import { ListenError, openEventSocket, type EventSocket } from './netlink/socket';
import { raisePriority } from './priority';
import { exeOf, readCaller } from './process/caller';
import { createProcessFiles } from './process/files';
import { counter, type FromThread, type ThreadSettings, type ToThread } from './protocol';
import { createReader, type Reader } from './reader';
import { createThrottle } from './throttle';
import type { Told } from './told';

/** How long a blocked read keeps the thread from seeing that its process ends. */
const waitMs = 200;

const port = parentPort!;
const settings = workerData as ThreadSettings;
const say = (message: FromThread): void => port.postMessage(message);

const readerOf = (libc: Libc, socket: EventSocket): Reader => {
  const files = createProcessFiles();
  const own = new Set(containersOf(readFileSync('/proc/self/cgroup', 'latin1')));
  const { counters, kept, bootId } = settings;
  const count = (told: Told): void => {
    if (told.k === 'exec.begin') counters[counter.seen]! += 1;
    else if (told.k === 'lost' && told.reason === 'exec-vanished')
      counters[counter.vanished]! += told.count ?? 0;
  };
  return createReader({
    tools: createTools(settings.clients),
    files,
    bootId,
    exeOf,
    callerOf: (pid, exe) => readCaller({ files, kept, own }, pid, exe),
    engineVariables,
    engineOf: createEngineTest(settings.engineSockets),
    now: clock(libc).wall,
    wantExits: socket.wantExits,
    tell(told) {
      count(told);
      say({ k: 'told', told });
    },
  });
};

/** Reads until it is told to stop. The event loop of this thread never turns: messages are taken when a fence comes. */
const follow = (libc: Libc, socket: EventSocket, reader: Reader): void => {
  const { event } = socket;
  const { counters } = settings;
  const { toWall, wall } = clock(libc);
  const rest = createThrottle(libc);
  let last = process.hrtime.bigint();
  let losing = false;
  let stopping = false;

  const at = (): bigint => toWall(last);
  const end = () => ({ at: at(), ...endOf(event) });
  const fence = (): void => {
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) break;
      const message = received.message as ToThread;
      if (message.k === 'watch') reader.watch(message.process);
      else stopping = true;
    }
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
  /** The kernel takes nothing new into a queue that ran over until it is empty: what is lost lies after the last event. */
  const lossEnded = (): void => {
    losing = false;
    counters[counter.overflows]! += 1;
    const now = wall();
    say({ k: 'told', told: { k: 'lost', reason: 'exec-overflow', count: null, from: at(), to: now } });
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

const run = (): void => {
  let libc: Libc;
  try {
    libc = loadLibc();
  } catch (error) {
    return say({ k: 'refused', why: 'no-koffi', message: (error as Error).message });
  }
  let socket: EventSocket;
  try {
    socket = openEventSocket(libc, waitMs);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    return say({ k: 'refused', why: error.why, message: error.message });
  }
  try {
    const reader = readerOf(libc, socket);
    say({ k: 'ready', port: socket.port, ...raisePriority(libc, settings.priority) });
    follow(libc, socket, reader);
  } finally {
    socket.close();
  }
};

try {
  run();
} catch (error) {
  say({ k: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
