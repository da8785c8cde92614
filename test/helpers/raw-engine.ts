import { createHash } from 'node:crypto';
import type { Identifier } from '../../src/attribution/identity';
import { type Nanos, type Observation, SECOND, toRfc3339 } from '../../src/domain';
import { containerOfInspect } from '../../src/engine/container-snapshot';
import { normaliseEvent } from '../../src/engine/normalise';
import { imageOf } from '../../src/engine/snapshot';

/** Engines put the same events in different orders: `20` stands for 20.10, `28` for 26 to 28. */
export type Family = '20' | '28';

export interface RunOptions {
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  /** As after `docker run -v`: `cache:/cache`, `/host:/path:ro`, `/anonymous`. */
  readonly volumes?: readonly string[];
  /** Names of containers whose volumes it takes over. */
  readonly volumesFrom?: readonly string[];
  /** As after `docker run -p`: `18080:80`, `127.0.0.1:53:53/udp`. */
  readonly ports?: readonly string[];
  readonly network?: string;
  readonly rm?: boolean;
  /** Whether it is inspected as it is created, started and ended; false imitates a recording without inspections. */
  readonly inspected?: boolean;
}

interface RawMount {
  readonly Type: 'volume' | 'bind';
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}

interface RawContainer {
  readonly id: string;
  name: string;
  readonly options: RunOptions;
  readonly createdAt: Nanos;
  readonly mounts: readonly RawMount[];
  status: 'created' | 'running' | 'paused' | 'exited';
  networks: string[];
  startedAt: Nanos | undefined;
  finishedAt: Nanos | undefined;
  exitCode: number;
  error: string;
}

const hex64 = (seed: string): string => createHash('sha256').update(seed).digest('hex');
const never = '0001-01-01T00:00:00Z';
const engineTime = (at: Nanos | undefined): string => (at === undefined ? never : toRfc3339(at));
const defaultImage = 'busybox:local';

/** `[ip:]host:container[/protocol]` as the engine's map of bindings. */
const portMap = (ports: readonly string[]): Record<string, { HostIp: string; HostPort: string }[]> =>
  Object.fromEntries(
    ports.map((port) => {
      const [spec = '', protocol = 'tcp'] = port.split('/');
      const parts = spec.split(':');
      const [container = '', host = '', ip = ''] = parts.reverse();
      return [`${container}/${protocol}`, [{ HostIp: ip, HostPort: host }]];
    }),
  );

/**
 * Writes the JSON that a real engine sends, in its order, and gives it to the real normaliser. Its expansion of each
 * verb is compared with recorded traces in raw-engine.test.ts.
 */
