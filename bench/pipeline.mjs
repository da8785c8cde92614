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
import { ceiling, inNewDatabase, median, perCpuSecond, perSecond, spread, thousands } from './measure.mjs';

const count = Number(process.argv[2] ?? 200_000);
const rounds = Number(process.argv[3] ?? 5);
const batchSize = 500;
const goal = 20_000;

const identifier = attribution.createIdentifier(presets.presets);

/** A batch as bytes, since that is what a socket gives; as objects, the whole day would be on the heap. */
const bytesOf = (batch) =>
  Buffer.from(batch.map(({ at, event, inspect }) => `${at} ${event ?? inspect ?? ''}\n`).join(''));

/** What the engine's stream and its answers are read as. Lines of the stream begin with a status or a type. */
const read = (line) => {
  const space = line.indexOf(' ');
  const at = BigInt(line.slice(0, space));
  const text = line.slice(space + 1);
  if (text === '') return { k: 'tick', at };
  if (text.startsWith('{"Id":')) {
    const found = engine.containerOfInspect(JSON.parse(text), identifier);
    return { k: 'inspect', at, inspection: { type: 'container', found } };
  }
  const event = engine.normaliseEvent(text, identifier.keepLabel);
  return event ? { k: 'event', at, event } : { k: 'malformed', at, text };
};

const prepare = () => {
  const { load, jobs, containers } = ciLoad(count);
  const inspections = load.filter(({ inspect }) => inspect).length;
  const batches = [];
  for (let from = 0; from < load.length; from += batchSize)
    batches.push(bytesOf(load.slice(from, from + batchSize)));
  return { batches, what: `${inspections} inspections of ${jobs} jobs in ${containers} containers` };
};
const { batches, what } = prepare();

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
    const all = () => {
      for (const bytes of batches) {
        const before = process.hrtime.bigint();
        recorder.save(pipeline.process(bytes.toString().split('\n').slice(0, -1).map(read)));
        latencies.push(Number(process.hrtime.bigint() - before) / 1e6);
      }
    };
    let cpu = 0;
    const real = perSecond(count, () => (cpu = perCpuSecond(count, all)));
    rows = db.prepare('SELECT * FROM events').raw().all();
    kinds = db.prepare('SELECT id, type, action FROM kinds').raw().all();
    const nobody = rows.filter((row) => row[5] === null).length;
    const findings = db.prepare('SELECT count(*) FROM findings').pluck().get();
    // A number for doing the wrong thing fast is worth nothing.
    if (rows.length !== count || nobody > 0 || findings > 0n)
      throw new Error(`${rows.length} of ${count} events, ${nobody} nobody's, ${findings} findings`);
    return { real, cpu };
  });

const pairs = [];
for (let round = 0; round < rounds; round += 1) {
  const { real, cpu } = whole();
  const most = ceiling(kinds, rows);
  rows = [];
  pairs.push({ real, cpu, most, ratio: real / most });
}

const middle = (name) => median(pairs.map((pair) => pair[name]));
console.log(
  `${count} events and ${what}, ${rounds} rounds of pairs, medians\n` +
    `whole pipeline, batches of ${batchSize}: ${thousands(middle('real'))} events/s (goal ${thousands(goal)}), ${thousands(middle('cpu'))} a processor second, ceiling ${thousands(middle('most'))} rows/s, ` +
    `ratio ${middle('ratio').toFixed(2)}; a batch ${spread(latencies)}`,
);
