import type { ContainerSnapshot, EngineInfo, Nanos } from '../../domain';

/** What `doctor` asks of an engine; the engine part's client does it. */
export interface ExaminedEngine {
  readonly host: string;
  info(): Promise<EngineInfo>;
  listAll(): Promise<{ readonly containers: readonly ContainerSnapshot[] }>;
  cgroups(): Promise<{ readonly version: number | undefined; readonly driver: string }>;
  openEvents(request: {
    readonly since: Nanos;
    readonly until: Nanos;
    onChunk(chunk: Buffer): void;
    onEnd(): void;
  }): Promise<{ close(): void }>;
}

export interface EngineExamination {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  /** 1 or 2; undefined where the engine does not tell. */
  readonly cgroupVersion: number | undefined;
  readonly cgroupDriver: string;
  /** What the engine remembers of its events: how many, and the time of the oldest. */
  readonly ring: { readonly events: number; readonly oldestAt: Nanos | undefined };
  /** Running containers by the preset of the runner that started them; '' for none. */
  readonly runners: Readonly<Record<string, number>>;
}

const oldEnough: Nanos = 1n;
const longestRingMs = 10_000;

/** Everything that the engine still remembers, from the beginning to now. */
const readRing = (engine: ExaminedEngine, now: Nanos): Promise<EngineExamination['ring']> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let stream: { close(): void } | undefined;
    const finish = (): void => {
      clearTimeout(late);
      stream?.close();
      const times = [
        ...Buffer.concat(chunks)
          .toString('utf8')
          .matchAll(/"timeNano":(\d+)/g),
      ].map(([, digits]) => BigInt(digits!));
      const oldestAt = times.reduce<Nanos | undefined>(
        (oldest, at) => (oldest === undefined || at < oldest ? at : oldest),
        undefined,
      );
      resolve({ events: times.length, oldestAt });
    };
    // An engine whose clock is behind ours sends until its clock has come so far.
    const late = setTimeout(finish, longestRingMs);
    engine
      .openEvents({ since: oldEnough, until: now, onChunk: (chunk) => chunks.push(chunk), onEnd: finish })
      .then((opened) => {
        stream = opened;
      })
      .catch((error: unknown) => {
        clearTimeout(late);
        reject(error as Error);
      });
  });

/** Rejects with what the engine part throws. `runnerOf` tells the preset of the runner that a container belongs to. */
export const examineEngine = async (
  engine: ExaminedEngine,
  runnerOf: (container: ContainerSnapshot) => string | null,
  now: Nanos,
): Promise<EngineExamination> => {
  const { name, version, apiVersion } = await engine.info();
  const [cgroups, ring, { containers }] = await Promise.all([
    engine.cgroups(),
    readRing(engine, now),
    engine.listAll(),
  ]);
  const runners: Record<string, number> = {};
  for (const container of containers.filter(({ status }) => status === 'running')) {
    const runner = runnerOf(container) ?? '';
    runners[runner] = (runners[runner] ?? 0) + 1;
  }
  return {
    name,
    version,
    apiVersion,
    cgroupVersion: cgroups.version,
    cgroupDriver: cgroups.driver,
    ring,
    runners,
  };
};
