import { readFileSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { containersOf } from './cgroup';
import { clock } from './clock';
import { createTools } from './command';
import { createEngineTest, engineVariables } from './engine-socket';
import { follow } from './follow';
import { loadLibc, type Libc } from './netlink/libc';
import { ListenError, openEventSocket, type EventSocket } from './netlink/socket';
import { raisePriority } from './priority';
import { exeOf, readCaller } from './process/caller';
import { createProcessFiles } from './process/files';
import { counter, type FromThread, type ThreadSettings, type ToThread } from './protocol';
import { createReader, type Reader } from './reader';
import { createThrottle } from './throttle';
import type { Told } from './told';
import { warmUp } from './warm-up';

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
  const tools = createTools(settings.clients);
  const engineOf = createEngineTest(settings.engineSockets);
  const callerOf = (pid: number, exe: string) => readCaller({ files, kept, own }, pid, exe);
  warmUp({ tools, files, engineOf, callerOf: (pid) => callerOf(pid, exeOf(pid)) });
  return createReader({
    tools,
    files,
    bootId,
    exeOf,
    callerOf,
    engineVariables,
    engineOf,
    now: clock(libc).wall,
    wantExits: socket.wantExits,
    tell(told) {
      count(told);
      say({ k: 'told', told });
    },
  });
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
    follow({
      socket,
      reader,
      counters: settings.counters,
      clock: clock(libc),
      receive: () => receiveMessageOnPort(port)?.message as ToThread | undefined,
      say,
      rest: createThrottle(libc),
    });
  } finally {
    socket.close();
  }
};

try {
  run();
} catch (error) {
  say({ k: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
