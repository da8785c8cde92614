import type { Config } from '../config';
import { environment } from '../config';
import type { AuditSocket, CreateAuditSocket, SourceState } from '../link';
import { socketsOf } from './exec-watch';
import { identifierOf } from './presets-in-use';
import { createAuditSocket } from './witness';

type Parts = Parameters<CreateAuditSocket>[0];

/** Starts the audit socket as configured; undefined where there is to be none. Rejects with why it cannot be. */
export const openAuditSocket = async (
  config: Config,
  parts: Pick<Parts, 'bootId' | 'emit' | 'ask' | 'log'>,
  create: CreateAuditSocket = createAuditSocket,
): Promise<AuditSocket | undefined> => {
  const { audit } = config;
  if (!audit) return undefined;
  const [engineSocket] = socketsOf(config.engine.host);
  if (engineSocket === undefined)
    throw new Error(`an audit socket needs an engine on this host, not ${config.engine.host}`);
  const { socket, mode, group, labelCreated, rewriteSocketMounts } = audit;
  return create({
    ...parts,
    place: { socket, mode, group },
    engineSocket,
    labelCreated,
    rewriteSocketMounts,
    keptVariables: identifierOf(config).keptVariables(),
    env: environment(),
  });
};

/** How well it sees, as the daemon is told. */
export const auditStateOf = (socket: AuditSocket): SourceState => {
  const { problem } = socket.state();
  return problem === null ? { state: 'on', reason: null } : { state: 'degraded', reason: problem };
};
