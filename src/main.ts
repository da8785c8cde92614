#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram, realParts } from './cli';

const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
  version: string;
};

/** Signals ask once for an orderly end; who asks again gets one at once, with the shell's code for the signal. */
const stop = new AbortController();
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(128 + number);
    stop.abort();
  });

// `crosstalk findings | head`: the reader has seen enough.
for (const output of [process.stdout, process.stderr])
  output.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

void createProgram(realParts(version, stop.signal))
  .run(process.argv.slice(2))
  .then((code) => process.exit(code));
