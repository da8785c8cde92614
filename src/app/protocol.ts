import type {
  FindingDetail,
  Nanos,
  NewSuppression,
  Observation,
  SuppressionView,
  ProcessKey,
} from '../domain';
import type { Preset } from '../attribution/preset';
import type { DetectSettings } from '../pipeline/settings';

/** What the worker thread is started with. */
export interface WorkerSettings {
  readonly dbFile: string;
  readonly host: string;
  readonly presets: readonly Preset[];
  readonly detect: DetectSettings;
  readonly retention: {
    readonly eventsMs: number;
    readonly findingsMs: number;
    readonly maxSizeBytes: number;
  };
}

/** What the writer can be asked besides taking observations. */
export interface Commands {
  setFindingStatus(
    id: number,
    status: 'open' | 'acknowledged' | 'resolved',
    note: string | null,
  ): FindingDetail | undefined;
  addSuppression(suppression: NewSuppression): SuppressionView;
  removeSuppression(id: number): boolean;
  backup(file: string): Promise<void>;
}

export type ToWorker =
  | { readonly k: 'batch'; readonly id: number; readonly observations: readonly Observation[] }
  | {
      readonly k: 'command';
      readonly id: number;
      readonly name: keyof Commands;
      readonly args: readonly unknown[];
    }
  | { readonly k: 'stop' };

/** What a commit held, for metrics and for those who wait for news. */
export interface Committed {
  readonly commit: number;
  readonly events: readonly (readonly [type: string, action: string])[];
  /** Verbs of the commands that were new in it. */
  readonly execs: readonly string[];
  /** Calls that were over in it. */
  readonly calls: readonly (readonly [method: string, status: number | null])[];
  readonly newFindings: readonly {
    readonly kind: string;
    readonly severity: string;
    readonly confidence: string;
  }[];
  readonly gapReasons: readonly string[];
  readonly seconds: number;
  /** Engine time of the newest event so far; 0n before the first. */
  readonly lastEventTime: Nanos;
}

export type FromWorker =
  | {
      readonly k: 'ready';
      readonly lastEventTime: Nanos;
      readonly recentEvents: readonly string[];
      /** The witness that was linked when an earlier daemon ended, if commands were seen then, and until when. */
      readonly witness: { readonly bootId: string; readonly through: Nanos } | undefined;
      /** The same of calls. */
      readonly callWitness: { readonly bootId: string; readonly through: Nanos } | undefined;
      /** Roots of jobs of the host that ran then. */
      readonly roots: readonly ProcessKey[];
    }
  | { readonly k: 'failed'; readonly message: string; readonly code: string | undefined }
  | { readonly k: 'committed'; readonly id: number; readonly committed: Committed }
  | { readonly k: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly k: 'refused'; readonly id: number; readonly message: string }
  /** Something went wrong that the daemon survives: a commit to be tried again, a detector that threw. */
  | { readonly k: 'trouble'; readonly message: string };