export const createRawEngine = (family: Family, identifier: Identifier, startsAt: Nanos) => {
  const observations: Observation[] = [];
  const lines: string[] = [];
  const containers = new Map<string, RawContainer>();
  const volumes = new Set<string>();
  const images = new Set<string>();
  let clock = startsAt;
  let made = 0;

  const tick = (milliseconds = 10): Nanos => (clock += BigInt(milliseconds) * 1_000_000n);

  const emit = (type: string, action: string, id: string, attributes: Record<string, string>): void => {
    const at = tick();
    const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const deprecated =
      type === 'container'
        ? { status: action, id, from: attributes['image'] }
        : type === 'image'
          ? { status: action, id }
          : {};
    const event = {
      ...deprecated,
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: sorted },
      scope: 'local',
      time: Number(at / SECOND),
    };
    // A number in JavaScript would lose digits.
    const text = `${JSON.stringify(event).slice(0, -1)},"timeNano":${at}}`;
    lines.push(text);
    const normal = normaliseEvent(text, identifier.keepLabel);
    if (!normal) throw new Error(`not an event: ${text}`);
    observations.push({ k: 'event', at, event: normal });
  };

  const tell = (container: RawContainer, action: string, more: Record<string, string> = {}): void =>
    emit('container', action, container.id, {
      ...more,
      ...container.options.labels,
      image: container.options.image ?? defaultImage,
      name: container.name,
    });

  const network = (name: string, action: string, container?: RawContainer): void =>
    emit('network', action, hex64(`network ${name}`), {
      ...(container && { container: container.id }),
      name,
      type: 'bridge',
    });

  const volume = (name: string, action: string, more: Record<string, string> = {}): void =>
    emit('volume', action, name, { driver: 'local', ...more });

  const inspect = (container: RawContainer, force = false): void => {
    if (!force && container.options.inspected === false) return;
    const { status, options } = container;
    const ports = portMap(options.ports ?? []);
    const found = containerOfInspect(
      {
        Id: container.id,
        Name: `/${container.name}`,
        Created: toRfc3339(container.createdAt),
        Image: `sha256:${hex64(`image ${options.image ?? defaultImage}`)}`,
        RestartCount: 0,
        State: {
          Status: status,
          Running: status === 'running' || status === 'paused',
          OOMKilled: false,
          ExitCode: container.exitCode,
          Error: container.error,
          StartedAt: engineTime(container.startedAt),
          FinishedAt: engineTime(container.finishedAt),
        },
        Config: {
          Image: options.image ?? defaultImage,
          Labels: options.labels ?? {},
          Env: options.env ?? [],
        },
        HostConfig: {
          AutoRemove: options.rm ?? false,
          NetworkMode: options.network ?? 'default',
          PortBindings: ports,
          VolumesFrom: options.volumesFrom ?? null,
          RestartPolicy: { Name: 'no' },
        },
        Mounts: container.mounts,
        NetworkSettings: {
          Ports: status === 'running' ? ports : {},
          Networks: options.network?.startsWith('container:') ? {} : { [options.network ?? 'bridge']: {} },
        },
      },
      identifier,
    );
    if (!found) throw new Error('not an inspection');
    observations.push({ k: 'inspect', at: tick(1), inspection: { type: 'container', found } });
  };

  const inspectImage = (image: string, labels: Readonly<Record<string, string>> = {}): void => {
    if (images.has(image)) return;
    images.add(image);
    const id = `sha256:${hex64(`image ${image}`)}`;
    const found = imageOf({ Id: id, RepoTags: [image], Config: { Labels: labels } }, identifier);
    if (found) observations.push({ k: 'inspect', at: tick(1), inspection: { type: 'image', found } });
  };

  const find = (name: string): RawContainer => {
    const container = containers.get(name);
    if (!container) throw new Error(`no container is called ${name}`);
    return container;
  };

  const useVolume = (name: string): void => {
    // 20.10 tells of it at every use.
    if (family === '20' || !volumes.has(name)) volume(name, 'create');
    volumes.add(name);
  };

  const mountOf = (spec: string, owner: string): RawMount => {
    const [first = '', second, mode] = spec.split(':');
    const RW = mode !== 'ro';
    if (second !== undefined && first.startsWith('/'))
      return { Type: 'bind', Source: first, Destination: second, RW };
    const Name = second === undefined ? hex64(`volume ${owner} ${first}`) : first;
    const Source = `/var/lib/docker/volumes/${Name}/_data`;
    return { Type: 'volume', Name, Source, Destination: second ?? first, RW };
  };

  const namesOf = (mounts: readonly RawMount[]): string[] =>
    mounts.flatMap(({ Name }) => (Name ? [Name] : []));

  const create = (name: string, options: RunOptions): RawContainer => {
    if (containers.has(name)) throw new Error(`409: the name ${name} is in use`);
    if (options.inspected !== false) inspectImage(options.image ?? defaultImage);
    const id = hex64(`container ${++made}`);
    const inherited = (options.volumesFrom ?? []).flatMap((from) =>
      find(from).mounts.filter(({ Type }) => Type === 'volume'),
    );
    const own = (options.volumes ?? []).map((spec) => mountOf(spec, id));
    namesOf(own).forEach(useVolume);
    const container: RawContainer = {
      id,
      name,
      options,
      mounts: [...inherited, ...own],
      status: 'created',
      createdAt: clock + 9_000_000n,
      networks: [],
      startedAt: undefined,
      finishedAt: undefined,
      exitCode: 0,
      error: '',
    };
    containers.set(name, container);
    tell(container, 'create');
    inspect(container);
    return container;
  };

  const attach = (container: RawContainer): void => {
    const mounts = () =>
      container.mounts.forEach(({ Type, Name, Destination, RW }) => {
        if (Type !== 'volume') return;
        const more = {
          container: container.id,
          destination: Destination,
          propagation: '',
          'read/write': `${RW}`,
        };
        volume(Name!, 'mount', more);
      });
    const { network: name = 'bridge' } = container.options;
    if (family === '28') mounts();
    if (!name.startsWith('container:')) {
      container.networks = [name];
      network(name, 'connect', container);
    }
    if (family === '20') mounts();
  };

  const begin = (container: RawContainer): void => {
    attach(container);
    tell(container, 'start');
    container.status = 'running';
    container.startedAt = clock;
    container.finishedAt = undefined;
    inspect(container);
  };

  const detach = (container: RawContainer): void => {
    for (const name of container.networks.splice(0)) network(name, 'disconnect', container);
    for (const name of namesOf(container.mounts)) volume(name, 'unmount', { container: container.id });
  };

  /** Networks, volumes and the end itself, with `between` where the engine says `stop`. */
  const end = (container: RawContainer, exitCode: number, stop = false): void => {
    container.status = 'exited';
    container.exitCode = exitCode;
    const die = () => {
      const took = Number((clock - (container.startedAt ?? clock)) / SECOND);
      const code = { exitCode: `${exitCode}` };
      tell(container, 'die', family === '28' ? { ...code, execDuration: `${took}` } : code);
      container.finishedAt = clock;
    };
    if (family === '20') die();
    detach(container);
    if (stop) tell(container, 'stop');
    if (family === '28') die();
  };

  const destroy = (container: RawContainer, withVolumes: boolean): void => {
    if (withVolumes)
      for (const name of namesOf(container.mounts)) {
        const used = [...containers.values()].some(
          (other) => other !== container && namesOf(other.mounts).includes(name),
        );
        if (used || !/^[0-9a-f]{64}$/.test(name)) continue;
        volumes.delete(name);
        volume(name, 'destroy');
      }
    tell(container, 'destroy');
    containers.delete(container.name);
  };

  const afterEnd = (container: RawContainer): void => {
    if (container.options.rm) destroy(container, true);
    else inspect(container);
  };

  const stopSignals = (container: RawContainer, graceful: boolean): number => {
    tell(container, 'kill', { signal: '15' });
    if (graceful) return 0;
    tick(1000);
    tell(container, 'kill', { signal: '9' });
    return 137;
  };

  return {
    observations: observations as readonly Observation[],
    /** The events alone, as the engine would have sent them. */
    lines: lines as readonly string[],
    now: () => clock,
    idOf: (name: string): string => find(name).id,
    advance: (nanos: Nanos): void => void (clock += nanos),
    push: (observation: Observation): void => void observations.push(observation),
    create,
    start: (name: string) => begin(find(name)),
    run: (name: string, options: RunOptions) => begin(create(name, options)),
    /** Created, but the start fails: it is taken off its network again, and an inspection shows why. */
    failStart(name: string, options: RunOptions, error: string) {
      const container = create(name, options);
      network(options.network ?? 'bridge', 'disconnect', container);
      container.exitCode = 128;
      container.error = error;
      inspect(container);
    },
    /** The main process ends by itself. */
    die(name: string, exitCode: number) {
      const container = find(name);
      end(container, exitCode);
      afterEnd(container);
    },
    kill(name: string, signal: number) {
      const container = find(name);
      tell(container, 'kill', { signal: `${signal}` });
      if (signal === 1) return;
      end(container, 128 + signal);
      afterEnd(container);
    },
    stop(name: string, graceful: boolean) {
      const container = find(name);
      end(container, stopSignals(container, graceful), true);
      afterEnd(container);
    },
    /** `docker rm --force`, with `--volumes` when asked. */
    remove(name: string, withVolumes: boolean) {
      const container = find(name);
      if (container.status === 'running' || container.status === 'paused') {
        tell(container, 'kill', { signal: '9' });
        end(container, 137);
      }
      destroy(container, withVolumes);
    },
    restart(name: string, graceful: boolean) {
      const container = find(name);
      end(container, stopSignals(container, graceful), true);
      begin(container);
      tell(container, 'restart');
    },
    setPaused(name: string, paused: boolean) {
      const container = find(name);
      container.status = paused ? 'paused' : 'running';
      tell(container, paused ? 'pause' : 'unpause');
    },
    rename(name: string, to: string) {
      const container = find(name);
      containers.delete(name);
      containers.set(to, container);
      container.name = to;
      tell(container, 'rename', { oldName: `/${name}` });
    },
    disconnect(name: string) {
      const container = find(name);
      for (const each of container.networks.splice(0)) {
        network(each, 'disconnect', container);
        if (family === '20') network(each, 'disconnect', container);
      }
    },
    /** Something that leaves one event of the container: `archive-path`, `attach`, `exec_create: sh` … */
    touch: (name: string, action: string) => tell(find(name), action),
    oom: (name: string) => tell(find(name), 'oom'),
    connect(name: string, to: string) {
      const container = find(name);
      container.networks.push(to);
      network(to, 'connect', container);
    },
    /** The engine's own word that something was pruned: of `container`, `volume`, `network`, `image`, `builder`. */
    prune: (type: string) => emit(type, 'prune', '', { reclaimed: '0' }),
    createNetwork: (name: string) => network(name, 'create'),
    removeNetwork: (name: string) => network(name, 'destroy'),
    createVolume: useVolume,
    /** A tag is given to the image of that content; the image that had it is not told of. */
    tagImage: (tag: string, content: string) =>
      emit('image', 'tag', `sha256:${hex64(`image ${content}`)}`, { name: tag }),
    /** A tag goes: the event says of which image, not which tag. With its last tag the image goes too. */
    untagImage(content: string, last: boolean) {
      const id = `sha256:${hex64(`image ${content}`)}`;
      emit('image', 'untag', id, { name: id });
      if (last) emit('image', 'delete', id, { name: id });
    },
    removeVolume(name: string) {
      volumes.delete(name);
      volume(name, 'destroy');
    },
    inspect: (name: string) => inspect(find(name), true),
    inspectImage,
    volumesOf: (name: string): readonly string[] => namesOf(find(name).mounts),
  };
};

export type RawEngine = ReturnType<typeof createRawEngine>;
