import type { Confidence } from '../domain';
import type { Claim, Group, Identity } from './identity';

/** An owner by job key, before the key has become a job. */
export interface Ownership {
  readonly key: string | null;
  readonly system: string | null;
  readonly confidence: Confidence | null;
  readonly because: readonly string[];
  /** 1 to 8 as in docs/attribution.md, 0 for none. */
  readonly level: number;
}

/** What a command that the kernel saw says: a process of that job made it. */
export interface Maker {
  readonly key: string;
  readonly confidence: Confidence;
  readonly because: string;
}

/** What relatives of a resource say. Only owners known by level 2 or better are handed on, so that guesses do not breed. */
export interface Kin {
  /** Jobs whose commands can have made it; undefined when what was seen then is no longer remembered. */
  makers(): readonly Maker[] | undefined;
  /** Job that owns a container which this one was created referring to, by id or name. */
  ofContainer(reference: string): string | undefined;
  /** Job that owns this network or volume and is the only one that used it. */
  ofNetwork(name: string): string | undefined;
  ofVolume(name: string): string | undefined;
  /** Job whose running build container alone has this host directory mounted. */
  ofHostPath(path: string): string | undefined;
  /** Jobs of the other members of a group. */
  ofGroup(key: string): readonly string[];
  /** Stand-in keys that turned out to be this job. */
  standInsOf(key: string): readonly string[];
  /** Keys of the jobs that run, at most two. */
  jobsAlive(): readonly string[];
}

export interface Relations {
  readonly refersTo: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly hostPaths: readonly string[];
  /** Whether the image's own labels were compared, so that none of the labels can come from it. */
  readonly imageKnown: boolean;
  /** Seen being created just now: only then "the only job alive" says anything. */
  readonly fresh: boolean;
}

const unowned: Ownership = { key: null, system: null, confidence: null, because: [], level: 0 };

const owned = (
  key: string,
  confidence: Confidence,
  level: number,
  because: readonly string[],
): Ownership => ({
  key,
  system: null,
  confidence,
  because,
  level,
});

const sure = (claim: Claim): Confidence =>
  claim.confidence >= 0.9 ? 'certain' : claim.confidence >= 0.7 ? 'likely' : 'possible';

/** Several statements of one level: they agree, or nobody is named and all are kept as reasons. */
const agree = (
  statements: readonly { key: string; confidence: Confidence; because: string }[],
  level: number,
): Ownership | undefined => {
  const first = statements[0];
  if (!first) return undefined;
  const because = [...new Set(statements.map((statement) => statement.because))];
  if (statements.some((statement) => statement.key !== first.key))
    return { ...unowned, because: because.map((reason) => `contradicts: ${reason}`), level };
  return owned(first.key, first.confidence, level, because);
};

const claimed = (identity: Identity, { imageKnown }: Relations): Ownership | undefined => {
  const direct = identity.claims.filter((claim) => claim.evidence !== 'env' && claim.evidence !== 'bind');
  const byRule = direct.map((claim) => {
    const confidence = sure(claim);
    // Labels can come with the image (docker commit, LABEL); until that is excluded they are not proof.
    const unproven = claim.evidence === 'label' && !imageKnown && confidence === 'certain';
    return {
      key: claim.key,
      confidence: unproven ? ('likely' as const) : confidence,
      because: `${claim.because} says ${claim.key}${unproven ? " (the image's own labels are not known)" : ''}`,
    };
  });
  if (byRule.length > 0) return agree(byRule, 2);
  return undefined;
};

/**
 * The id that a member of a group without ids shows in its environment. Legs of a matrix show the same one: what has
 * become the real key of one group cannot be that of another.
 */
const realKey = (identity: Identity, group: Group, kin: Kin): Claim | undefined => {
  const claim = identity.claims.find((each) => each.system === group.system);
  if (!claim || group.syntheticJob === null) return undefined;
  return kin.standInsOf(claim.key).every((key) => key === group.syntheticJob) ? claim : undefined;
};

