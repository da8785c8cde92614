// A private engine, and what it tells: every event, as the truth needs them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const recipe = resolve('test/engines', `${process.env.CROSSTALK_TEST_ENGINE_VERSION ?? 'installed'}.sh`);

export const startEngine = () => {
  const directory = mkdtempSync('/tmp/ct-');
  const socket = join(directory, 'docker.sock');
  const version = execFileSync('sh', [recipe, 'start', directory, String(process.pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  const env = {
    PATH: process.env.PATH,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: join(directory, 'client'),
  };
  return {
    directory,
    socket,
    version,
    env,
    docker: (...args) => execFileSync('docker', args, { env, encoding: 'utf8' }).trim(),
    stop: () => execFileSync('sh', [recipe, 'stop', directory], { stdio: 'inherit' }),
  };
};

/** One call of an SDK: no process, no command line. Answers its status and body. */
export const call = (socket, method, path, body) =>
  new Promise((done, failed) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath: socket, method, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => done({ status: answer.statusCode, body: text }));
    });
    asked.on('error', failed);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Records what the engine tells, from now on; times in milliseconds with a fraction. */
export const recordEvents = (engine) => {
  const events = [];
  const child = spawn('docker', ['events', '--format', '{{json .}}'], {
    env: engine.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { Type, Action, Actor, timeNano } = JSON.parse(line);
    events.push({
      type: Type,
      action: Action.split(':')[0],
      id: Actor.ID,
      attributes: Actor.Attributes,
      at: Number(BigInt(timeNano) / 1000n) / 1000,
    });
  });
  return { events, stop: () => child.kill('SIGKILL') };
};
