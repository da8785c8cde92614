import koffi from 'koffi';

/** The few calls that Node has no name for. Results are those of C: below zero is a failure, `errno` says which. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  getsockname(fd: number, address: Buffer, length: Buffer): number;
  send(fd: number, message: Buffer, length: number, flags: number): number;
  sendto(fd: number, message: Buffer, length: number, flags: number, to: Buffer, toLength: number): number;
  recv(fd: number, buffer: Buffer, length: number, flags: number): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: Buffer, length: Buffer): number;
  poll(fds: Buffer, count: number, timeoutMs: number): number;
  attachFilter(fd: number, program: Buffer): number;
  close(fd: number): number;
  scheduler(thread: number, policy: number, parameters: Buffer): number;
  setpriority(which: number, who: number, priority: number): number;
  clock(id: number, timespec: Buffer): number;
  errno(): number;
}

const solSocket = 1;
const soAttachFilter = 26;

/** Throws where libc cannot be loaded. Works with glibc and musl. */
export const loadLibc = (): Libc => {
  const library = koffi.load(null);
  const filter = koffi.struct({ len: 'uint16', filter: 'void *' });
  const setFilter = library.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(filter), 'uint']);
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void *, uint)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    send: library.func('long send(int, void *, ulong, int)'),
    sendto: library.func('long sendto(int, void *, ulong, int, void *, uint)'),
    recv: library.func('long recv(int, void *, ulong, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, uint)'),
    getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
    poll: library.func('int poll(void *, ulong, int)'),
    attachFilter: (fd, program) =>
      setFilter(fd, solSocket, soAttachFilter, { len: program.length / 8, filter: program }, 16) as number,
    close: library.func('int close(int)'),
    scheduler: library.func('int sched_setscheduler(int, int, void *)'),
    setpriority: library.func('int setpriority(int, uint, int)'),
    clock: library.func('int clock_gettime(int, void *)'),
    errno: () => koffi.errno(),
  };
};
