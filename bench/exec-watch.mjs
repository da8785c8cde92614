// Docker commands seen, and seen right, out of those that were run, for each kind of caller; and what the reading thread costs.
// The commands fail at once (`docker kill` of nothing): no command lives shorter. Needs root, a build, cc, and starts an engine
// of its own. Usage: node bench/exec-watch.mjs [commands of each kind] [seconds of each storm]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import witness from '../dist/witness/index.js';

const commands = Number(process.argv[2] ?? 300);
const stormSeconds = Number(process.argv[3] ?? 15);
const stormRate = 2000;
const recipe = resolve('test/engines/installed.sh');
const directory = mkdtempSync('/tmp/ct-');
const socket = join(directory, 'docker.sock');
const storm = join(mkdtempSync(join(tmpdir(), 'crosstalk-bench-')), 'exec-storm');

const engineEnv = {
  ...process.env,
  DOCKER_HOST: `unix://${socket}`,
  DOCKER_CONFIG: join(directory, 'client'),
};
const docker = (...args) => execFileSync('docker', args, { env: engineEnv, encoding: 'utf8' }).trim();
const ended = (child) =>
  new Promise((done) => {
    let out = '';
    child.stdout?.on('data', (data) => (out += data));
    child.on('close', () => done(out));
  });
const run = (command, args, env = engineEnv) =>
  ended(spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] }));

const loop = (kind) =>
  `i=0; while [ $i -lt ${commands} ]; do docker kill bench-${kind}-$i 2>/dev/null; i=$((i+1)); done`;
const job = (kind) => ({ ...engineEnv, BUILD_TAG: `jenkins-${kind}` });
const isJob = (kind) => (caller) => caller.containerId === null && caller.env.BUILD_TAG === `jenkins-${kind}`;

/** How each kind of caller runs its commands, and whether what was told of a caller is right. */
const kindsOf = (container) => ({
  'host, own variable': {
    run: (kind) => run('sh', ['-c', loop(kind)], job(kind)),
    right: isJob,
  },
  "host, parent's variable": {
    run: (kind) =>
      run(
        'sh',
        [
          '-c',
          loop(kind).replace('docker kill', `env -i PATH=$PATH DOCKER_HOST=unix://${socket} docker kill`),
        ],
        job(kind),
      ),
    right: isJob,
  },
  'host, 4 at once': {
    run: (kind) =>
      run(
        'sh',
        ['-c', `seq -f bench-${kind}-%g 0 ${commands - 1} | xargs -P4 -n1 docker kill 2>/dev/null`],
        job(kind),
      ),
    right: isJob,
  },
  container: {
    run: (kind) => run('docker', ['exec', container, 'sh', '-c', loop(kind)]),
    right: () => (caller) => caller.containerId === container,
  },
});

/** Clock ticks of every thread of this process. */
const threadTicks = () =>
  new Map(
    readdirSync('/proc/self/task').map((tid) => {
      const fields = readFileSync(`/proc/self/task/${tid}/stat`, 'latin1').split(') ')[1].split(' ');
      return [tid, Number(fields[11]) + Number(fields[12])];
    }),
  );

const watching = async (priority, work) => {
  const told = [];
  const before = threadTicks();
  const watch = await witness.createExecWatch({
    keptVariables: new Map([['BUILD_TAG', 'value']]),
    clients: [],
    engineSockets: [socket],
    bootId: 'bench',
    emit: (it) => told.push(it),
    onEnded: (error) => console.error(error),
    log: console,
    priority,
  });
  /** Seconds that the reading thread has run: of the threads that came with the watch, the busiest. */
  const threadSeconds = () =>
    Math.max(...[...threadTicks()].filter(([tid]) => !before.has(tid)).map(([, ticks]) => ticks)) / 100;
  try {
    return await work({ watch, told, threadSeconds });
  } finally {
    await watch.stop();
  }
};

