'use strict';

/* global jest */
// A busy two-core machine is no failure. (Jest ignores testTimeout in the settings of a project.)
jest.setTimeout(30_000);
