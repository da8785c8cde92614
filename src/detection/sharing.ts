import type { Container, MountUse, Party } from '../domain';
import { isHarmlessPath, isWithin } from './host-paths';
import type { History } from './history';
import { partyOf } from './party';

/** A job's use of a volume or host path. */
export interface Sharer {
  readonly use: MountUse;
  readonly container: Container;
  readonly party: Party & { readonly job: number };
}

const writes = ({ use }: Sharer): boolean => !use.readOnly;

const overlap = ({ use: one }: Sharer, { use: other }: Sharer): boolean =>
  (other.to === null || one.from < other.to) && (one.to === null || other.from < one.to);

/** The same volume, or host paths of which one holds the other. */
const meet = ({ use: one }: Sharer, { use: other }: Sharer): boolean =>
  one.source === other.source ||
  (one.kind === 'path' && (isWithin(one.source, other.source) || isWithin(other.source, one.source)));

/** Whether the two ran at the same time on one thing that at least one of them could change. */
export const collide = (one: Sharer, other: Sharer): boolean =>
  one.party.job !== other.party.job &&
  (writes(one) || writes(other)) &&
  overlap(one, other) &&
  meet(one, other);

/** Who last could write there before `later` began, if that was a job, and another one. */
export const leftBy = (later: Sharer, sharers: readonly Sharer[]): Sharer | undefined =>
  sharers
    .filter(
      (each) => writes(each) && each.use.to !== null && each.use.to <= later.use.from && meet(each, later),
    )
    .filter((each) => each.party.job !== later.party.job)
    .reduce<Sharer | undefined>(
      (last, each) => (last && last.use.to! >= each.use.to! ? last : each),
      undefined,
    );

/** All uses of the volume, or of the host paths above and below this one. */
const usesFor = (use: Pick<MountUse, 'kind' | 'source'>, history: History): readonly MountUse[] =>
  use.kind === 'volume' ? history.uses('volume', use.source) : history.usesAround(use.source);

/** What the runners' own containers mount, and so hand to their jobs on purpose; `/tmp` and the like are too wide for that. */
const handedOut = (uses: readonly MountUse[], history: History): ((use: MountUse) => boolean) => {
  const agents = uses.filter((use) => isRunnersOwn(history.container(use.container)));
  return (use) =>
    agents.some(
      (agent) =>
        use.source === agent.source ||
        (use.kind === 'path' && agent.source.split('/').length > 2 && isWithin(use.source, agent.source)),
    );
};

const isRunnersOwn = (container: Container | undefined): boolean => container?.systemActor === 'runner-agent';

const isLeftAlone = ({ kind, source }: MountUse, history: History): boolean =>
  kind === 'path' && (isHarmlessPath(source) || history.identifier.isBuildRoot(source));

/**
 * Jobs that use or used it, oldest first. What is shared by design is left out: reused containers, what runners hand
 * out, and host paths that are harmless or part of a runner's own directories.
 */
export const sharersOf = (use: Pick<MountUse, 'kind' | 'source'>, history: History): readonly Sharer[] => {
  const uses = usesFor(use, history);
  const isHandedOut = handedOut(uses, history);
  return uses
    .flatMap((each) => {
      const container = history.container(each.container);
      const party = container && partyOf(container);
      if (!container || party?.job == null || isRunnersOwn(container)) return [];
      if (isLeftAlone(each, history) || isHandedOut(each) || history.identity(container).sharedByDesign)
        return [];
      return [{ use: each, container, party: { ...party, job: party.job } }];
    })
    .sort((a, b) => (a.use.from === b.use.from ? a.use.id - b.use.id : a.use.from < b.use.from ? -1 : 1));
};

/** Several paths that hold one another are one subject, named by the outermost. */
export const rootOf = (use: MountUse, sharers: readonly Sharer[]): string =>
  sharers
    .map((each) => each.use.source)
    .filter((source) => use.kind === 'path' && isWithin(use.source, source))
    .reduce((outer, source) => (source.length < outer.length ? source : outer), use.source);
