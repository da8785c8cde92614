import { parentPort, workerData } from 'node:worker_threads';
import { createIdentifier } from '../attribution/identify';
import { detectors } from '../detection/detectors';
import type { Changes, Nanos, Observation } from '../domain';
import { createPipeline } from '../pipeline/pipeline';
import { openStore } from '../store';
import type { Commands, Committed, FromWorker, ToWorker, WorkerSettings } from './protocol';
import { createSummary } from './summarise';

/** After a commit that failed (a full disk, a locked file) the same rows are tried again. */
const retryMs = 1000;
/** Between steps of retention: it runs all the time, in small chunks, since deleting is no faster than inserting. */
const retentionMs = 1000;

const port = parentPort!;
const settings = workerData as WorkerSettings;
const tell = (message: FromWorker): void => port.postMessage(message);
const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** The one writer: pipeline and writing connection, in the order in which messages come. */
const run = (): void => {
  const store = openStore({ file: settings.dbFile, host: settings.host });
  const memory = store.load();
  const pipeline = createPipeline({
    memory,
    identifier: createIdentifier(settings.presets),
    detectors,
    settings: settings.detect,
    onDetectorError: (kind, error) =>
      tell({
        k: 'trouble',
        message: `detector ${kind} failed: ${error instanceof Error ? error.stack : String(error)}`,
      }),
  });
  let now: Nanos = memory.clock;
  const summarise = createSummary(memory.lastIds.exec);

  /** Never gives up: the rows are in memory, and what cannot be queued behind them becomes a gap. */
  const save = async (changes: Changes): Promise<Committed> => {
    for (;;) {
      const started = process.hrtime.bigint();
      try {
        store.save(changes);
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        return summarise(changes, store.commit(), seconds);
      } catch (error) {
        tell({ k: 'trouble', message: `could not commit, trying again: ${(error as Error).message}` });
        await wait(retryMs);
      }
    }
  };

  const commands: { [name in keyof Commands]: (...args: Parameters<Commands[name]>) => unknown } = {
    async setFindingStatus(id, status, note) {
      const found = store.setFindingStatus(id, status, note);
      if (found) await save(pipeline.setStatus(id, status, note));
      return found;
    },
    async addSuppression(suppression) {
      const added = store.addSuppression(suppression, now);
      await save(pipeline.setSuppressions(store.suppressions()));
      return added;
    },
    async removeSuppression(id) {
      const removed = store.removeSuppression(id);
      await save(pipeline.setSuppressions(store.suppressions()));
      return removed;
    },
    backup: (file) => store.backup(file),
  };

  const handle = async (message: ToWorker): Promise<void> => {
    if (message.k === 'stop') {
      clearInterval(cleaning);
      store.close();
      port.close();
    } else if (message.k === 'batch') {
      now = message.observations.at(-1)?.at ?? now;
      const committed = await save(pipeline.process(message.observations as Observation[]));
      tell({ k: 'committed', id: message.id, committed });
    } else {
      try {
        const command = commands[message.name] as (...args: readonly unknown[]) => unknown;
        tell({ k: 'answer', id: message.id, value: await command(...message.args) });
      } catch (error) {
        tell({ k: 'refused', id: message.id, message: (error as Error).message });
      }
    }
  };

  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToWorker) => void (last = last.then(() => handle(message))));
  const cleaning = setInterval(() => {
    last = last.then(() => void store.retain(settings.retention, now));
  }, retentionMs);
  const seenBy = (source: 'execs' | 'calls') => {
    const seen = memory.sources.find((each) => each.source === source && each.state !== 'off');
    return seen?.witness ? { bootId: seen.witness, through: memory.clock } : undefined;
  };
  tell({
    k: 'ready',
    lastEventTime: memory.lastEventTime,
    recentEvents: memory.recentEvents,
    witness: seenBy('execs'),
    callWitness: seenBy('calls'),
    roots: memory.jobs.flatMap(({ root }) => root ?? []),
  });
};

try {
  run();
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  tell({ k: 'failed', message, code });
  port.close();
}
