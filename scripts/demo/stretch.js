'use strict';
// node scripts/demo/stretch.js RECORDING PAUSES DATA_ROOT: the recording with its pauses as long as the day needs. Each
// line of PAUSES is a moment in nanoseconds and the minutes that pass there; every time moves by the pauses before it,
// so order and distances within a scene stay as recorded. The engine is called ci-host-1 and keeps its data where most do.

const { readFileSync } = require('node:fs');

const [recording, pausesFile, dataRoot] = process.argv.slice(2);
const minute = 60_000_000_000n;
const pauses = readFileSync(pausesFile, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([at, minutes]) => ({ at: BigInt(at), by: BigInt(minutes) * minute }));

const later = (time) => pauses.reduce((sum, { at, by }) => (time >= at ? sum + by : sum), time);

/** Ids are hexadecimal; a run of digits inside of one is no time. */
const nanos = /(?<![0-9a-f])\d{19}(?![0-9a-f])/g;

/** An event is text inside of JSON; it has its time a second time, in seconds. */
const event = /\\"time\\":\d+,\\"timeNano\\":(\d{19})/g;

const [first, ...lines] = readFileSync(recording, 'utf8').trimEnd().split('\n');
const { host } = JSON.parse(first);
const neutral = (line) =>
  line.replaceAll(`"name":"${host}"`, '"name":"ci-host-1"').replaceAll(`${dataRoot}/`, '/var/lib/docker/');
const stretched = (line) =>
  line
    .replace(event, (_, time) => `\\"time\\":${later(BigInt(time)) / 1_000_000_000n},\\"timeNano\\":${time}`)
    .replace(nanos, (time) => String(later(BigInt(time))));

process.stdout.write(
  [neutral(first).replace(`"host":"${host}"`, '"host":"ci-host-1"'), ...lines.map(neutral)]
    .map((line) => `${stretched(line)}\n`)
    .join(''),
);
