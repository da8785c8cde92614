import { type Confidence, type Container, type PortBinding, weakest } from '../../domain';
import { perJob } from '../advice';
import type { Detector, Proposal } from '../detector';
import type { History } from '../history';
import { partyOf, refOf } from '../party';
import { refusedPort, type RefusedPort } from '../refused-port';

interface Holder {
  readonly container: Container;
  readonly protocol: string | undefined;
  /** `likely` when it is only the one container left that can hold the port. */
  readonly confidence: Confidence;
}

const isEveryAddress = (ip: string): boolean => ip === '' || ip === '0.0.0.0' || ip === '::';

const isTaken = (binding: PortBinding, refused: RefusedPort): boolean =>
  binding.hostPort === refused.hostPort &&
  (refused.protocol === undefined || binding.protocol === refused.protocol) &&
  (isEveryAddress(binding.hostIp) || isEveryAddress(refused.hostIp) || binding.hostIp === refused.hostIp);

const holderOf = (container: Container, refused: RefusedPort, history: History): Holder | undefined => {
  // A failed start takes the container off its network again: that is the moment.
  const at = container.detachedAt ?? container.createdAt;
  const running = history.containersRunningAt(at).filter((each) => each.id !== container.id);
  for (const each of running) {
    const binding = each.ports.find((port) => isTaken(port, refused));
    if (binding) return { container: each, protocol: binding.protocol, confidence: 'certain' };
  }
  if (!refused.byContainer) return undefined;
  // The engine says that a container has it. If all but one show their ports, it is that one.
  const [only, ...others] = running.filter((each) => !each.inspected && each.ports.length === 0);
  return only && others.length === 0
    ? { container: only, protocol: undefined, confidence: 'likely' }
    : undefined;
};

const propose = (
  container: Container,
  refused: RefusedPort,
  holder: Holder,
  history: History,
): Proposal | undefined => {
  const victim = partyOf(container);
  const actor = partyOf(holder.container);
  if (victim?.job == null || actor?.job == null || victim.job === actor.job) return undefined;
  const keys = [victim.job, actor.job].map((id) => history.job(id)?.key ?? 'somebody');
  const protocol = refused.protocol ?? holder.protocol ?? 'tcp';
  const port = `${refused.hostPort}/${protocol}`;
  const inside = container.ports.find((each) => each.hostPort === refused.hostPort)?.containerPort;
  const random = inside === undefined ? '-p <container port>' : `-p ${inside}`;
  const certain = weakest(victim.confidence, actor.confidence, holder.confidence);
  return {
    variant: null,
    severity: 'warning',
    confidence: certain,
    title: `${keys[0]} could not start ${container.name}: ${keys[1]} holds host port ${port}`,
    summary: `The engine refused to start ${container.name} because host port ${port} was taken, ${holder.confidence === 'certain' ? '' : 'by all that is known '}by ${holder.container.name} of ${keys[1]}.`,
    advice: perJob(
      history.job(victim.job),
      `Publish no fixed host port: ${random} takes a free one (docker port ${container.name} tells which), and containers on one network, docker network create ci-$ID, need none.`,
    ),
    victims: [victim],
    actors: [{ ...actor, confidence: weakest(actor.confidence, holder.confidence) }],
    resource: { type: 'port', id: port, name: port },
    affected: [{ type: 'port', id: port, name: port }, refOf(container), refOf(holder.container)],
    evidence: [
      {
        at: container.detachedAt ?? container.createdAt,
        source: 'inspect',
        text: `${container.name}: ${refused.text}`,
        ref: `inspect:${container.engineId}`,
      },
      {
        at: holder.container.startedAt ?? holder.container.createdAt,
        source: 'inspect',
        text:
          holder.confidence === 'certain'
            ? `${holder.container.name} publishes host port ${port}`
            : `${holder.container.name} is the only running container whose ports are not known to be others`,
        ref: `inspect:${holder.container.engineId}`,
      },
    ],
    act: null,
  };
};

export const portConflict: Detector = {
  kind: 'port-conflict',
  variants: [null],
  summary: "A container could not start because another job's container holds the host port.",
  on: ['container'],

  judge(fact, history) {
    if (fact.k !== 'container') return undefined;
    const { container } = fact;
    const known = container.ports.map((port) => port.protocol);
    const told = refusedPort(container.error);
    if (!told) return undefined;
    const protocol = told.protocol ?? (new Set(known).size === 1 ? known[0] : undefined);
    const refused = { ...told, protocol };
    const holder = holderOf(container, refused, history);
    // Unknown, a process of the host, or forgotten meanwhile: nothing new to say.
    if (!holder) return undefined;
    const proposal = propose(container, refused, holder, history);
    return { subject: `container:${container.engineId}`, proposals: proposal ? [proposal] : [] };
  },
};
