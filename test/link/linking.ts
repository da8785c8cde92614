import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecBegin, Gap, Observation } from '../../src/domain';
import {
  createWitnessClient,
  createWitnessServer,
  type WitnessClient,
  type WitnessServer,
} from '../../src/link';
import type { Told, Watched } from '../../src/link/told';
import { createLogger } from '../../src/log';

export const log = createLogger({ level: 'silent' });

/** The time of both ends: goes on by one with each look. */
let clock = 1000n;
const tick = (): bigint => (clock += 1n);

export const until = async (condition: () => boolean, what = 'that'): Promise<void> => {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} never happened`);
    await new Promise((done) => setTimeout(done, 5));
  }
};

const begin: ExecBegin = {
  key: 'boot:1',
  at: 1n,
  verb: 'kill',
  targets: ['web'],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: false,
  autoRemove: false,
  engine: 'this',
  caller: {
    pid: 10,
    start: 20,
    uid: 0,
    exe: '/usr/bin/docker',
    containerId: null,
    env: { CI_JOB_ID: '101' },
    root: { pid: 9, start: 19 },
    olderThanJob: false,
  },
};

/** A command told at a time; its target is of a length that fills buffers. */
export const told = (at: bigint, length = 3): Told => ({
  k: 'exec.begin',
  exec: { ...begin, key: `boot:${at}`, at, targets: ['x'.repeat(length)] },
});

/** A daemon's end whose commits can be held back. */
export const startServer = async (
  path: string,
  graceMs = 10_000,
  before?: { readonly bootId: string; readonly through: bigint },
) => {
  const seen: Observation[] = [];
  let held: Promise<void> | undefined;
  let release: () => void = () => undefined;
  let failing = false;
  const server: WitnessServer = await createWitnessServer({
    path,
    bootId: 'daemon',
    graceMs,
    before,
    now: tick,
    log,
    async emit(observations) {
      await held;
      if (failing) throw new Error('disk full');
      seen.push(...observations);
    },
  });
  return {
    ...server,
    /** Without watermarks, which come by themselves. */
    seen: () => seen.filter(({ k }) => k !== 'watermark'),
    watermarks: () => seen.flatMap((each) => (each.k === 'watermark' ? [each.through] : [])),
    all: () => seen,
    execs: () => seen.flatMap((each) => (each.k === 'exec.begin' ? [each.exec.at] : [])),
    gaps: (): Gap[] => seen.flatMap((each) => (each.k === 'gap' ? [each.gap] : [])),
    sources: () => seen.flatMap((each) => (each.k === 'source' ? [[each.state, each.reason]] : [])),
    hold() {
      held = new Promise((done) => (release = done));
    },
    letGo() {
      held = undefined;
      release();
    },
    fail(now: boolean) {
      failing = now;
    },
  };
};
export type StartedServer = Awaited<ReturnType<typeof startServer>>;

/** A witness's end with an exec watch that says what it is told to say. */
export const createClient = (path: string, options: { bootId?: string; limitBytes?: number } = {}) => {
  const watched: Watched[] = [];
  let byes = 0;
  const client: WitnessClient = createWitnessClient({
    path,
    bootId: options.bootId ?? 'boot',
    longestPauseMs: 50,
    ...(options.limitBytes !== undefined && { limitBytes: options.limitBytes }),
    drained: async () => tick(),
    watch: (process) => watched.push(process),
    onBye: () => (byes += 1),
    log,
  });
  client.setSource('execs', { state: 'on', reason: null });
  return { ...client, watched, byes: () => byes };
};

/** A connection that says what a test wants. */
export const rawPeer = async (path: string) => {
  const socket: Socket = connect(path);
  let text = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  await new Promise<void>((done, failed) => socket.once('connect', done).once('error', failed));
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    say: (line: unknown) => socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    lines,
    acks: () => lines().flatMap(({ ack, link }) => (ack !== undefined && link === undefined ? [ack] : [])),
    closed: () => closed,
    end: () => socket.destroy(),
  };
};

export const hello = (changes: object = {}) => ({
  link: 1,
  pid: 77,
  bootId: 'raw',
  sources: { execs: { state: 'on', reason: null } },
  ...changes,
});

const undone: (() => unknown)[] = [];
/** For afterEach. */
export const undoAll = async (): Promise<void> => {
  for (let undo = undone.pop(); undo; undo = undone.pop()) await undo();
};
/** Stopped when the test is over. */
export const own = <T>(thing: T, undo: (thing: T) => unknown): T => {
  undone.push(() => undo(thing));
  return thing;
};
export const newPath = (): string => {
  const dir = own(mkdtempSync(join(tmpdir(), 'crosstalk-link-')), (made) =>
    rmSync(made, { recursive: true }),
  );
  return join(dir, 'witness.sock');
};
