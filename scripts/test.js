'use strict';
// npm test [-- jest arguments]: installs, builds, gets itself a dockerd, runs everything. The last line is
// exactly `N passed, N failed[, N skipped]`; what was not tested, and why, stands above it.
//
// CROSSTALK_TEST_ENGINE          auto (default), required or none: what no engine means
// CROSSTALK_TEST_ENGINE_VERSION  a recipe of test/engines: installed (default), 20.10, 28
// --units leaves out what needs an engine, --no-checks what `npm run check` does; so do jest arguments.

var problem = require('./node-version.js')(process.versions.node);
if (problem === undefined) {
  process.exitCode = require('./test-run.js').run(process.argv.slice(2), process.env);
} else {
  console.error(problem);
  process.exitCode = 1;
}
