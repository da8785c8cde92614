// Runs every load on every subject, round by round and in turn, so that a busy machine slows all of them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cpuSeconds, forgetPeak, peakRss } from './process.mjs';

const run = promisify(execFile);

/** The caller that a load is: a Jenkins build on the host. */
const env = { PATH: process.env.PATH, BUILD_TAG: 'jenkins-bench-1' };

/** What `program` prints, and the seconds that the subject worked for it; null when it failed, which is told. */
const sample = async (name, { pid }, program, args) => {
  const before = pid === undefined ? 0 : cpuSeconds(pid);
  try {
    const { stdout, stderr } = await run(program, args.map(String), { env, timeout: 120_000 });
    const told = JSON.parse(stdout);
    if (told.failed > 0) throw new Error(`${told.failed} of ${told.all} answers were no success: ${stderr}`);
    return { ...told, proxyCpu: pid === undefined ? undefined : cpuSeconds(pid) - before };
  } catch (error) {
    console.error(`${name}: ${args.slice(1).join(' ')}: ${error.stderr || error.message}`);
    return null;
  }
};

/** Subjects in an order that is another in each round: who comes first has no lasting advantage. */
const inTurn = (subjects, round) => {
  const entries = Object.entries(subjects);
  return entries.map((_, i) => entries[(i + round) % entries.length]);
};

/**
 * @returns of each load and number of connections, the samples of every subject by round
 */
export const runLoads = async ({ loads, subjects, load, rounds, seconds }) => {
  const cases = loads.flatMap((it) =>
    it.connections.map((connections) => ({ load: it, connections, samples: [] })),
  );
  for (let round = 0; round < rounds; round++)
    for (const { load: asked, connections, samples } of cases) {
      const ofRound = {};
      for (const [name, subject] of inTurn(subjects, round)) {
        const watched = asked.watchesMemory && subject.pid !== undefined;
        if (watched) forgetPeak(subject.pid);
        const args = [subject.socket, connections, seconds, asked.mode, ...asked.requests.flat()];
        ofRound[name] = await sample(name, subject, load, args);
        if (watched && ofRound[name] !== null) ofRound[name].peak = peakRss(subject.pid);
      }
      samples.push(ofRound);
    }
  return cases;
};

/** The same of bodies, each on one connection. */
export const runBodies = async ({ bodies, subjects, body, rounds, bytes }) => {
  const cases = bodies.map((it) => ({ ...it, samples: [] }));
  for (let round = 0; round < rounds; round++)
    for (const { kind, samples } of cases) {
      const ofRound = {};
      for (const [name, subject] of inTurn(subjects, round)) {
        const watched = subject.pid !== undefined;
        if (watched) forgetPeak(subject.pid);
        ofRound[name] = await sample(name, subject, body, [subject.socket, kind, bytes]);
        if (watched && ofRound[name] !== null) ofRound[name].peak = peakRss(subject.pid);
      }
      samples.push(ofRound);
    }
  return cases;
};
