// What the audit socket costs: requests and bodies through it, HAProxy, wollomatic/socket-proxy and none, side by side.
// Needs root, a build, gcc; haproxy and Go where at hand; starts an engine of its own.
// Usage: node bench/audit.mjs [rounds] [seconds of each run] [which]; `which` is searched for in `stub: _ping`,
// `body: upload, chunked`, `engine: list` and so on.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { bodies, engineLoads, stubLoads, writeList } from './audit/loads.mjs';
import { rss } from './audit/process.mjs';
import { buildSocketProxy, compile, findCrosstalk, findHaproxy } from './audit/programs.mjs';
import { runBodies, runLoads } from './audit/rounds.mjs';
import { startListening, startSubjects } from './audit/subjects.mjs';
import { printBodies, printLoads, printMemory } from './audit/tables.mjs';
import { startEngine } from './crowd/engine.mjs';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 1.5);
const which = new RegExp(process.argv[4] ?? '');
const gigabyte = 2 ** 30;
const directory = mkdtempSync('/tmp/ct-bench-');
const load = () =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');

const wanted = (part, loads) => loads.filter(({ name }) => which.test(`${part}: ${name}`));

const stopAll = async (subjects) => {
  for (const subject of Object.values(subjects)) await subject.stop();
};

const againstStub = async (found, programs) => {
  const stub = await startListening(
    programs.stub,
    [`${directory}/stub.sock`, writeList(directory)],
    `${directory}/stub.sock`,
  );
  const subjects = await startSubjects(found, stub.socket, directory);
  const names = Object.keys(subjects);
  const proxies = names.filter((name) => name !== 'direct');
  try {
    const loads = wanted('stub', stubLoads(directory));
    await runLoads({ loads, subjects, load: programs.load, rounds: 1, seconds: 0.1 }); // unmeasured: code gets warm
    const cases = await runLoads({ loads, subjects, load: programs.load, rounds, seconds });
    if (cases.length > 0) printLoads('stub behind', names, cases, true);
    const long = { bodies: wanted('body', bodies), subjects, body: programs.body, rounds, bytes: gigabyte };
    if (long.bodies.length > 0) printBodies(names, await runBodies(long));
    printMemory(proxies, cases, Object.fromEntries(proxies.map((name) => [name, rss(subjects[name].pid)])));
  } finally {
    await stopAll(subjects);
    await stub.stop();
  }
};

const againstEngine = async (found, programs) => {
  const loads = wanted('engine', engineLoads(directory));
  if (loads.length === 0) return;
  const engine = startEngine();
  let subjects = {};
  try {
    for (let i = 0; i < 20; i++) engine.docker('create', '--name', `there-${i}`, 'busybox:local', 'true');
    subjects = await startSubjects(found, engine.socket, directory);
    const common = { loads, subjects, load: programs.load };
    await runLoads({ ...common, rounds: 1, seconds: 0.1 });
    const cases = await runLoads({ ...common, rounds, seconds });
    printLoads(`engine ${engine.version} behind`, Object.keys(subjects), cases, false);
  } finally {
    await stopAll(subjects);
    engine.stop();
  }
};

try {
  const found = {
    haproxy: findHaproxy(),
    wollomatic: buildSocketProxy(directory),
    crosstalk: findCrosstalk(),
  };
  for (const [name, { missing, version }] of Object.entries(found))
    console.log(`${name}: ${missing === undefined ? version : `not compared: ${missing}`}`);
  console.log(`load average before: ${load()}`);
  const programs = compile(directory);
  await againstStub(found, programs);
  await againstEngine(found, programs);
  console.log(`load average after: ${load()}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
