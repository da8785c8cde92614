import type { CreateAuditSocket, CreateExecWatch } from '../link';

/** The exec watch, loaded only where it is wanted: it brings a binary package. */
export const createExecWatch: CreateExecWatch = async (parts) => {
  const { createExecWatch: create } = await import('../witness');
  return create(parts);
};

/** The audit socket, in the same way. */
export const createAuditSocket: CreateAuditSocket = async (parts) => {
  const { createAuditSocket: create } = await import('../witness');
  return create(parts);
};
