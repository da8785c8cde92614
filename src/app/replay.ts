import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createIdentifier } from '../attribution/identify';
import type { Config } from '../config';
import { detectors } from '../detection/detectors';
import type { Observation, Reader } from '../domain';
import { createPipeline } from '../pipeline/pipeline';
import { openReader, openStore } from '../store';

const batchSize = 500;

/** Runs observations through the pipeline into a database of their own; a throw-away one without `dbFile`. */
export const replayInto = async (
  observations: AsyncIterable<Observation> | Iterable<Observation>,
  { dbFile, config }: { dbFile: string | undefined; config: Pick<Config, 'host' | 'jobs' | 'detect'> },
): Promise<{ reader: Reader; close(): void }> => {
  const file = dbFile ?? join(mkdtempSync(join(tmpdir(), 'crosstalk-replay-')), 'replay.db');
  const host = config.host ?? 'replay';
  const store = openStore({ file, host });
  const pipeline = createPipeline({
    memory: store.load(),
    identifier: createIdentifier(config.jobs.presets),
    detectors,
    settings: config.detect,
    onDetectorError(kind, error) {
      throw new Error(`detector ${kind} failed`, { cause: error });
    },
  });
  let batch: Observation[] = [];
  const flush = (): void => {
    store.save(pipeline.process(batch));
    batch = [];
  };
  for await (const observation of observations) if (batch.push(observation) === batchSize) flush();
  flush();
  store.close();
  const reader = openReader({ file, host });
  return {
    reader,
    close() {
      reader.close();
      if (dbFile === undefined) rmSync(dirname(file), { recursive: true, force: true });
    },
  };
};
