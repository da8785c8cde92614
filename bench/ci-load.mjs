// A believable day of a busy GitLab runner as the engine tells it: 8 to 20 jobs alive, each with a build container, one or
// two services with health checks, and steps of its own. Same seed, same bytes.

const START = 1_795_521_600_000_000_000n;
const IMAGE = 'registry.example/shop/ci:1.4';

const createRandom = (seed) => () => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const hex64 = (number) => number.toString(16).padStart(8, '0').repeat(8);
const rfc3339 = (nanos) =>
  new Date(Number(nanos / 1_000_000n))
    .toISOString()
    .replace('Z', `${String(nanos % 1_000_000n).padStart(6, '0')}Z`);

/** Variables that a runner sets; few of them may be kept. */
const environment = (job) => [
  ...[`CI_JOB_ID=${job}`, 'CI=true', 'GITLAB_CI=true', 'CI_PIPELINE_ID=9001', `CI_PROJECT_ID=${job % 9}`],
  ...Array.from({ length: 40 }, (_, index) => `CI_VARIABLE_${index}=${'value '.repeat(5)}`),
];

/**
 * Observations as they come from the engine: `{ at, event }` is a line of its stream, `{ at, inspect }` the text of an
 * inspection, `{ at }` a second in which nothing came. Ends with the event number `count`.
 */
