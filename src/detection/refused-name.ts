import { type Exec, MINUTE, type NameUse, type Party, type ResourceRef, weakest } from '../domain';
import { perJob } from './advice';
import { actorOf, evidenceOf, nameOf, quoted } from './by-command';
import { refOfExec } from './caller';
import type { Judgement, Proposal } from './detector';
import type { History } from './history';
import { partyOf, refOf } from './party';

/** What a command asked for: a name that the engine has only once. */
interface Asked {
  readonly type: 'container' | 'network';
  readonly name: string;
  /** How the client ends when the engine refused; other codes of `run` are those of the program. */
  readonly codes: 'any' | 125;
}

const askedFor = ({ verb, name, targets }: Exec): Asked | undefined => {
  // `--name /db` is `db` to the engine.
  const container = name?.replace(/^\//, '');
  if (verb === 'run') return container ? { type: 'container', name: container, codes: 125 } : undefined;
  if (verb === 'create' || verb === 'rename')
    return container ? { type: 'container', name: container, codes: 'any' } : undefined;
  const [network] = targets;
  return verb === 'network create' && network ? { type: 'network', name: network, codes: 'any' } : undefined;
};

/** The engine's and Podman's words for it; a 409 has other reasons too. */
const taken = /already (in use|exists)/;
/** The id of the container that has it. */
const namedHolder = /already in use by (?:container )?"?([0-9a-f]{64})/;

/** It ended by itself, and said that it failed; a call says of what it was refused. */
const failed = ({ code, signal, call }: Exec, { codes }: Asked): boolean =>
  call !== null
    ? call.status === 409 && taken.test(call.message ?? '')
    : signal === null && code !== null && code > 0 && code < 128 && (codes === 'any' || code === codes);

/** The engine looks for what is to be renamed before it looks at the new name. */
const existed = ({ verb, targets, at }: Exec, history: History): boolean => {
  const [target = ''] = targets;
  return (
    verb !== 'rename' ||
    /^[0-9a-f]{4,64}$/.test(target) ||
    history
      .holders('container', target.replace(/^\//, ''))
      .some((use) => use.from <= at && (use.to === null || use.to >= at))
  );
};

const eventsMissing = ({ at, endAt }: Exec, history: History): boolean =>
  history
    .gaps()
    .some(
      ({ source, reason, from, to }) =>
        source === 'events' &&
        reason !== 'start' &&
        (from === null || from <= endAt!) &&
        (to === null || to >= at),
    );

/** Who had the name from before the command until it ended; undefined when the name was free, or was made meanwhile. */
const holderOf = (exec: Exec, { type, name }: Asked, history: History): NameUse | undefined => {
  const uses = history.holders(type, name);
  const id = namedHolder.exec(exec.call?.message ?? '')?.[1];
  if (id !== undefined) {
    const holder = history.containerByEngineId(id);
    return uses.findLast((use) => use.resource === holder?.id);
  }
  const made = uses.some(
    (use) =>
      use.from >= exec.at && history.execsAlive([exec.verb], use.from).some((other) => other.id === exec.id),
  );
  return made
    ? undefined
    : uses.findLast((use) => use.from < exec.at && (use.to === null || use.to >= exec.endAt!));
};

interface Holder {
  readonly party: Party;
  readonly ref: ResourceRef;
}

const holding = (use: NameUse, history: History): Holder | undefined => {
  if (use.type === 'container') {
    const container = history.container(use.resource);
    const party = container && partyOf(container);
    return party && { party, ref: { ...refOf(container), name: use.name } };
  }
  const network = history.network(use.resource);
  const { job = null, system = null, confidence = null, because = [] } = network?.owner ?? {};
  if (!network || job === null || confidence === null || confidence === 'possible') return undefined;
  return {
    party: { job, system, container: null, confidence, because },
    ref: { type: 'network', id: network.engineId, name: network.name },
  };
};

const propose = (
  exec: Exec,
  victim: Party,
  { use, party, ref }: Holder & { readonly use: NameUse },
  history: History,
): Proposal => {
  const refused = nameOf(victim, history);
  const owner = nameOf(party, history);
  const job = history.job(party.job!);
  const ended = job?.endedAt != null && job.endedAt <= exec.endAt!;
  // The engine's own refusal, or a command that failed while the name was held.
  const evidence = exec.call ? 'certain' : 'likely';
  const confidence = weakest(victim.confidence, party.confidence, evidence);
  const ending = exec.call ? `was answered ${exec.call.status}` : `ended with exit code ${exec.code}`;
  return {
    variant: 'refused',
    severity: 'warning',
    confidence,
    title: `${refused} was refused the name ${use.name}, which ${ended ? `a leftover of ${owner}` : owner} holds`,
    summary: `${quoted(exec)} of ${refused} ${ending} and made nothing, while ${use.type} ${use.name} belonged to ${owner}${
      ended ? ', a job that had ended or been cancelled and left it behind' : ', which ran at the same time'
    }. A script that goes on works with the other job's ${use.type}.`,
    advice: perJob(
      history.job(victim.job!),
      use.type === 'network'
        ? `Make a network for each job: docker network create ${use.name}-$ID.`
        : `Give the container a name of its own (--name ${use.name}-$ID), or none at all and reach it by network alias; let the script stop when that fails.`,
    ),
    victims: [victim],
    actors: [{ ...party, confidence: weakest(party.confidence, evidence) }],
    resource: ref,
    affected: [ref],
    evidence: [
      ...evidenceOf(exec, [], history),
      { at: use.from, source: 'event', text: `${use.type} ${use.name} is of ${owner} since`, ref: null },
      {
        at: exec.endAt!,
        source: exec.call ? 'call' : 'exec',
        text: exec.call?.message ?? `it ${ending}`,
        ref: refOfExec(exec),
      },
    ],
    act: null,
  };
};

/** A command wanted a name that a container or network of another job held, failed, and made nothing. */
export const refusedName = (exec: Exec, history: History): Judgement | undefined => {
  const asked = askedFor(exec);
  // What is long over was judged with all that was known then.
  if (!asked || exec.endAt === null || history.now() - exec.endAt > MINUTE) return undefined;
  const subject = `exec:${exec.key}`;
  const nothing = { subject, proposals: [] };
  // Without an event of the engine, only a command that is known to be for it says anything.
  if (exec.engine !== 'this' || !failed(exec, asked)) return nothing;
  if (exec.call === null && (history.isToldByCalls(exec) || !existed(exec, history))) return nothing;
  const victim = actorOf(exec, history);
  if (!victim || victim.job === null) return nothing;
  if (exec.call === null && eventsMissing(exec, history)) return nothing;
  const use = holderOf(exec, asked, history);
  const holder = use && holding(use, history);
  if (!holder || holder.party.job === victim.job) return nothing;
  return { subject, proposals: [propose(exec, victim, { ...holder, use }, history)] };
};
