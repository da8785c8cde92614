import type { Detector } from '../detector';
import { foreignKill } from './foreign-kill';
import { nameConflict } from './name-conflict';

/** Every detector, in the order in which they are asked. */
export const detectors: readonly Detector[] = [foreignKill, nameConflict];
