// The proxies that are compared: each a process with a socket of its own in front of the same engine.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

const haproxyConfig = (engine, socket) => `
global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 10s
  timeout client 1h
  timeout server 1h
frontend bench
  bind unix@${socket} backlog 4096
  default_backend engine
backend engine
  http-reuse always
  server engine unix@${engine}
`;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

/** How each is started: program and arguments, for an engine's socket and its own. */
const recipes = {
  haproxy: ({ program }, engine, socket) => {
    writeFileSync(`${socket}.cfg`, haproxyConfig(engine, socket));
    return [program, ['-db', '-f', `${socket}.cfg`]];
  },
  wollomatic: ({ program }, engine, socket) => [
    program,
    [`-socketpath=${engine}`, `-proxysocketendpoint=${socket}`, ...methods.map((name) => `-allow${name}=.*`)],
  ],
  crosstalk: ({ nodeOptions }, engine, socket) => [
    process.execPath,
    [...nodeOptions, resolve('bench/audit/crosstalk.mjs'), engine, socket],
  ],
};

const answers = (path) =>
  new Promise((done) => {
    const client = connect(path);
    client.on('connect', () => done(true)).on('error', () => done(false));
    client.on('connect', () => client.destroy());
  });

/** Starts a process that listens on `socket`; its output goes to a file, told when it does not come up. */
export const startListening = async (program, args, socket) => {
  rmSync(socket, { force: true });
  const log = `${socket}.log`;
  const output = openSync(log, 'w');
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  const ended = new Promise((done) => child.on('close', done).on('error', done));
  for (let tries = 0; !(await answers(socket)); tries++) {
    if (tries === 100 || child.exitCode !== null || child.pid === undefined)
      throw new Error(`${program} does not listen: ${readFileSync(log, 'utf8').slice(-2000)}`);
    await sleep(100);
  }
  return {
    pid: child.pid,
    socket,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
};

/**
 * All that are not missing, in front of `engine`; `direct` is the engine itself, without a pid.
 * @param found by name: `{ program, ... }` or `{ missing }`
 */
export const startSubjects = async (found, engine, directory) => {
  const subjects = { direct: { socket: engine, stop: () => undefined } };
  for (const [name, recipe] of Object.entries(recipes)) {
    const how = found[name];
    if (how === undefined || how.missing !== undefined) continue;
    const socket = join(directory, `${name}.sock`);
    subjects[name] = await startListening(...recipe(how, engine, socket), socket);
  }
  return subjects;
};
