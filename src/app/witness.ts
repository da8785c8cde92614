import type { CreateExecWatch } from '../link';

/** The exec watch, loaded only where it is wanted: it brings a binary package. */
export const createExecWatch: CreateExecWatch = async () => {
  throw new Error('exec watch is not built yet');
};
