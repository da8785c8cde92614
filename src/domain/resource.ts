import type { ContainerStatus, Labels, Mount, PortBinding } from './engine';
import type { Owner } from './job';
import type { Nanos } from './time';

export type ResourceType = 'container' | 'volume' | 'network' | 'image' | 'path' | 'port' | 'job';

/** What a finding or an act points at. `id` is the engine's id (the name for volumes, the path for paths). */
export interface ResourceRef {
  readonly type: ResourceType;
  readonly id: string;
  readonly name: string;
}

interface Known {
  /** Internal integer, one sequence for all resources. */
  readonly id: number;
  /** The engine's id; the name for volumes. */
  readonly engineId: string;
  name: string;
  labels: Labels;
  owner: Owner;
  createdAt: Nanos;
  removedAt: Nanos | null;
}

export interface Container extends Known {
  image: string;
  imageId: string | null;
  /** Allow-listed identifiers only. */
  env: Readonly<Record<string, string>>;
  /** The runner preset that recognised it, and what it is inside its job: build, service, helper, step … */
  preset: string | null;
  part: string | null;
  /** Infrastructure for no single job: runner-agent, reaper, janitor … */
  systemActor: string | null;
  status: ContainerStatus;
  startedAt: Nanos | null;
  finishedAt: Nanos | null;
  exitCode: number | null;
  oomKilled: boolean;
  /** Main process, while it runs and an inspection told it. */
  pid: number | null;
  /** The end of its main process as the kernel told it, of its newest run; null where nobody watched. */
  exit: { readonly at: Nanos; readonly signal: number | null } | null;
  error: string;
  mounts: readonly Mount[];
  /** Names of the networks it was created on; a later connect changes no owner and is not kept here. */
  networks: readonly string[];
  /** When its last network was disconnected; null while it is attached to one, or never was. */
  detachedAt: Nanos | null;
  ports: readonly PortBinding[];
  refersTo: readonly string[];
  autoRemove: boolean;
  /** Labels that imitate the engine's own attributes: then only an inspection is believed. */
  imitated: readonly string[];
  /** An inspection (not only events or a list) has been seen. */
  inspected: boolean;
}

export interface Volume extends Known {
  driver: string;
  /** The job whose labels it carries: who made it, not who uses it. */
  creator: number | null;
}

export interface Network extends Known {
  driver: string;
}

export interface Image extends Known {
  tags: readonly string[];
}

/** A name or tag held by a resource from `from` until `to` (null: still). */
export interface NameUse {
  readonly id: number;
  readonly type: 'container' | 'network' | 'tag';
  readonly name: string;
  readonly resource: number;
  job: number | null;
  readonly from: Nanos;
  to: Nanos | null;
}

/** A container's use of a volume or host path, from its first start until its last end (null: running now). */
export interface MountUse {
  readonly id: number;
  readonly container: number;
  readonly kind: 'volume' | 'path';
  /** Volume name or normalised host path. */
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
  readonly from: Nanos;
  to: Nanos | null;
}
