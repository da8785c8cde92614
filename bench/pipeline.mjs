// Events a second from the engine's JSON into SQLite: lines and inspections are read, put to the pipeline with every preset
// and detector in batches of 500 as the daemon does it, and saved. Beside it the ceiling: the rows of `events` that this made,
// inserted by better-sqlite3 alone. Both run in turn, so that a busy machine slows both. Needs a build.
// Usage: node bench/pipeline.mjs [events] [rounds]
import attribution from '../dist/attribution/identify.js';
import presets from '../dist/attribution/presets/index.js';
import detection from '../dist/detection/detectors/index.js';
import engine from '../dist/engine/index.js';
import core from '../dist/pipeline/pipeline.js';
import recording from '../dist/store/recorder.js';
import { ciLoad } from './ci-load.mjs';
import { ceiling, inNewDatabase, median, perSecond, spread, thousands } from './measure.mjs';

const count = Number(process.argv[2] ?? 200_000);
const rounds = Number(process.argv[3] ?? 5);
const batchSize = 500;
const goal = 20_000;

const { load, jobs, containers } = ciLoad(count);
const identifier = attribution.createIdentifier(presets.presets);

const read = ({ at, event, inspect }) => {
  if (event !== undefined) {
    const seen = engine.normaliseEvent(event, identifier.keepLabel);
    return seen ? { k: 'event', at, event: seen } : { k: 'malformed', at, text: event };
  }
  if (inspect === undefined) return { k: 'tick', at };
  const found = engine.containerOfInspect(JSON.parse(inspect), identifier);
  return { k: 'inspect', at, inspection: { type: 'container', found } };
};

const latencies = [];
let kinds = [];
let rows = [];

/** Everything once, into a new database; the rows stay for the ceiling. */
const whole = () =>
  inNewDatabase((db) => {
    const recorder = recording.createRecorder(db);
    const pipeline = core.createPipeline({
      memory: recorder.load(),
      identifier,
      detectors: detection.detectors,
      settings: { leftoverAfterMs: 1_800_000, disable: [], allow: [] },
      onDetectorError(kind, error) {
        throw new Error(`${kind} failed`, { cause: error });
      },
    });
    const rate = perSecond(count, () => {
      for (let from = 0; from < load.length; from += batchSize) {
        const before = process.hrtime.bigint();
        recorder.save(pipeline.process(load.slice(from, from + batchSize).map(read)));
        latencies.push(Number(process.hrtime.bigint() - before) / 1e6);
      }
    });
    rows = db.prepare('SELECT * FROM events').raw().all();
    kinds = db.prepare('SELECT id, type, action FROM kinds').raw().all();
    const nobody = rows.filter((row) => row[5] === null).length;
    const findings = db.prepare('SELECT count(*) FROM findings').pluck().get();
    // A number for doing the wrong thing fast is worth nothing.
    if (rows.length !== count || nobody > 0 || findings > 0n)
      throw new Error(`${rows.length} of ${count} events, ${nobody} nobody's, ${findings} findings`);
    return rate;
  });

const pairs = [];
for (let round = 0; round < rounds; round += 1) {
  const real = whole();
  const most = ceiling(kinds, rows);
  pairs.push({ real, most, ratio: real / most });
}

const middle = (name) => median(pairs.map((pair) => pair[name]));
console.log(
  `${count} events and ${load.filter(({ inspect }) => inspect).length} inspections of ${jobs} jobs in ${containers} containers, ${rounds} rounds of pairs, medians\n` +
    `whole pipeline, batches of ${batchSize}: ${thousands(middle('real'))} events/s (goal ${thousands(goal)}), ceiling ${thousands(middle('most'))} rows/s, ` +
    `ratio ${middle('ratio').toFixed(2)}; a batch ${spread(latencies)}`,
);
