import type { CreateExecWatch } from '../link';

/** The exec watch, loaded only where it is wanted: it brings a binary package. */
export const createExecWatch: CreateExecWatch = async (parts) => {
  const { createExecWatch: create } = await import('../witness');
  return create(parts);
};