const busy = () => {
  const children = cpus().map(() => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
  return () => children.forEach((child) => child.kill('SIGKILL'));
};
const storming = () => {
  const child = spawn(storm, [String(stormRate), '3600'], { stdio: 'ignore' });
  return () => child.kill('SIGKILL');
};
const loads = {
  idle: () => () => undefined,
  'all cores busy': busy,
  [`${stormRate} execs/s beside`]: storming,
};

const measureSeen = async (priority, load, container) => {
  const rows = [];
  await watching(priority, async ({ watch, told }) => {
    const relieve = loads[load]();
    for (const [name, kind] of Object.entries(kindsOf(container))) {
      const id = name.replaceAll(/\W/g, '');
      await kind.run(id);
      await watch.drained();
      const isRight = kind.right(id);
      const seen = new Map();
      for (const { k, exec } of told) {
        const target = k === 'exec.begin' && exec.verb === 'kill' ? exec.targets[0] : undefined;
        if (target?.startsWith(`bench-${id}-`)) seen.set(target, exec);
      }
      const wrong = [...seen.values()].filter(({ caller, engine }) => !isRight(caller) || engine !== 'this');
      for (const { engine, caller } of wrong)
        console.log(
          `${name}, ${priority}: engine ${engine}, container ${caller.containerId}, ${caller.env.BUILD_TAG}`,
        );
      const right = seen.size - wrong.length;
      rows.push({ priority, load, caller: name, run: commands, seen: seen.size, right });
      told.length = 0;
    }
    relieve();
    const { priority: got, vanished, overflows } = watch.state();
    for (const row of rows) Object.assign(row, { priority: got, vanished, overflows });
  });
  return rows;
};

/** @param asked ends that are asked for meanwhile: more than the filter holds, and all ends wake the thread */
const measureCost = (asked) =>
  watching('realtime', async ({ watch, threadSeconds }) => {
    const sleepers = Array.from({ length: asked }, () => spawn('sleep', ['1000'], { stdio: 'ignore' }));
    for (const { pid } of sleepers) watch.watch({ pid, start: null });
    await watch.drained();
    const rss = process.memoryUsage().rss;
    const [cpu, execs] = [threadSeconds(), watch.state().execs];
    const out = await run(storm, [String(stormRate), String(stormSeconds)]);
    await watch.drained();
    const [started, seconds] = out.split(' ').map(Number);
    const used = threadSeconds() - cpu;
    const counted = watch.state().execs - execs;
    for (const sleeper of sleepers) sleeper.kill('SIGKILL');
    return {
      'ends asked for': asked,
      'execs/s': Math.round(started / seconds),
      'us of thread per exec': Number(((used / counted) * 1e6).toFixed(1)),
      '% of a core': Number(((used / seconds) * 100).toFixed(1)),
      'told by the kernel': `${counted} of ${started} and ${counted - started} others`,
      'RSS growth MB': Number(((process.memoryUsage().rss - rss) / 2 ** 20).toFixed(1)),
    };
  });

try {
  execFileSync('cc', ['-O2', '-o', storm, 'bench/exec-storm.c']);
  execFileSync('sh', [recipe, 'start', directory, String(process.pid)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const client = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const container = docker(
    ...['run', '-d', '-v', `${client}:/bin/docker`, '-v', `${socket}:/var/run/docker.sock`],
    ...['busybox:local', 'sleep', '100000'],
  );

  console.log('what the reading thread costs');
  console.table([await measureCost(0), await measureCost(100), await measureCost(300)]);
  console.log('commands seen, and seen with the right target, caller and engine');
  const rows = [];
  for (const priority of ['realtime', 'nice'])
    for (const load of Object.keys(loads)) rows.push(...(await measureSeen(priority, load, container)));
  console.table(rows);
} finally {
  execFileSync('sh', [recipe, 'stop', directory], { stdio: 'inherit' });
}
