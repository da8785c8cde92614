import type { Container, MountUse } from '../../domain';
import type { Detector, Proposal } from '../detector';
import { isSameSocket } from '../host-paths';
import type { History } from '../history';
import { nameOf } from '../by-command';
import { partyOf, refOf } from '../party';

/** The container of a job has it, and no part of a runner. */
const bypassing = ({ source }: MountUse, container: Container, history: History): boolean => {
  const socket = history.bypassedSocket();
  return (
    socket !== undefined &&
    isSameSocket(source, socket) &&
    container.systemActor === null &&
    container.removedAt === null
  );
};

const propose = (use: MountUse, container: Container, history: History): Proposal | undefined => {
  const party = partyOf(container);
  if (!party || party.job === null) return undefined;
  const job = nameOf(party, history);
  const ref = refOf(container);
  return {
    variant: null,
    severity: 'info',
    confidence: party.confidence,
    title: `${container.name} of ${job} has the engine's own socket, past the audit socket`,
    summary: `${container.name} mounts ${use.source}. Calls through it are not seen: of what ${job} does to others by an SDK, nobody can say who did it.`,
    advice: `Mount the audit socket in its place: in the runner's configuration where the runner mounts it, otherwise in the CI file (-v <audit socket>:/var/run/docker.sock). A job that is meant to go past it: detect.allow with kind audit-bypass.`,
    victims: [],
    actors: [party],
    resource: ref,
    affected: [ref],
    evidence: [
      { at: use.from, source: 'inspect', text: `${container.name} mounts ${use.source}`, ref: null },
    ],
    act: null,
  };
};

export const auditBypass: Detector = {
  kind: 'audit-bypass',
  variants: [null],
  summary: "A job has the engine's own socket, although there is an audit socket.",
  on: ['use'],

  judge(fact, history) {
    if (fact.k !== 'use' || fact.use.kind !== 'path') return undefined;
    const container = history.container(fact.use.container);
    if (!container || !bypassing(fact.use, container, history)) return undefined;
    const proposal = propose(fact.use, container, history);
    return { subject: `container:${container.id}`, proposals: proposal ? [proposal] : [] };
  },

  over(finding, history) {
    const container = history.containerByEngineId(finding.resource.id);
    if (!container || container.removedAt !== null) return 'the container is gone';
    return container.status === 'exited' ? 'the container has ended' : undefined;
  },
};
