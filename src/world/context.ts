import type { Identifier } from '../attribution/identity';
import type { Fact } from './fact';
import type { Owners } from './ownership';
import type { Timers } from './timers';
import type { World } from './world';

/** What the functions that take observations into the world are given. */
export interface Context {
  readonly world: World;
  readonly identifier: Identifier;
  readonly owners: Owners;
  readonly timers: Timers;
  emit(fact: Fact): void;
}
