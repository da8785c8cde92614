import http from 'node:http';
import https from 'node:https';
import Docker from 'dockerode';
import type {
  ContainerSnapshot,
  EngineInfo,
  ImageSnapshot,
  Nanos,
  NetworkSnapshot,
  Scan,
  VolumeSnapshot,
} from '../domain';
import { SECOND } from '../domain';
import { containerOfInspect, containerOfList } from './container-snapshot';
import { asEngineError, EngineRefused } from './errors';
import { type Address, parseHost } from './host';
import { asList, asObject, asText, integerOf } from './json';
import type { Keep } from './keep';
import { get } from './request';
import { imageOf, networkOf, volumeOf } from './snapshot';

/** The newest API that Crosstalk was tested with; older engines are spoken to in their own. */
const newestApi = '1.51';
const answerWithinMs = 30_000;

export interface EventStream {
  /** No callback comes after it. */
  close(): void;
}

export interface EventsRequest {
  /** From this engine time on, inclusive; the engine keeps its last 256 events. Absent: only what happens from now on. */
  readonly since?: Nanos;
  /** The engine ends the stream when it has sent what it had up to this time. */
  readonly until?: Nanos;
  onChunk(chunk: Buffer): void;
  /** Once, however it ends. */
  onEnd(): void;
}

/**
 * What Crosstalk asks of an engine. Every method rejects with EngineUnreachable, EngineForbidden or EngineRefused.
 */
export interface EngineClient {
  readonly host: string;
  /** Asks anew, and settles which API version to speak. */
  info(): Promise<EngineInfo>;
  ping(): Promise<void>;
  /** How the engine limits its containers; the version is undefined where it does not tell. */
  cgroups(): Promise<{ readonly version: number | undefined; readonly driver: string }>;
  listAll(): Promise<Omit<Scan, 'from'>>;
  /** Each undefined when the engine knows no such thing. */
  inspectContainer(id: string): Promise<ContainerSnapshot | undefined>;
  inspectVolume(name: string): Promise<VolumeSnapshot | undefined>;
  inspectNetwork(id: string): Promise<NetworkSnapshot | undefined>;
  inspectImage(id: string): Promise<ImageSnapshot | undefined>;
  /** Resolves when the engine has accepted: what happens from then on is sent. The stream is never paused. */
  openEvents(request: EventsRequest): Promise<EventStream>;
}

export const createClient = ({ host, keep }: { host: string; keep: Keep }): EngineClient => {
  const address = parseHost(host);
  let settled: Promise<string> | undefined;

  const settleVersion = async (): Promise<{ apiVersion: string; kind: EngineInfo['kind'] }> => {
    const { response, close } = await get(host, address, '/_ping');
    close();
    const theirs = response.headers['api-version'];
    const apiVersion = olderOf(typeof theirs === 'string' ? theirs : newestApi, newestApi);
    return { apiVersion, kind: response.headers['libpod-api-version'] === undefined ? 'docker' : 'podman' };
  };
  const version = (): Promise<string> => {
    settled ??= settleVersion().then(({ apiVersion }) => apiVersion);
    return settled.catch((error: unknown) => {
      settled = undefined;
      throw error;
    });
  };

  /** Runs a call of dockerode; `absent` is the answer to a 404. */
  const ask = async <T>(call: (docker: Docker) => Promise<T>): Promise<T> => {
    const apiVersion = await version();
    try {
      return await call(createDocker(address, apiVersion));
    } catch (error) {
      throw asEngineError(host, error);
    }
  };
  const inspect = async <T>(
    call: (docker: Docker) => Promise<unknown>,
    read: (answer: unknown, keep: Keep) => T | undefined,
  ): Promise<T | undefined> => {
    try {
      return read(await ask(call), keep);
    } catch (error) {
      if (error instanceof EngineRefused && error.status === 404) return undefined;
      throw error;
    }
  };

  return {
    host,
    async info() {
      const { apiVersion, kind } = await settleVersion();
      settled = Promise.resolve(apiVersion);
      return ask(async (docker) => {
        const [about, components] = await Promise.all([docker.info() as Promise<unknown>, docker.version()]);
        return {
          name: asText(asObject(about)['Name']),
          version: asText(asObject(components)['Version']),
          apiVersion,
          kind,
        };
      });
    },
    ping: () => ask(async (docker) => void (await docker.ping())),
    async cgroups() {
      const about = asObject(await ask((docker) => docker.info() as Promise<unknown>));
      return {
        version: integerOf(asText(about['CgroupVersion'])),
        driver: asText(about['CgroupDriver']),
      };
    },
    async listAll() {
      const [containers, volumes, networks, images] = await ask((docker) =>
        Promise.all([
          docker.listContainers({ all: true }),
          docker.listVolumes(),
          docker.listNetworks(),
          docker.listImages(),
        ]),
      );
      return {
        containers: readAll(containers, (entry) => containerOfList(entry, keep)),
        volumes: readAll(asObject(volumes)['Volumes'], (entry) => volumeOf(entry, keep)),
        networks: readAll(networks, (entry) => networkOf(entry, keep)),
        images: readAll(images, (entry) => imageOf(entry, keep)),
      };
    },
    inspectContainer: (id) => inspect((docker) => docker.getContainer(id).inspect(), containerOfInspect),
    inspectVolume: (name) =>
      inspect((docker) => docker.getVolume(encodeURIComponent(name)).inspect(), volumeOf),
    inspectNetwork: (id) => inspect((docker) => docker.getNetwork(id).inspect(), networkOf),
    inspectImage: (id) => inspect((docker) => docker.getImage(id).inspect(), imageOf),
    async openEvents({ since, until, onChunk, onEnd }) {
      const query = new URLSearchParams();
      if (since !== undefined) query.set('since', toSeconds(since));
      if (until !== undefined) query.set('until', toSeconds(until));
      const apiVersion = await version();
      const { response, close } = await get(host, address, `/v${apiVersion}/events?${query.toString()}`);
      let open = true;
      response.on('data', (chunk: Buffer) => {
        if (open) onChunk(chunk);
      });
      // A stream that breaks says so with an error, too; `close` follows in any case.
      response.on('error', () => undefined);
      response.on('close', () => {
        if (open) onEnd();
        open = false;
      });
      return {
        close() {
          open = false;
          close();
        },
      };
    },
  };
};

/** `1795465889.397002100`: the only form that every engine reads exactly. */
const toSeconds = (at: Nanos): string => `${at / SECOND}.${String(at % SECOND).padStart(9, '0')}`;

const olderOf = (one: string, other: string): string => {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor) ? one : other;
};

const readAll = <T>(answer: unknown, read: (entry: unknown) => T | undefined): readonly T[] =>
  asList(answer)
    .map(read)
    .filter((each) => each !== undefined);

/** Every option is given, since dockerode fills what is absent from the environment. */
const createDocker = (address: Address, apiVersion: string): Docker => {
  const shared = {
    version: `v${apiVersion}`,
    timeout: answerWithinMs,
    ca: undefined,
    cert: undefined,
    key: undefined,
    pathPrefix: '/',
    // A connection kept from before a restart would fail the first request after it.
    agent: new (address.kind === 'tcp' && address.secure ? https : http).Agent({ keepAlive: false }),
  };
  const options =
    address.kind === 'socket'
      ? { ...shared, protocol: 'http', host: undefined, port: undefined, socketPath: address.socketPath }
      : {
          ...shared,
          protocol: address.secure ? 'https' : 'http',
          host: address.hostname,
          port: address.port,
          socketPath: undefined,
        };
  return new Docker(options as Docker.DockerOptions);
};
