import { type Act, type Container, type NameUse, type Nanos, SECOND } from '../domain';
import type { History } from './history';

/** Who takes the lost name within this time is likely who made it free. */
const takeoverWindow: Nanos = 2n * SECOND;

const nameLost = (container: Container, history: History): NameUse | undefined =>
  history
    .holders('container', container.name)
    .findLast((use) => use.resource === container.id && use.to !== null);

const lostNames = (act: Act, container: Container, history: History): NameUse[] => {
  if (act.verb !== 'rename') {
    const lost = nameLost(container, history);
    return lost ? [lost] : [];
  }
  return history
    .namesOf(container)
    .filter((use) => use.to !== null && use.to >= act.at && use.to <= act.lastAt);
};

const composeProject = 'com.docker.compose.project';
const composeService = 'com.docker.compose.service';

/** A container of the same Compose project and service, created soon after this one was removed. */
const replacementOf = (container: Container, history: History): Container | undefined => {
  const { removedAt, labels } = container;
  if (removedAt === null || labels[composeService] === undefined) return undefined;
  return history
    .membersOf(`compose:${labels[composeProject]}`)
    .find(
      (other) =>
        other !== container &&
        other.labels[composeService] === labels[composeService] &&
        other.createdAt >= removedAt &&
        other.createdAt - removedAt <= takeoverWindow,
    );
};

/** The container that took a name this one lost, or its Compose service, within two seconds. */
export const takerOf = (
  act: Act,
  container: Container,
  history: History,
): { taker: Container; use: NameUse } | undefined => {
  for (const lost of lostNames(act, container, history)) {
    const next = history
      .holders('container', lost.name)
      .find(
        (use) =>
          use.resource !== container.id && use.from >= lost.to! && use.from - lost.to! <= takeoverWindow,
      );
    const taker = next && history.container(next.resource);
    if (taker) return { taker, use: lost };
  }
  const replacement = replacementOf(container, history);
  const use = replacement && nameLost(container, history);
  return use ? { taker: replacement, use } : undefined;
};

/**
 * The name was taken by a command that was seen, and no command that was seen had freed it: whoever took it came to what
 * somebody else had left. A container that was renamed to it says nothing of its own job.
 */
export const onlyCame = (act: Act, container: Container, history: History): boolean => {
  const found = takerOf(act, container, history);
  if (!found) return false;
  const { taker, use } = found;
  const unseen = history
    .gaps()
    .some(
      ({ source, from, to }) =>
        source === 'execs' && (from === null || from <= act.lastAt) && (to === null || to >= act.at),
    );
  if (unseen) return false;
  const taken = history
    .holders('container', use.name)
    .find(({ resource, from }) => resource === taker.id && from >= use.to!);
  return [
    ...history.execsAlive(['run', 'create'], taker.createdAt),
    ...(taken ? history.execsAlive(['rename'], taken.from) : []),
  ].some((exec) => exec.engine !== 'other' && exec.name === use.name);
};
