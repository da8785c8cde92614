import type { Detector } from '../detector';
import { auditBypass } from './audit-bypass';
import { foreignAccess } from './foreign-access';
import { foreignKill } from './foreign-kill';
import { imageOverwrite } from './image-overwrite';
import { leftover } from './leftover';
import { misdirectedBind } from './misdirected-bind';
import { nameConflict } from './name-conflict';
import { networkInterference } from './network-interference';
import { portConflict } from './port-conflict';
import { prune } from './prune';
import { sharedVolume } from './shared-volume';

/** Every detector, in the order in which they are asked. */
export const detectors: readonly Detector[] = [
  foreignKill,
  foreignAccess,
  nameConflict,
  networkInterference,
  prune,
  imageOverwrite,
  sharedVolume,
  misdirectedBind,
  portConflict,
  leftover,
  auditBypass,
];
