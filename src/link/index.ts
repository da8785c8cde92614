export { createWitnessClient, type WitnessClient } from './client';
export { observationsOf } from './observe';
export type { CallerAnswer, CallerQuestion } from './question';
export { createWitnessServer, type WitnessServer } from './server';
export {
  type AuditSocket,
  type CallTold,
  type CreateAuditSocket,
  type CreateExecWatch,
  type ExecWatch,
  type SourceState,
  type Watched,
  whyUnavailable,
} from './told';
export { callBegin, callEnd, execBegin, execEnd, nanos, processExit, sourceState } from './told-schema';
