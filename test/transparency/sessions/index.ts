import type { Sessions } from '../session';
import { answering } from './answering';
import { composing } from './compose';
import { copying } from './copy';
import { sdk } from './dockerode';
import { executing } from './exec';
import { following } from './follow';
import { framing } from './framing';
import { images } from './images';
import { objects } from './objects';
import { running } from './run';
import { onTerminal } from './terminal';
import { tunnels } from './tunnels';

/** Every session; the long ones first, so that none is left alone at the end. */
export const sessions: Sessions = {
  ...images,
  ...composing,
  ...running,
  ...onTerminal,
  ...executing,
  ...copying,
  ...following,
  ...objects,
  ...sdk,
  ...tunnels,
  ...answering,
  ...framing,
};
