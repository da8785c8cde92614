import type { Labels } from '../domain';
import type { EvidenceKind } from './preset';

/** An engine object as a preset looks at it. Names have no leading slash; binds are `source:target`. */
export interface Described {
  readonly kind: 'container' | 'volume' | 'network' | 'image';
  readonly name: string;
  readonly image?: string;
  readonly labels: Labels;
  readonly env: Readonly<Record<string, string>>;
  /** Names of attached networks; a network counts as attached to itself. */
  readonly networks: readonly string[];
  /** Names of mounted volumes; a volume counts as mounted by itself. */
  readonly volumes: readonly string[];
  readonly binds: readonly string[];
}

/** What one rule of a preset says: this belongs to, or was created by, the job with that key. */
export interface Claim {
  readonly key: string;
  readonly preset: string;
  readonly system: string;
  /** 0 to 1, the rule's own estimate. */
  readonly confidence: number;
  readonly evidence: EvidenceKind;
  /** One line for `because`: `label com.gitlab.gitlab-runner.job.id`. */
  readonly because: string;
}

export interface Group {
  /** For example `tc:<session>`, `github:net:<hex>`. */
  readonly key: string;
  readonly scope: 'job' | 'runner' | 'session' | 'project' | 'host';
  /** Whether the owner of one member may be handed to the others. */
  readonly merges: boolean;
  /** Key for the job while no member shows a real one. */
  readonly syntheticJob: string | null;
  readonly system: string;
}

export interface Identity {
  /** Presets that apply, highest priority first. */
  readonly presets: readonly string[];
  /** The first of them that is a runner. */
  readonly runner: string | null;
  /** Owner claims: of each preset the first rule per kind of evidence, highest priority first. */
  readonly claims: readonly Claim[];
  readonly creator: Claim | null;
  /** url, sha, ref, project, pipeline, runner, slot and the like. */
  readonly fields: Readonly<Record<string, string>>;
  readonly part: string | null;
  readonly systemActor: {
    readonly id: string;
    readonly actor: string;
    readonly owner: 'job' | 'group' | 'host';
  } | null;
  readonly sharedByDesign: {
    readonly id: string;
    readonly sharing: 'sequential' | 'concurrent';
    readonly why: string;
  } | null;
  readonly groups: readonly Group[];
}

/** How a runner ends its own containers, as far as the order of events tells. */
export interface Teardown {
  /** Disconnects networks before the kill (GitLab): a kill without that is not the runner's. */
  readonly detachesFirst: boolean;
  /** Signals that its first kill can have: 9 for `rm --force`, 15 for a stop. Empty when it sends none or nobody knows. */
  readonly signals: readonly number[];
  readonly graceSeconds: number;
}

export interface Identifier {
  identify(object: Described): Identity;
  /** Labels whose value may be kept. */
  keepLabel(key: string): boolean;
  /** `value`: may be stored; `presence`: only that it is set; undefined: never read. */
  keepEnv(name: string): 'value' | 'presence' | undefined;
  /** All of which `keepEnv` says something, for a reader in another thread. */
  keptVariables(): ReadonlyMap<string, 'value' | 'presence'>;
  teardown(preset: string): Teardown;
  /** The preset whose runner this executable is. */
  runnerOf(exe: string): string | undefined;
  /** Host paths that runners hand to several jobs on purpose (caches, build roots). */
  isBuildRoot(hostPath: string): boolean;
  /** A name that a runner or Docker itself made up, never a fixed one chosen in a CI file. */
  isGeneratedName(name: string): boolean;
  presetIds(): readonly string[];
}
