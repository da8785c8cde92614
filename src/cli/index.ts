export type { CliConfig, Parts } from './parts';
export { createProgram } from './program';