export const ciLoad = (count, seed = 7) => {
  const random = createRandom(seed);
  const load = [];
  let now = START;
  let events = 0;
  let containers = 0;
  let lastTick = now;

  /** Some 100 events a second. */
  const pass = () => {
    now += BigInt(1 + Math.floor(random() * 20_000_000));
    if (now - lastTick > 1_000_000_000n) load.push({ at: (lastTick = now) });
  };
  const tell = (type, action, id, attributes, short = {}) => {
    pass();
    events += 1;
    const actor = `"Type":"${type}","Action":${JSON.stringify(action)},"Actor":${JSON.stringify({ ID: id, Attributes: attributes })}`;
    const start = JSON.stringify(short).slice(1, -1);
    load.push({
      at: now + 1_000_000n,
      event: `{${start}${start && ','}${actor},"scope":"local","time":${now / 1_000_000_000n},"timeNano":${now}}`,
    });
  };

  const createContainer = (job, type, name, mounts) => {
    const id = hex64((containers += 1));
    const prefix = 'com.gitlab.gitlab-runner';
    const labels = {
      [`${prefix}.job.id`]: `${job}`,
      [`${prefix}.job.ref`]: 'main',
      [`${prefix}.job.sha`]: hex64(job).slice(0, 40),
      [`${prefix}.job.url`]: `https://gitlab.example/shop/p${job % 9}/-/jobs/${job}`,
      [`${prefix}.managed`]: 'true',
      [`${prefix}.pipeline.id`]: '9001',
      [`${prefix}.project.id`]: `${job % 9}`,
      [`${prefix}.runner.id`]: 'Xy7_kQ2aB',
      [`${prefix}.type`]: type,
    };
    let [startedAt, finishedAt, exitCode] = [0n, 0n, 0];
    const time = (at) => (at === 0n ? '0001-01-01T00:00:00Z' : rfc3339(at));
    const createdAt = now;
    const event = (action, more) =>
      tell(
        'container',
        action,
        id,
        { ...labels, image: IMAGE, name, ...more },
        { status: action, id, from: IMAGE },
      );
    const network = (action) =>
      tell('network', action, hex64(0xbeef), { container: id, name: 'bridge', type: 'bridge' });
    const volumes = (action, more) => {
      for (const { Name, Destination } of mounts)
        tell('volume', action, Name, { container: id, ...more(Destination), driver: 'local' });
    };
    const inspect = (status) =>
      load.push({
        at: now + 3_000_000n,
        inspect: JSON.stringify({
          Id: id,
          Created: rfc3339(createdAt),
          Name: `/${name}`,
          Image: `sha256:${hex64(0xcafe)}`,
          State: {
            ...{
              Status: status,
              Running: status === 'running',
              OOMKilled: false,
              ExitCode: exitCode,
              Error: '',
            },
            ...{ StartedAt: time(startedAt), FinishedAt: time(finishedAt) },
          },
          RestartCount: 0,
          Config: { Image: IMAGE, Labels: labels, Env: environment(job) },
          HostConfig: { NetworkMode: 'bridge', RestartPolicy: { Name: 'no' }, AutoRemove: false },
          Mounts: mounts,
          NetworkSettings: { Networks: { bridge: {} }, Ports: {} },
        }),
      });
    event('create');
    inspect('created');
    return {
      start() {
        volumes('mount', (destination) => ({ destination, propagation: '', 'read/write': 'true' }));
        network('connect');
        event('start');
        startedAt = now;
        inspect('running');
      },
      exec(command, code = 0) {
        const execID = hex64(events);
        event(`exec_create: ${command}`, { execID });
        event(`exec_start: ${command}`, { execID });
        event('exec_die', { execID, exitCode: `${code}` });
      },
      health: (state) => event(`health_status: ${state}`),
      detach: () => network('disconnect'),
      kill: () => event('kill', { signal: '9' }),
      die(code, attached) {
        if (attached) network('disconnect');
        volumes('unmount', () => ({}));
        [finishedAt, exitCode] = [now, code];
        event('die', { execDuration: '9', exitCode: `${code}` });
        inspect('exited');
      },
      destroy: () => event('destroy'),
    };
  };

  /** A job, some hundred events long; whoever drives it lets others go on at each `yield`. */
  function* jobLife(job, slot) {
    const base = `runner-xy7kq2ab-project-${job % 9}-concurrent-${slot}-${hex64(job).slice(0, 16)}`;
    const volume = (Name, Destination) => ({
      ...{ Type: 'volume', Name, Source: `/var/lib/docker/volumes/${Name}/_data` },
      ...{ Destination, Driver: 'local', Mode: 'z', RW: true, Propagation: '' },
    });
    const cache = volume(
      `runner-${hex64(slot).slice(0, 32)}-cache-3c3f060a0374fc8bc39395164f415a70`,
      '/cache',
    );
    const services = [];
    for (let index = 0; index < 1 + (job % 2); index += 1) {
      const service = createContainer(job, 'service', `${base}-postgres-${index}`, [
        volume(hex64(events), '/var/lib/db'),
      ]);
      yield service.start();
      services.push(service);
    }
    const build = createContainer(job, 'build', `${base}-build`, [cache]);
    yield build.start();
    const steps = 6 + Math.floor(random() * 12);
    for (let step = 0; step < steps; step += 1) {
      for (const service of services) {
        service.exec('/bin/sh -c pg_isready -U postgres');
        if (step === 0) service.health('healthy');
        yield;
      }
      yield build.exec(`sh -c make step-${step}`, step === steps - 1 && random() < 0.1 ? 2 : 0);
      if (step % 5 !== 0) continue;
      const own = createContainer(job, 'step', `lint-${job}-${step}`, []);
      yield own.start();
      yield own.die(0, true);
      own.destroy();
    }
    for (const container of [build, ...services]) {
      container.detach();
      container.kill();
      container.die(137, false);
      yield container.destroy();
    }
  }

  let jobs = 100_000;
  const alive = new Map();
  while (events < count) {
    const wanted = 14 + Math.round(6 * Math.sin(events / 5000));
    for (let slot = 0; alive.size < wanted; slot += 1)
      if (!alive.has(slot)) alive.set(slot, jobLife((jobs += 1), slot));
    const [slot, job] = [...alive][Math.floor(random() * alive.size)];
    if (job.next().done) alive.delete(slot);
  }
  const surplus = events - count;
  for (let left = surplus; left > 0;) if (load.pop().event !== undefined) left -= 1;
  return { load, jobs: jobs - 100_000, containers };
};
