// Whether the right job is named while six fight over the same names of containers, and a client of the API beside them.
// Needs root, a build, a docker client that is linked statically, and starts an engine and a daemon of its own.
// Usage: node bench/crowd.mjs [seconds] [seed] [file for everything that was counted]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { recordEvents, startEngine } from './crowd/engine.mjs';
import { startContainerJob, startHostJob, work, workAsSdk } from './crowd/jobs.mjs';
import { readTold, startDaemon } from './crowd/told.mjs';
import { truthOf } from './crowd/truth.mjs';

const seconds = Number(process.argv[2] ?? 120);
const seed = Number(process.argv[3] ?? 1);
const file = process.argv[4];
const names = Array.from({ length: 10 }, (_, i) => `shared-${i}`);

/** Of a container whose maker the logs leave open, an accusation of who did it is no more wrong than right. */
const judgedAct = ({ by, owner }, accused) => {
  const actors = accused.flatMap((finding) => finding.actors.map(({ job, system }) => job ?? system));
  if (actors.some((actor) => actor !== by)) return 'wrong';
  if (owner === undefined) return 'no victim';
  if (by === 'sdk' || owner === by || owner === 'sdk') {
    if (actors.length > 0) return 'wrong';
    return owner === 'sdk' && by !== 'sdk' ? 'no victim' : 'right';
  }
  return actors.length > 0 ? 'right' : 'unknown';
};

const judgedOwner = ({ by }, owner) => {
  const job = owner?.job ?? null;
  if (by === 'sdk') return job === null ? 'right' : 'wrong';
  return job === null ? 'none' : job === by ? 'right' : 'wrong';
};

const tableOf = (rows, columns) => {
  const table = {};
  for (const { row, answer } of rows) {
    table[row] ??= { all: 0, ...Object.fromEntries(columns.map((column) => [column, 0])) };
    table[row].all++;
    table[row][answer]++;
  }
  return table;
};

const engine = startEngine();
const dataDir = mkdtempSync(join(tmpdir(), 'crosstalk-bench-'));
let daemon;
try {
  daemon = await startDaemon(engine, dataDir);
  await daemon.watching();
  const recorder = recordEvents(engine);
  const inside = [101, 102, 103].map((number) => startContainerJob(engine, number));
  const jobs = [...inside, ...['a-1', 'b-2', 'c-3'].map((name) => startHostJob(engine, name))];
  const spared = inside.map(({ id }) => id);
  await pause(1000);
  const begin = Date.now();
  const until = begin + seconds * 1000;
  const logs = await Promise.all([
    ...jobs.map((job, i) => work(job, { names, seed: seed * 100 + i, until, spared })),
    workAsSdk(engine, { names, seed: seed * 100 + 99, until }),
  ]);
  // Longer than an act waits for what explains it.
  await pause(6000);
  const told = await readTold(daemon);
  recorder.stop();
  for (const job of jobs) job.end();
  const events = recorder.events
    .filter(({ id, at }) => at >= begin && !spared.includes(id))
    .sort((a, b) => a.at - b.at);
  const { acts, creations, count } = truthOf(events, logs);

  const judgedActs = acts.map((act) => {
    const accused = act.events.flatMap((event) => told.accused(event));
    const answer = judgedAct(act, accused);
    if (answer !== 'unknown') return { ...act, accused, answer };
    return {
      ...act,
      accused,
      answer: judgedAct(
        act,
        told
          .goingBy(act.id, act.entry)
          .filter(({ actors }) => actors.length > 0 && actors.every(({ job }) => job === act.by)),
      ),
    };
  });
  const judgedCreations = [];
  for (const creation of creations) {
    const view = await told.container(creation.id);
    judgedCreations.push({ ...creation, owner: view?.owner, answer: judgedOwner(creation, view?.owner) });
  }
  const { gaps, sources } = await told.coverage();
  const commands = logs.flat();
  console.log(
    `engine ${engine.version}, seed ${seed}, ${seconds} s, load ${loadavg()[0].toFixed(1)}: ${commands.filter(({ by }) => by !== 'sdk').length} commands of jobs,`,
    `${commands.filter(({ by }) => by === 'sdk').length} calls of the SDK client, ${events.length} events;`,
    `left out: ${count.open} events where two fit, ${count.unexplained} that nobody says to have caused;`,
    `watch ${sources.execs.state}, gaps: ${gaps.map(({ reason }) => reason).join() || 'none'}`,
  );
  const ofJobs = judgedActs.filter(({ by }) => by !== 'sdk');
  console.log('acts of jobs: who did it');
  console.table(
    tableOf(
      ofJobs
        .map(({ verb, by, owner, answer }) => ({
          row: `${verb}, ${by === owner ? 'own' : "others'"}`,
          answer,
        }))
        .toSorted((a, b) => a.row.localeCompare(b.row)),
      ['right', 'unknown', 'wrong', 'no victim'],
    ),
  );
  const counted = ofJobs.filter(({ answer }) => answer !== 'no victim');
  const foreign = counted.filter(({ by, owner }) => by !== owner);
  const share = (list) =>
    `${list.filter(({ answer }) => answer === 'right').length} of ${list.length} right (${((100 * list.filter(({ answer }) => answer === 'right').length) / list.length).toFixed(1)} %), ${list.filter(({ answer }) => answer === 'wrong').length} wrong`;
  console.log(`in all ${share(counted)}; of those on containers of others ${share(foreign)}`);
  console.log('containers: whose they are');
  console.table(
    tableOf(
      judgedCreations.map(({ by, named, answer }) => ({
        row: by === 'sdk' ? 'SDK client' : named ? 'named' : 'unnamed',
        answer,
      })),
      ['right', 'none', 'wrong'],
    ),
  );
  const sdk = judgedActs.filter(({ by }) => by === 'sdk');
  console.log(
    `acts of the SDK client blamed on somebody: ${sdk.filter(({ answer }) => answer === 'wrong').length} of ${sdk.length}`,
  );
  if (file) {
    const containers = {};
    for (const { id, answer, type } of judgedActs)
      if (answer !== 'right' && type === 'container') containers[id] ??= await told.container(id);
    writeFileSync(
      file,
      JSON.stringify({
        judgedActs,
        judgedCreations,
        containers,
        events,
        logs,
        execs: await told.execs(),
        gaps,
      }),
    );
  }
} finally {
  await daemon?.end();
  engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
