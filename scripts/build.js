'use strict';
const { build } = require('./prepare.js');

if (!build()) process.exitCode = 1;
