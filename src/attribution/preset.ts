/**
 * What is known of one CI system or tool: how its objects on the engine are recognised and what they tell.
 *
 * Every pattern is tested by `unsafePattern` (pattern.ts) before use, since the text it meets is chosen by containers.
 * Container names are compared without the leading slash.
 */
export type ObjectKind = 'container' | 'volume' | 'network' | 'image';

/** All keys of one condition must hold. A network counts as attached to itself, a volume as mounted by itself. */
export interface Condition {
  /** Exists; with `equals` or `pattern`, also has that value. */
  readonly label?: string;
  readonly env?: string;
  readonly equals?: string;
  readonly pattern?: RegExp;
  /** Key of any label. */
  readonly labelKey?: RegExp;
  readonly name?: RegExp;
  readonly image?: RegExp;
  /** Name of any attached network, of any mounted volume, any bind as `source:target`. */
  readonly network?: RegExp;
  readonly volume?: RegExp;
  readonly bind?: RegExp;
  readonly all?: readonly Condition[];
  readonly any?: readonly Condition[];
  readonly not?: Condition;
}

/**
 * Reads one text: group 1 of the pattern, or the whole match, or the whole label. `template` puts together what `from`
 * reads, all of which must be there.
 */
export type Extract = { readonly onlyIf?: Condition } & (
  | { readonly label: string; readonly pattern?: RegExp }
  | { readonly env: string; readonly pattern?: RegExp }
  | { readonly labelKey: RegExp }
  | { readonly name: RegExp }
  | { readonly network: RegExp }
  | { readonly volume: RegExp }
  | { readonly anyOf: readonly Extract[] }
  | { readonly template: string; readonly from: Readonly<Record<string, Extract>> }
);

/** Where a job key was read. */
export type EvidenceKind = 'label' | 'name' | 'network' | 'volume' | 'env' | 'bind';

/** Gives a job key: `key` with each `{name}` replaced by what `from` reads; all of `from` must be there. */
export interface JobRule {
  readonly id: string;
  readonly on: readonly ObjectKind[];
  /** `creator`: a reused object, whose label only says who made it. */
  readonly as: 'owner' | 'creator';
  readonly key: string;
  readonly from: Readonly<Record<string, Extract>>;
  readonly when?: Condition;
  readonly unless?: Condition;
  /** 0 to 1: from 0.9 a claim counts as certain, from 0.7 as likely, below as possible. Estimates, not measurements. */
  readonly confidence: number;
  readonly evidence: EvidenceKind;
}

/** What ties several objects together although none of them shows a job id. */
export interface GroupRule {
  readonly id: string;
  readonly on: readonly ObjectKind[];
  readonly key: string;
  readonly from: Readonly<Record<string, Extract>>;
  /**
   * job: one job exactly; runner: one runner, many jobs in turn; session: one test process; project: a name that
   * somebody chose, so accidents live here; host.
   */
  readonly scope: 'job' | 'runner' | 'session' | 'project' | 'host';
  /** Whether the owner of one member may be handed to the others. */
  readonly merges: boolean;
  /** Key for the job while no member shows a real one. */
  readonly syntheticJob?: string;
}

export interface PartRule {
  readonly part: string;
  readonly when: readonly Condition[];
}

/** A container that is infrastructure, not the user's work. */
export interface SystemActorRule {
  readonly id: string;
  readonly any: readonly Condition[];
  readonly actor: 'runner-agent' | 'job-helper' | 'reaper' | 'builder' | 'cluster-node' | 'janitor';
  /** Who answers for it: the job, its group, or the host. */
  readonly owner: 'job' | 'group' | 'host';
}

export interface SharingRule {
  readonly id: string;
  readonly on: ObjectKind;
  readonly any: readonly Condition[];
  readonly sharing: 'sequential' | 'concurrent';
  readonly why: string;
}

/** Host paths that the system hands to several jobs on purpose: roots of build directories, caches. */
export interface HostDirectory {
  readonly path: RegExp;
  readonly examples: readonly string[];
}

/** How the system ends its own containers. */
export interface TeardownRule {
  /** Disconnects the networks before the first signal. */
  readonly detachesFirst?: boolean;
  /** Signals that can come first: 9 for `rm --force`, 15 for a stop. Left out where it sends none or nobody knows. */
  readonly signals?: readonly number[];
}

export interface Preset {
  readonly id: string;
  /** First part of its job keys. */
  readonly system: string;
  /** `runner`: a CI system that runs jobs; `tool`: something that jobs use. */
  readonly role: 'runner' | 'tool';
  readonly title: string;
  /** Presets are asked from high to low: runners 80 to 100, tools below. */
  readonly priority: number;
  /** verified: read in its source; docs: from the vendor's pages; unverified: second-hand. */
  readonly status: 'verified' | 'docs' | 'unverified';
  /** Versions that `status` speaks of. */
  readonly versions: string;
  /** The preset applies to an object of that kind when one condition holds. */
  readonly detect: Readonly<Partial<Record<ObjectKind, readonly Condition[]>>>;
  readonly job?: readonly JobRule[];
  /** url, sha, ref, project, pipeline, runner, slot, server and what else is of interest; the first extract that reads. */
  readonly fields?: Readonly<Record<string, readonly Extract[]>>;
  /** What the object is inside its job; the first that holds. */
  readonly parts?: readonly PartRule[];
  readonly groups?: readonly GroupRule[];
  readonly systemActors?: readonly SystemActorRule[];
  readonly sharedByDesign?: readonly SharingRule[];
  /** `ids`: variables whose value may be kept; `presence`: only that they are set. Nothing else is ever read. */
  readonly env?: { readonly ids?: readonly string[]; readonly presence?: readonly string[] };
  readonly hostDirectories?: readonly HostDirectory[];
  /** Names that the system makes up by itself. */
  readonly generatedNames?: readonly RegExp[];
  readonly teardown?: TeardownRule;
  /** File names of the programs that run its jobs, where they are processes of the host: their calls are the runner's own. */
  readonly agents?: readonly string[];
  /** How long after its last build container a job still counts as running; 60 when left out. */
  readonly graceSeconds?: number;
}