/** The command that made it was seen. What its labels say otherwise is kept as a reason. */
const made = (identity: Identity, relations: Relations, kin: Kin): Ownership | undefined => {
  const by = agree(kin.makers() ?? [], 1);
  if (!by || by.key === null) return undefined;
  const said = claimed(identity, relations);
  if (said?.key == null || said.key === by.key) return by;
  return { ...by, because: [...by.because, ...said.because.map((reason) => `contradicts: ${reason}`)] };
};

/** A runner's own per-job network or name: an exact group, whose key stands in for the id that nobody shows. */
const grouped = (identity: Identity, kin: Kin): Ownership | undefined => {
  for (const group of identity.groups) {
    if (!group.merges || group.scope !== 'job') continue;
    const members = [...new Set(kin.ofGroup(group.key))];
    const real = realKey(identity, group, kin);
    if (real && members.every((key) => key === group.syntheticJob))
      return owned(real.key, 'likely', 2, [`${real.because} says ${real.key}`, `member of ${group.key}`]);
    const because = [`member of ${group.key}`];
    if (members.length === 1)
      return owned(members[0]!, members[0] === group.syntheticJob ? 'certain' : 'likely', 2, because);
    if (members.length > 1)
      return { ...unowned, because: [`members of ${group.key} disagree: ${members.join(', ')}`], level: 2 };
    if (group.syntheticJob) return owned(group.syntheticJob, 'certain', 2, because);
  }
  return undefined;
};

const related = (
  keys: readonly (readonly [string | undefined, string])[],
  level: number,
): Ownership | undefined =>
  agree(
    keys.flatMap(([key, because]) =>
      key === undefined ? [] : [{ key, confidence: 'likely' as const, because }],
    ),
    level,
  );

const sessions = (identity: Identity, kin: Kin): Ownership | undefined => {
  const statements = identity.groups
    .filter((group) => group.merges && group.scope !== 'job')
    .flatMap((group) =>
      kin.ofGroup(group.key).map((key) => [key, `${group.key} belongs to ${key}`] as const),
    );
  return related(statements, 6);
};

/**
 * Who a container, volume or network belongs to. The strongest level that says anything decides; a contradiction within
 * it names nobody and keeps both reasons.
 */
export const resolveOwner = (identity: Identity, relations: Relations, kin: Kin): Ownership => {
  const actor = identity.systemActor;
  if (actor?.owner === 'host')
    return {
      key: null,
      system: actor.id,
      confidence: 'certain',
      because: [`recognised as ${actor.actor}`],
      level: 2,
    };
  return (
    made(identity, relations, kin) ??
    claimed(identity, relations) ??
    grouped(identity, kin) ??
    related(
      relations.refersTo.map(
        (ref) => [kin.ofContainer(ref), `created referring to container ${ref}`] as const,
      ),
      3,
    ) ??
    related(
      [
        ...relations.networks.map((name) => [kin.ofNetwork(name), `created on network ${name}`] as const),
        ...relations.volumes.map((name) => [kin.ofVolume(name), `created with volume ${name}`] as const),
      ],
      4,
    ) ??
    related(
      [
        ...identity.claims
          .filter((claim) => claim.evidence === 'env' || claim.evidence === 'bind')
          .map((claim) => [claim.key, `${claim.because} says ${claim.key}`] as const),
        ...relations.hostPaths.map(
          (path) => [kin.ofHostPath(path), `mounts ${path} of its build container`] as const,
        ),
      ],
      5,
    ) ??
    sessions(identity, kin) ??
    onlyJobAlive(relations, kin) ??
    unowned
  );
};

const onlyJobAlive = ({ fresh }: Relations, kin: Kin): Ownership | undefined => {
  const alive = fresh ? kin.jobsAlive() : [];
  return alive.length === 1
    ? owned(alive[0]!, 'possible', 8, ['the only job that ran when it was created'])
    : undefined;
};
