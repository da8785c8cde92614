import type { Nanos } from './time';

/** Only labels that a preset, Compose or Testcontainers names are kept, each value cut to 1 KiB. */
export type Labels = Readonly<Record<string, string>>;

/** One message of the engine's event stream, reduced to what we keep. Secrets (exec command lines, environment) are gone. */
export interface EngineEvent {
  readonly time: Nanos;
  /** container, volume, network, image, builder, daemon …; a type of a future engine is kept as seen, cut to 64 characters. */
  readonly type: string;
  /** For example `die`, `health_status: healthy`. What follows `exec_create: ` and `exec_start: ` is dropped. */
  readonly action: string;
  /** Full id of the resource acted on; the name for volumes; empty for prunes. */
  readonly id: string;
  readonly name?: string;
  /** rename only, without the leading slash. */
  readonly oldName?: string;
  readonly image?: string;
  readonly signal?: number;
  readonly exitCode?: number;
  readonly execId?: string;
  /** Container and image events; the engine sends none for volumes and networks. */
  readonly labels: Labels;
  /** The container that a network or volume event speaks of. */
  readonly container?: string;
  readonly destination?: string;
  readonly readOnly?: boolean;
  /** Action attributes (exitCode, signal …) that appear where the engine never sends them: labels that imitate them. */
  readonly imitated?: readonly string[];
}

export interface Mount {
  readonly type: 'volume' | 'bind' | 'tmpfs' | 'other';
  /** Volume name; undefined for binds. */
  readonly name?: string;
  /** Path on the engine's host. */
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

export interface PortBinding {
  /** Empty or 0.0.0.0 or :: means every address. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

export type ContainerStatus =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** A container as inspect (complete) or list (not complete) shows it. */
export interface ContainerSnapshot {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  readonly imageId?: string;
  readonly labels: Labels;
  readonly status: ContainerStatus;
  readonly createdAt?: Nanos;
  readonly mounts: readonly Mount[];
  /** Names of attached networks. */
  readonly networks: readonly string[];
  readonly ports: readonly PortBinding[];
  /** Labels that imitate an attribute of the engine's events: `exitCode`, `signal` … Absent when there are none. */
  readonly imitated?: readonly string[];
  /** Present when it came from inspect. */
  readonly details?: ContainerDetails;
}

/** What only inspect tells. */
export interface ContainerDetails {
  /** Allow-listed identifiers with their values; names of which only the presence matters have the value ''. */
  readonly env: Readonly<Record<string, string>>;
  readonly startedAt?: Nanos;
  readonly finishedAt?: Nanos;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** The engine's own words why a start failed; empty otherwise. Cut to 1 KiB. */
  readonly error: string;
  readonly restartCount: number;
  readonly pid?: number;
  readonly autoRemove: boolean;
  readonly restartPolicy: string;
  readonly cgroupParent: string;
  readonly privileged: boolean;
  /** Ids or names of containers it was created referring to: NetworkMode, PidMode, IpcMode, VolumesFrom, Links. */
  readonly refersTo: readonly string[];
}

export interface VolumeSnapshot {
  readonly name: string;
  readonly driver: string;
  readonly labels: Labels;
  readonly createdAt?: Nanos;
  readonly mountpoint: string;
}

export interface NetworkSnapshot {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Labels;
  readonly createdAt?: Nanos;
}

export interface ImageSnapshot {
  /** sha256:… */
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
  readonly createdAt?: Nanos;
}

/** Everything that exists, as listed between `from` and the observation's own time. */
export interface Scan {
  readonly from: Nanos;
  readonly containers: readonly ContainerSnapshot[];
  readonly volumes: readonly VolumeSnapshot[];
  readonly networks: readonly NetworkSnapshot[];
  readonly images: readonly ImageSnapshot[];
}

export interface EngineInfo {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: 'docker' | 'podman';
}
