// Jobs that run random commands on names they share, each logged with its life, its exit code and what it printed.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { call } from './engine.mjs';

/** Numbers between 0 and 1, the same for the same seed. */
export const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const now = () => performance.timeOrigin + performance.now();
const quoted = (word) => `'${word}'`;

/** A shell that lives as long as its job and does what it is told. */
const startShell = (key, file, args, env) => {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let look = () => undefined;
  child.stdout.on('data', (data) => {
    output += data;
    look();
  });
  /** Answers the log of the command: its driver's clock holds the life of the process. */
  const run = (args) =>
    new Promise((done) => {
      const startedAt = now();
      look = () => {
        const end = /^~(\d+)~\n/m.exec(output);
        if (!end) return;
        const printed = output.slice(0, end.index);
        output = '';
        done({ by: key, args, startedAt, endedAt: now(), code: Number(end[1]), printed });
      };
      child.stdin.write(`docker ${args.map(quoted).join(' ')} 2>&1 </dev/null; echo "~$?~"\n`);
    });
  return { key, run, end: () => child.stdin.end() };
};

const label = 'com.gitlab.gitlab-runner';
export const startContainerJob = (engine, number) => {
  const labels = [`job.id=${number}`, 'managed=true', 'type=build'].flatMap((each) => [
    '--label',
    `${label}.${each}`,
  ]);
  const name = `build-${number}`;
  const mounts = [
    '-v',
    `${engine.socket}:/var/run/docker.sock`,
    '-v',
    '/usr/local/bin/docker:/bin/docker:ro',
  ];
  const id = engine.docker(
    'run',
    '-d',
    ...labels,
    '--name',
    name,
    ...mounts,
    'busybox:local',
    'sleep',
    '100000',
  );
  return { ...startShell(`gitlab:${number}`, 'docker', ['exec', '-i', name, 'sh'], engine.env), id };
};

export const startHostJob = (engine, name) => {
  const env = { ...engine.env, BUILD_TAG: `jenkins-${name}`, JENKINS_URL: 'https://ci.example' };
  return { ...startShell(`jenkins:${name}`, 'sh', [], env), id: undefined };
};

const patient = ['sleep', '900'];
const obedient = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** Commands by their weight. `name`: any of the shared ones; `spared`: ids that are nobody's to end. */
const kinds = ({ pick, chance, name, ids }) => [
  [
    22,
    () => [
      'run',
      '-d',
      ...(chance(0.1) ? ['--rm'] : []),
      '--name',
      name(),
      'busybox:local',
      ...pick([patient, obedient]),
    ],
  ],
  [8, () => ['run', '-d', 'busybox:local', ...pick([patient, obedient])]],
  [4, () => ['create', '--name', name(), 'busybox:local', 'true']],
  [8, () => ['kill', name()]],
  [4, () => ['rm', name()]],
  [12, () => ['rm', '-f', name(), ...(chance(0.3) ? [name()] : [])]],
  [7, () => ['stop', '-t', '1', name()]],
  [6, () => ['restart', '-t', '1', name()]],
  [4, () => ['rename', name(), name()]],
  [5, () => ['exec', name(), 'true']],
  [3, () => ['pause', name()]],
  [4, () => ['unpause', name()]],
  [3, () => ['container', 'prune', '-f']],
  [2, () => ['network', 'create', `net-${name()}`]],
  [2, () => ['network', 'rm', `net-${name()}`]],
  [2, () => ['volume', 'create', `vol-${name()}`]],
  [2, () => ['volume', 'rm', `vol-${name()}`]],
  [4, (listed) => (listed.length === 0 ? undefined : [pick([['kill'], ['rm', '-f']]), listed].flat())],
  [2, () => (ids.length === 0 ? undefined : ['rm', '-f', pick(ids)])],
];

const choices = (next, names, ids) => {
  const pick = (list) => list[Math.floor(next() * list.length)];
  return { pick, chance: (share) => next() < share, name: () => pick(names), ids };
};

/** The job goes on until then; answers the log of its commands. */
export const work = async (job, { names, seed, until, spared }) => {
  const next = random(seed);
  const log = [];
  const ids = [];
  const choose = choices(next, names, ids);
  const all = kinds(choose);
  const total = all.reduce((sum, [weight]) => sum + weight, 0);
  const listed = async () => {
    const { printed } = await job.run(['ps', '-q']);
    const running = printed
      .trim()
      .split('\n')
      .filter((id) => /^[0-9a-f]{12}$/.test(id));
    return running.filter((id) => !spared.some((each) => each.startsWith(id))).slice(0, 3);
  };
  while (Date.now() < until) {
    let left = next() * total;
    const [weight, make] = all.find(([weight]) => (left -= weight) < 0);
    const args = make(weight === 4 && make.length === 1 ? await listed() : []);
    if (args) {
      const entry = await job.run(args);
      log.push(entry);
      if (args[0] === 'run' && entry.code === 0) ids.push(entry.printed.trim().slice(0, 12));
      if (ids.length > 5) ids.shift();
    }
    await pause(next() * 900);
  }
  return log;
};

/** A client of the API beside them, on the same names: what it does must stay nobody's. */
export const workAsSdk = async (engine, { names, seed, until }) => {
  const next = random(seed);
  const { pick } = choices(next, names, []);
  const log = [];
  const calls = [
    (name) => ['create', 'POST', `/containers/create?name=${name}`, { Image: 'busybox:local', Cmd: patient }],
    (name) => ['kill', 'POST', `/containers/${name}/kill`],
    (name) => ['rm', 'DELETE', `/containers/${name}?force=1`],
  ];
  while (Date.now() < until) {
    const name = pick(names);
    const [verb, method, path, body] = pick(calls)(name);
    const startedAt = now();
    const answer = await call(engine.socket, method, path, body);
    const args =
      verb === 'rm' ? ['rm', '-f', name] : verb === 'create' ? ['create', '--name', name] : [verb, name];
    const id = verb === 'create' && answer.status === 201 ? JSON.parse(answer.body).Id : undefined;
    log.push({
      by: 'sdk',
      args,
      startedAt,
      endedAt: now(),
      code: answer.status < 300 ? 0 : 1,
      printed: id ?? (answer.status < 300 ? name : answer.body),
    });
    if (id !== undefined) await call(engine.socket, 'POST', `/containers/${id}/start`);
    await pause(next() * 900);
  }
  return log;
};
