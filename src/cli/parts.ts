import type { ExecWatchExamination } from '../app/exec-watch';
import type { EngineExamination } from './doctor/examine';
import type { Nanos, Observation, Reader } from '../domain';
import type { Secret } from '../secret';
import type { Environment, Output } from './terminal';

/** What the commands read of the configuration. */
export interface CliConfig {
  readonly engine: { readonly host: string };
  readonly data: { readonly dir: string };
  readonly api: { readonly listen: string; readonly token: Secret | undefined };
  readonly audit: { readonly socket: string } | undefined;
}

/** What the command line says of the configuration. */
export interface ConfigFlags {
  /** The file that `--config` names. */
  readonly file?: string | undefined;
  /** A file that nobody named is not looked for: a replay gives the same everywhere. */
  readonly onlyNamedFile?: boolean;
  readonly listen?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly dockerHost?: string | undefined;
}

/** A running daemon. */
export interface RunningApp {
  readonly address: string;
  readonly mode: 'live' | 'demo';
  stop(): Promise<void>;
}

export interface Replayed {
  readonly reader: Reader;
  close(): unknown;
}

/** Everything that the program does not do itself. Tests give their own. */
export interface Parts<Config extends CliConfig = CliConfig> {
  readonly version: string;
  readonly env: Environment;
  readonly out: Output;
  readonly err: Output;
  /** Aborted when the user wants the program to end. */
  readonly stop: AbortSignal;
  now(): Nanos;
  /** Monotonic milliseconds, for rates. */
  nowMs(): number;

  /** Throws ConfigError, which lists every problem. `file` is undefined when there is none. */
  loadConfig(flags: ConfigFlags): {
    readonly config: Config;
    readonly file: string | undefined;
    readonly warnings: readonly string[];
  };
  startApp(options: {
    config: Config;
    /** The file that was read: what is started beside the daemon reads the same. */
    configFile?: string | undefined;
    demo?: 'always' | 'if-no-engine' | undefined;
    out(line: string): void;
  }): Promise<RunningApp>;
  readRecording(
    config: Config,
    file: string,
    onBytes: (readBytes: number) => void,
  ): AsyncIterable<Observation>;
  /** Runs observations through the pipeline into a database; a throw-away one when `dbFile` is undefined. */
  replayInto(
    observations: AsyncIterable<Observation>,
    options: { dbFile: string | undefined; config: Config },
  ): Promise<Replayed>;
  /** Sees callers until `stop`; rejects where that is demanded and cannot be done, and when it breaks. */
  runWitness(options: {
    config: Config;
    stop: AbortSignal;
    /** Ends when no daemon was there for so long; undefined: never. */
    aloneMs: number | undefined;
    out(line: string): void;
  }): Promise<void>;
  /** Records the engine into a new file until `stop`. */
  record(options: {
    config: Config;
    file: string;
    stop: AbortSignal;
    /** Whether docker commands are recorded too, where they can be seen. */
    execs: boolean;
    onNotice(text: string): void;
    onStarted(host: string): void;
    onEvents(count: number): void;
  }): Promise<{
    readonly lines: number;
    readonly events: number;
    readonly gaps: number;
    readonly bytes: number;
  }>;
  backup(options: {
    config: Config;
    file: string;
    onProgress(donePages: number, totalPages: number): void;
  }): Promise<void>;
  examineEngine(config: Config): Promise<EngineExamination>;
  /** Tries whether docker commands can be seen here. */
  examineExecWatch(config: Config): Promise<ExecWatchExamination>;
  /** Loads the database library; its version. Rejects when it does not load. */
  databaseVersion(): Promise<string>;
  /** The key of the CI job that these variables belong to. */
  jobOfEnvironment(env: Environment, config: Config): string | undefined;
}
