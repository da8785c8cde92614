// Saves batches as fast as it can until it is killed, and says after each commit which one it was.
require('./typescript.cjs');
const { writeSync } = require('node:fs');
const { openStore } = require('../../src/store/index.ts');
const { batch } = require('./batch.ts');

const store = openStore({ file: process.argv[2], host: 'h' });
const { lastIds } = store.load();
for (let number = lastIds.job + 1; ; number += 1) {
  store.save(batch(number));
  writeSync(1, `${number}\n`);
}
