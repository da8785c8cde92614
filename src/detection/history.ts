import type { Identifier, Identity } from '../attribution/identity';
import type {
  Act,
  Container,
  Death,
  Effect,
  Exec,
  Finding,
  Image,
  Job,
  MountUse,
  NameUse,
  Nanos,
  Network,
  Volume,
} from '../domain';
import type { GapRow } from '../domain';

/** What detectors may ask. Everything is as known now; nothing here changes anything. */
export interface History {
  /** Arrival time of the newest observation. */
  now(): Nanos;
  job(id: number): Job | undefined;
  /** Jobs that run, or that ended after `at`. */
  jobsAliveAt(at: Nanos): readonly Job[];
  container(id: number): Container | undefined;
  containersOf(job: Job): readonly Container[];
  runningContainers(): readonly Container[];
  /** Containers that run since `at` or earlier, or that ended after it. Looks at all: not for every event. */
  containersRunningAt(at: Nanos): readonly Container[];
  volume(name: string): Volume | undefined;
  /** By internal id, removed ones for an hour. */
  volumeById(id: number): Volume | undefined;
  volumesOf(job: Job): readonly Volume[];
  /** By internal id, removed ones for an hour. */
  network(id: number): Network | undefined;
  /** By internal id, removed ones for an hour. */
  image(id: number): Image | undefined;
  networksOf(job: Job): readonly Network[];
  identity(container: Container): Identity;
  volumeIdentity(volume: Volume): Identity;
  readonly identifier: Identifier;
  /** All remembered uses of a volume or host path, past and present, of any container. */
  uses(kind: MountUse['kind'], source: string): readonly MountUse[];
  /** Uses of host paths that are, contain, or lie in this one. */
  usesAround(path: string): readonly MountUse[];
  usesOf(container: Container): readonly MountUse[];
  /** Who held a name, oldest first. */
  holders(type: NameUse['type'], name: string): readonly NameUse[];
  /** Names or tags this had and has, oldest first. */
  namesOf(resource: { readonly id: number }): readonly NameUse[];
  /** The container with this full engine id. */
  containerByEngineId(id: string): Container | undefined;
  /** Commands with a target that means this container, within whose life the time lies, oldest first. */
  execsNaming(container: Container, at: Nanos): readonly Exec[];
  /** Commands with one of these verbs within whose life the time lies, oldest first. */
  execsAlive(verbs: readonly string[], at: Nanos): readonly Exec[];
  /** Calls tell what this command did: it adds nothing to them. */
  isToldByCalls(exec: Exec): boolean;
  /** What the command can have brought about, oldest first; remembered for two minutes after its end. */
  effectsOf(exec: Exec): readonly Effect[];
  /** Commands that can have brought it about, and whether each names what it touched. */
  doersOf(effect: Effect): readonly { readonly exec: Exec; readonly named: boolean }[];
  /** Commands that processes of this container ran. */
  execsIn(container: Container): readonly Exec[];
  act(id: number): Act | undefined;
  /** Acts whose first event lies between the two times. */
  actsBetween(from: Nanos, to: Nanos): readonly Act[];
  deathsOf(container: Container): readonly Death[];
  /** Other containers of a group, such as `tc:<session>`. */
  membersOf(groupKey: string): readonly Container[];
  /** Path of the engine's own socket, where jobs should use the audit socket instead. */
  bypassedSocket(): string | undefined;
  gaps(): readonly GapRow[];
  openFindings(kind: string): readonly Finding[];
}
