'use strict';
// npm start. Old syntax on purpose: on a Node that is too old this still runs and says what is needed.

var path = require('path');
var spawn = require('child_process').spawn;
var problem = require('./node-version.js')(process.versions.node);

if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
} else if (!require('./prepare.js').prepare()) {
  process.exitCode = 1;
} else {
  serve();
}

function serve() {
  var crosstalk = path.join(__dirname, '..', 'bin', 'crosstalk');
  var args = [crosstalk, 'serve', '--demo-if-no-engine'].concat(process.argv.slice(2));
  var child = spawn(process.execPath, args, { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; other senders know only this process. Both wait for the daemon's end.
  process.on('SIGINT', function () {});
  process.on('SIGTERM', function () {
    child.kill('SIGTERM');
  });
  child.on('exit', function (code, signal) {
    process.exitCode = signal ? 1 : code;
  });
}
