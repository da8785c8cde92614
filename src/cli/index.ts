export { createProgram } from './program';
export { realParts } from './real-parts';
