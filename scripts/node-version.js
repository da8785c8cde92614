'use strict';
// Old syntax on purpose: this must run on the Node that is too old, to say so.

var needed = 20;

/** What to do about a Node that is too old, or undefined. */
module.exports = function nodeProblem(version) {
  if (parseInt(version, 10) >= needed) return undefined;
  return (
    'Crosstalk needs Node ' +
    needed +
    ' or newer; this is ' +
    version +
    ' (' +
    process.execPath +
    ').\n' +
    'Install one from https://nodejs.org/en/download or your package manager, and start again.'
  );
};
