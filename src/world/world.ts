import {
  type Act,
  type Changes,
  type Container,
  type Death,
  type Effect,
  type EngineInfo,
  type Exec,
  type Finding,
  type GapRow,
  type Image,
  type Job,
  type LastIds,
  type Memory,
  type MountUse,
  type NameUse,
  type Nanos,
  type Network,
  type ProcessKey,
  type SourceState,
  type Suppression,
  type Volume,
} from '../domain';
import { noChanges } from './changes';
import { createGroups, type Groups } from './group';

/**
 * What the core knows: everything that exists and what is gone for less than a day. It is rebuilt from the store at
 * start, so nothing may live here that a `Memory` does not hold. Whoever changes an object adds it to `changes`.
 */
export interface World {
  /** Arrival time of the newest observation. */
  clock: Nanos;
  lastEventTime: Nanos;
  engine: EngineInfo | null;
  readonly lastIds: LastIds;
  changes: Changes;
  readonly jobs: Map<number, Job>;
  readonly jobsByKey: Map<string, Job>;
  /** Jobs with a sign of life, or of its end, since the pipeline last looked when they end. */
  readonly stirred: Set<Job>;
  readonly containers: Map<number, Container>;
  /** By the engine's id; removed ones included until they are forgotten. */
  readonly containersByEngineId: Map<string, Container>;
  readonly containersOfJob: Groups<number, Container>;
  readonly volumes: Map<number, Volume>;
  /** The volume that has the name now. */
  readonly volumesByName: Map<string, Volume>;
  readonly networks: Map<number, Network>;
  readonly networksByEngineId: Map<string, Network>;
  readonly images: Map<number, Image>;
  readonly imagesByEngineId: Map<string, Image>;
  /** By `<type> <name>`, in order of `from`. */
  readonly nameUses: Groups<string, NameUse>;
  /** By internal id: every name or tag each held. */
  readonly namesOfResource: Groups<number, NameUse>;
  readonly mountUses: Groups<string, MountUse>;
  readonly mountUsesOfContainer: Groups<number, MountUse>;
  readonly acts: Map<number, Act>;
  readonly actsOfContainer: Groups<number, Act>;
  /** Not due yet. */
  readonly openActs: Set<Act>;
  readonly deathsOfContainer: Groups<number, Death>;
  /** By their keys; calls too. */
  readonly execs: Map<string, Exec>;
  readonly execsByVerb: Groups<string, Exec>;
  /** By each of its targets as typed. */
  readonly execsByTarget: Groups<string, Exec>;
  /** By the engine id of the container that ran it. */
  readonly execsByCaller: Groups<string, Exec>;
  /** Calls by the process that made them, see `processKey`. */
  readonly callsByProcess: Groups<string, Exec>;
  /** Calls by the ids of what they made. */
  readonly callsByCreated: Groups<string, Exec>;
  /** Boot id of the witness that told of the newest command; empty when it is not known. */
  witness: string;
  /** Events that commands may have brought about, oldest first. */
  effects: Effect[];
  /** Of these, the ones that the witness has not said everything about. */
  readonly unjudged: Set<Effect>;
  readonly sources: Map<SourceState['source'], SourceState>;
  /** Everything that the witness saw before this time has been handled. */
  watermark: Nanos;
  /** Open, acknowledged and suppressed ones. */
  readonly findings: Map<number, Finding>;
  suppressions: Suppression[];
  readonly gaps: Set<GapRow>;
}

const fill = <K, V>(values: readonly V[], key: (value: V) => K): Map<K, V> =>
  new Map(values.map((value) => [key(value), value]));

const file = <K, V>(values: readonly V[], key: (value: V) => K | null): Groups<K, V> => {
  const groups = createGroups<K, V>();
  for (const value of values) {
    const at = key(value);
    if (at !== null) groups.add(at, value);
  }
  return groups;
};

const fileAll = <K, V>(values: readonly V[], keys: (value: V) => readonly K[]): Groups<K, V> => {
  const groups = createGroups<K, V>();
  for (const value of values) for (const key of keys(value)) groups.add(key, value);
  return groups;
};

/** Pids are used again; with its start a process is one. */
export const processKey = ({ pid, start }: ProcessKey): string => `${pid}:${start}`;
export const nameKey = (type: NameUse['type'], name: string): string => `${type} ${name}`;
export const mountKey = (kind: MountUse['kind'], source: string): string => `${kind} ${source}`;

const existing = <V extends { removedAt: Nanos | null }>(values: readonly V[]): V[] =>
  values.filter((value) => value.removedAt === null);

export const createWorld = (memory: Memory): World => ({
  clock: memory.clock,
  lastEventTime: memory.lastEventTime,
  engine: memory.engine,
  lastIds: { ...memory.lastIds },
  changes: noChanges(memory.clock, memory.lastEventTime),
  jobs: fill(memory.jobs, (job) => job.id),
  jobsByKey: fill(memory.jobs, (job) => job.key),
  stirred: new Set(memory.jobs),
  containers: fill(memory.containers, (container) => container.id),
  containersByEngineId: fill(memory.containers, (container) => container.engineId),
  containersOfJob: file(memory.containers, (container) => container.owner.job),
  volumes: fill(memory.volumes, (volume) => volume.id),
  volumesByName: fill(existing(memory.volumes), (volume) => volume.name),
  networks: fill(memory.networks, (network) => network.id),
  networksByEngineId: fill(memory.networks, (network) => network.engineId),
  images: fill(memory.images, (image) => image.id),
  imagesByEngineId: fill(existing(memory.images), (image) => image.engineId),
  nameUses: file(memory.nameUses, (use) => nameKey(use.type, use.name)),
  namesOfResource: file(memory.nameUses, (use) => use.resource),
  mountUses: file(memory.mountUses, (use) => mountKey(use.kind, use.source)),
  mountUsesOfContainer: file(memory.mountUses, (use) => use.container),
  acts: fill(memory.acts, (act) => act.id),
  openActs: new Set(memory.acts.filter((act) => act.dueAt !== null)),
  actsOfContainer: file(memory.acts, (act) => act.container),
  deathsOfContainer: file(memory.deaths, (death) => death.container),
  execs: fill([...memory.execs, ...memory.calls], (exec) => exec.key),
  execsByVerb: file([...memory.execs, ...memory.calls], (exec) => exec.verb),
  execsByTarget: fileAll([...memory.execs, ...memory.calls], (exec) => exec.targets),
  witness: '',
  effects: [...memory.effects],
  unjudged: new Set(memory.effects),
  execsByCaller: file([...memory.execs, ...memory.calls], (exec) => exec.containerId),
  callsByProcess: file(memory.calls, processKey),
  callsByCreated: fileAll(memory.calls, ({ call }) => call.created),
  sources: fill(memory.sources, (source) => source.source),
  watermark: 0n,
  findings: fill(memory.findings, (finding) => finding.id),
  suppressions: [...memory.suppressions],
  gaps: new Set(memory.gaps),
});

/** What changed since the last call, for the store to write; the world starts a new list. */
export const takeChanges = (world: World): Changes => {
  const taken = world.changes;
  taken.clock = world.clock;
  taken.lastEventTime = world.lastEventTime;
  taken.engine = world.engine;
  world.changes = noChanges(world.clock, world.lastEventTime);
  return taken;
};
