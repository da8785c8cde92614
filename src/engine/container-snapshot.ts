import {
  type ContainerDetails,
  type ContainerSnapshot,
  type ContainerStatus,
  fromRfc3339,
  type Mount,
  SECOND,
} from '../domain';
import { imitatedBy } from './attributes';
import { cutText } from './cut';
import { asInteger, asList, asObject, asText, type JsonObject } from './json';
import { type Keep, keptEnv, keptLabels } from './keep';
import { portsOfInspect, portsOfList } from './ports';

const statuses: Readonly<Record<string, ContainerStatus>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  // Podman.
  configured: 'created',
  initialized: 'created',
  stopping: 'running',
  stopped: 'exited',
};

const statusOf = (text: string): ContainerStatus => statuses[text] ?? 'dead';

const mountTypes: Readonly<Record<string, Mount['type']>> = {
  volume: 'volume',
  bind: 'bind',
  tmpfs: 'tmpfs',
};

const readMount = (mount: unknown): Mount => {
  const { Type, Name, Source, Destination, RW } = asObject(mount);
  const type = mountTypes[asText(Type)] ?? 'other';
  const name = asText(Name);
  return {
    type,
    ...(type === 'volume' && name !== '' && { name }),
    source: asText(Source),
    destination: asText(Destination),
    readOnly: RW === false,
  };
};

/** In the order of their destinations: the engine's own changes from one answer to the next. */
const readMounts = (mounts: unknown): readonly Mount[] =>
  asList(mounts)
    .map(readMount)
    .sort((one, other) => (one.destination < other.destination ? -1 : 1));

const withoutSlash = (name: string): string => name.replace(/^\//, '');

/** What a container was created referring to: `container:X`, `X:ro`, `/db:/web/db`. */
const references = (hostConfig: JsonObject): readonly string[] => {
  const modes = ['NetworkMode', 'PidMode', 'IpcMode'].map((key) => asText(hostConfig[key]));
  const lists = ['VolumesFrom', 'Links'].flatMap((key) => asList(hostConfig[key]).map(asText));
  const shared = modes.filter((mode) => mode.startsWith('container:')).map((mode) => mode.slice(10));
  const named = [...shared, ...lists.map((entry) => entry.split(':')[0]!)].map(withoutSlash);
  return [...new Set(named)].filter((name) => name !== '');
};

const imitations = (labels: JsonObject): Pick<ContainerSnapshot, 'imitated'> => {
  const imitated = imitatedBy(labels);
  return imitated.length === 0 ? {} : { imitated };
};

const readDetails = (answer: JsonObject, keep: Keep): ContainerDetails => {
  const state = asObject(answer['State']);
  const hostConfig = asObject(answer['HostConfig']);
  const startedAt = fromRfc3339(asText(state['StartedAt']));
  const finishedAt = fromRfc3339(asText(state['FinishedAt']));
  const exitCode = asInteger(state['ExitCode']);
  const error = cutText(asText(state['Error']));
  const pid = asInteger(state['Pid']);
  // 0 while it runs and before it ran; a start that failed has a code and an error, and never ran.
  const ended = finishedAt !== undefined || error !== '';
  const running = state['Running'] === true && state['Restarting'] !== true;
  return {
    env: keptEnv(asObject(answer['Config'])['Env'], keep.keepEnv),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(exitCode !== undefined && ended && !running && { exitCode }),
    oomKilled: state['OOMKilled'] === true,
    error,
    restartCount: asInteger(answer['RestartCount']) ?? 0,
    ...(pid !== undefined && pid > 0 && { pid }),
    autoRemove: hostConfig['AutoRemove'] === true,
    restartPolicy: asText(asObject(hostConfig['RestartPolicy'])['Name']),
    cgroupParent: asText(hostConfig['CgroupParent']),
    privileged: hostConfig['Privileged'] === true,
    refersTo: references(hostConfig),
  };
};

/** The answer to `GET /containers/{id}/json`; undefined when it is not one. */
export const containerOfInspect = (value: unknown, keep: Keep): ContainerSnapshot | undefined => {
  const answer = asObject(value);
  const id = asText(answer['Id']);
  if (id === '') return undefined;
  const config = asObject(answer['Config']);
  const labels = asObject(config['Labels']);
  const networkSettings = asObject(answer['NetworkSettings']);
  const createdAt = fromRfc3339(asText(answer['Created']));
  const imageId = asText(answer['Image']);
  return {
    id,
    name: withoutSlash(asText(answer['Name'])),
    image: asText(config['Image']),
    ...(imageId !== '' && { imageId: asDigest(imageId) }),
    labels: keptLabels(labels, keep.keepLabel),
    status: statusOf(asText(asObject(answer['State'])['Status'])),
    ...(createdAt !== undefined && { createdAt }),
    mounts: readMounts(answer['Mounts']),
    networks: Object.keys(asObject(networkSettings['Networks'])),
    ports: portsOfInspect(asObject(answer['HostConfig']), networkSettings),
    ...imitations(labels),
    details: readDetails(answer, keep),
  };
};

/** One entry of `GET /containers/json`. */
export const containerOfList = (value: unknown, keep: Keep): ContainerSnapshot | undefined => {
  const entry = asObject(value);
  const id = asText(entry['Id']);
  if (id === '') return undefined;
  const names = asList(entry['Names']).map(asText);
  // `/other/alias` is how another container's link calls it.
  const name = names.find((each) => each.lastIndexOf('/') <= 0) ?? '';
  const labels = asObject(entry['Labels']);
  const createdSeconds = asInteger(entry['Created']);
  const imageId = asText(entry['ImageID']);
  return {
    id,
    name: withoutSlash(name),
    image: asText(entry['Image']),
    ...(imageId !== '' && { imageId: asDigest(imageId) }),
    labels: keptLabels(labels, keep.keepLabel),
    status: statusOf(asText(entry['State'])),
    ...(createdSeconds !== undefined && { createdAt: BigInt(createdSeconds) * SECOND }),
    mounts: readMounts(entry['Mounts']),
    networks: Object.keys(asObject(asObject(entry['NetworkSettings'])['Networks'])),
    ports: portsOfList(entry['Ports']),
    ...imitations(labels),
  };
};

/** Podman gives bare digests. */
export const asDigest = (imageId: string): string =>
  /^[0-9a-f]{64}$/.test(imageId) ? `sha256:${imageId}` : imageId;
