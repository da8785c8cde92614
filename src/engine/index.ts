export { createClient, type EngineClient } from './client';
export { containerOfInspect } from './container-snapshot';
export { EngineForbidden, EngineRefused, EngineUnreachable } from './errors';
export { examine, type Examination } from './examine';
export { createFollower, type Follower, type FollowerState } from './follow';
export type { Keep } from './keep';
export { normaliseEvent } from './normalise';
export type { Followed } from './queue';
