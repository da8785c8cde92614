// Rows a second through the recorder, in batches as the daemon writes them, beside the ceiling: the same rows inserted with one
// prepared statement in one transaction on the same schema. Both run in turn, so that a busy machine slows both; ratios are of
// pairs, and medians are printed. Needs a build. Usage: node bench/insert.mjs [rows] [rounds]
import recording from '../dist/store/recorder.js';
import world from '../dist/world/changes.js';
import { ceiling, inNewDatabase, median, perSecond, spread, thousands } from './measure.mjs';

const rowCount = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 5);
const goals = { 100: undefined, 500: 0.25, 1000: 0.3 };

// A life of 16 events for each of many containers, eight of which live at a time; a job for every four of them.
const actions = ['create', 'start', ...Array(10).fill('exec_die'), 'kill', 'die', 'stop', 'destroy'];
const start = 1_795_521_600_000_000_000n;
const rows = Array.from({ length: rowCount }, (_, index) => {
  const step = Math.floor(index / 8) % actions.length;
  const container = Math.floor(index / (8 * actions.length)) * 8 + (index % 8) + 1;
  const action = actions[step];
  return {
    id: index + 1,
    event: {
      time: start + BigInt(index) * 1_000_003n,
      type: 'container',
      action,
      id: container.toString(16).padStart(64, '0'),
      name: `web-${container}`,
      image: 'registry.example/shop/web:1.2',
      labels: {},
      ...(action === 'kill' ? { signal: 9 } : {}),
      ...(action === 'die' || action === 'exec_die' ? { exitCode: 0 } : {}),
    },
    resource: container,
    other: null,
    job: Math.floor(container / 4) + 1,
  };
});

const kinds = [...new Set(actions)].map((action, index) => [index + 1, 'container', action]);
const kindOf = new Map(kinds.map(([id, , action]) => [action, id]));
const values = rows.map(({ id, event, resource, job }) => [
  ...[id, event.time, kindOf.get(event.action), resource, null, job],
  ...[event.signal ?? null, event.exitCode ?? null, null],
]);

const latencies = new Map();
const batches = (size) =>
  inNewDatabase((db) => {
    const recorder = recording.createRecorder(db);
    return perSecond(rowCount, () => {
      for (let from = 0; from < rows.length; from += size) {
        const events = rows.slice(from, from + size);
        const { time } = events.at(-1).event;
        const before = process.hrtime.bigint();
        recorder.save({ ...world.noChanges(time, time), events });
        latencies.get(size).push(Number(process.hrtime.bigint() - before) / 1e6);
      }
    });
  });

const sizes = Object.keys(goals).map(Number);
const results = new Map(sizes.map((size) => [size, []]));
for (const size of sizes) latencies.set(size, []);
for (let round = 0; round < rounds; round += 1)
  for (const size of sizes) {
    const most = ceiling(kinds, values);
    const real = batches(size);
    results.get(size).push({ most, real, ratio: real / most });
  }

console.log(`${rowCount} events, ${rounds} rounds of pairs, medians`);
for (const [size, pairs] of results) {
  const goal = goals[size] === undefined ? '' : ` (goal ${goals[size]})`;
  console.log(
    `batches of ${size}: ${thousands(median(pairs.map(({ real }) => real)))} rows/s, ceiling ${thousands(median(pairs.map(({ most }) => most)))}, ` +
      `ratio ${median(pairs.map(({ ratio }) => ratio)).toFixed(2)}${goal}; a batch ${spread(latencies.get(size))}`,
  );
}
