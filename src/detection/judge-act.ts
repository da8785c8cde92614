import {
  type Act,
  type Confidence,
  type Container,
  type Evidence,
  type Exec,
  type Party,
  weakest,
} from '../domain';
import { isRunning } from '../world/jobs';
import { byEngine, canBeDetached, endedAfterItsJob, ownReaper, runnersOrder } from './innocent';
import type { History } from './history';
import { evidenceOf } from './by-command';
import { callerOf, commandText } from './caller';
import type { Commanded } from './candidates';
import { alsoBy, commandedBy, pruning } from './commands';
import { partyOf } from './party';
import { onlyCame, takerOf } from './taker';
import { actsNear, atOnce, canHarm, isHarmful, spanMs, windowOf } from './window';

/** Who is behind an act on a container, as far as the evidence goes. */
export type Blame =
  | { readonly by: 'nothing' }
  | {
      readonly by: 'engine' | 'runner-teardown' | 'reaper' | 'own' | 'late';
      readonly confidence: Confidence;
      readonly text: string;
    }
  | {
      readonly by: 'foreign';
      readonly confidence: Confidence;
      readonly actor: Party | undefined;
      readonly text: string;
      readonly evidence: readonly Evidence[];
      readonly window: readonly Act[];
      /** The command that did it, where one was seen. */
      readonly exec?: Exec;
    }
  | { readonly by: 'unknown'; readonly text: string };

const signalsText = (act: Act): string =>
  act.signals.length === 0 ? '' : ` with signal ${act.signals.join(', then ')}`;

const told = (act: Act): string =>
  act.verb === 'rename' || act.verb === 'pause'
    ? `${act.verb}d`
    : act.verb === 'remove' && act.signals.length === 0
      ? 'removed'
      : `ended through the engine${signalsText(act)}`;

/** Candidates of a window: what was done to running containers of other jobs and is nobody's ordinary business. */
const suspicious = (
  act: Act,
  history: History,
): { act: Act; container: Container; party: Party } | undefined => {
  const container = history.container(act.container);
  const party = container && partyOf(container);
  if (!container || !party) return undefined;
  const innocent =
    byEngine(act, history) ??
    endedAfterItsJob(act, container, history) ??
    runnersOrder(act, container, history) ??
    ownReaper(act, container, history);
  return innocent ? undefined : { act, container, party };
};

const takeover = (act: Act, container: Container, party: Party, history: History): Blame | undefined => {
  const found = takerOf(act, container, history);
  if (!found) return undefined;
  const actor = partyOf(found.taker);
  if (!actor) return undefined;
  if (actor.job === party.job)
    return {
      by: 'own',
      confidence: 'likely',
      text: `${told(act)}; its own job took the name ${found.use.name} again`,
    };
  const window = windowOf(act, history);
  // Somebody else's removals near by could be what freed the name; those of the two jobs themselves are one command.
  const strangers = actsNear(act, history).some((other) => {
    const job = history.container(other.container)?.owner.job;
    return job !== party.job && job !== actor.job;
  });
  if (strangers) return undefined;
  const delay = Number((found.taker.createdAt - (found.use.to ?? act.lastAt)) / 1_000_000n);
  return {
    by: 'foreign',
    confidence: 'likely',
    actor: {
      ...actor,
      confidence: 'likely',
      because: [`took the name ${found.use.name} ${delay} ms after it was lost`, ...actor.because],
    },
    text: `${told(act)}; ${found.use.name} was taken ${delay} ms later`,
    evidence: [
      {
        at: found.taker.createdAt,
        source: 'event',
        text: `container ${found.use.name} created again, ${delay} ms after the name was lost`,
        ref: null,
      },
    ],
    window,
  };
};

/** Without any command that fits: who took the name. */
const takenUnseen = (act: Act, container: Container, party: Party, history: History): Blame | undefined =>
  onlyCame(act, container, history) ? undefined : takeover(act, container, party, history);

/**
 * Running containers of two jobs or more ended within a second. A job's own clean-up cannot look like this when
 * containers that runners made are hit, or when nothing at all is left running.
 */
const sweep = (act: Act, history: History): Blame | undefined => {
  const window = windowOf(act, history).filter((other) => other.verb !== 'rename');
  const hit = atOnce(window.flatMap((other) => suspicious(other, history) ?? []));
  const jobs = new Set(hit.map((each) => each.party.job));
  if (jobs.size < 2 || !hit.some((each) => each.act === act)) return undefined;
  const runnerMade = new Set(
    hit
      .filter(({ container }) => container.preset !== null && container.part !== null)
      .map((each) => each.party.job),
  );
  const nothingLeft = !history.runningContainers().some((container) => container.createdAt < act.at);
  const self = history.container(act.container)!;
  if (!runnerMade.has(self.owner.job) && !nothingLeft) return undefined;
  if (runnerMade.size < 2 && !nothingLeft) return undefined;
  const span = spanMs(hit.map((each) => each.act));
  return {
    by: 'foreign',
    confidence: runnerMade.size >= 2 ? 'likely' : 'possible',
    actor: undefined,
    text: `${told(act)} in one sweep over ${hit.length} containers of ${jobs.size} jobs within ${span} ms`,
    evidence: [],
    window: hit.map((each) => each.act),
  };
};

/** A GitLab runner detaches before it kills; what it made itself and somebody kills the other way round was not the runner. */
const againstOrder = (act: Act, container: Container, party: Party, history: History): Blame | undefined => {
  if (container.preset === null || container.part === null || act.signals[0] !== 9 || act.detachedBefore)
    return undefined;
  if (!history.identifier.teardown(container.preset).detachesFirst) return undefined;
  if (!history.identifier.isGeneratedName(container.name) || !canBeDetached(container)) return undefined;
  // Alone on the host, the job itself is as likely as anybody.
  if (!history.jobsAliveAt(act.at).some((job) => job.id !== party.job)) return undefined;
  return {
    by: 'foreign',
    confidence: 'likely',
    actor: undefined,
    text: `${told(act)} while still on its networks; its runner detaches a container before it kills it, so this was not the runner`,
    evidence: [],
    window: [act],
  };
};

const blamed = (act: Act, exec: Exec, party: Party, confidence: Confidence, history: History): Blame => {
  const where = party.container === null ? '' : `, run in ${party.container}`;
  return {
    by: 'foreign',
    confidence,
    actor: { ...party, confidence: weakest(party.confidence, confidence) },
    text: `${told(act)} by \`${commandText(exec)}\`${where}`,
    evidence: evidenceOf(exec, [], history),
    window: alsoBy(act, exec, history),
    exec,
  };
};

/** One caller's command did it. */
const byCommand = (
  act: Act,
  container: Container,
  { exec, who, confidence }: Extract<Commanded, { by: 'one' }>,
  history: History,
): Blame => {
  const actor = who.party;
  const command = `\`${commandText(exec)}\``;
  // What a prune removed is told as that.
  if (pruning.includes(exec.verb)) return { by: 'nothing' };
  if (!actor) return { by: 'unknown', text: `${told(act)} by ${command} of a container of nobody known` };
  const { owner } = container;
  if (actor.job !== null && actor.job === owner.job)
    return {
      by: 'own',
      confidence: weakest(confidence, actor.confidence, owner.confidence ?? 'possible'),
      text: `${told(act)} by its own job: ${command}`,
    };
  // Runners and reapers that use the command line do what they always do.
  if (actor.system === 'runner-agent')
    return { by: 'runner-teardown', confidence, text: `${told(act)} by its runner: ${command}` };
  const late = endedAfterItsJob(act, container, history);
  const stopped = act.signals.length === 0 && act.verb === 'remove';
  const ordinary =
    actor.job === null
      ? (runnersOrder(act, container, history) ?? ownReaper(act, container, history) ?? late)
      : stopped
        ? late
        : undefined;
  if (ordinary) return ordinary;
  const victim = partyOf(container);
  if (!victim)
    return { by: 'unknown', text: `${told(act)} by ${command}; whose the container was is not known` };
  return blamed(act, exec, actor, confidence, history);
};

/** Several fit, and what happened next may tell which of them it was. */
const amongSeveral = (
  execs: readonly Exec[],
  found: Blame | undefined,
  unknown: Extract<Blame, { by: 'unknown' }>,
  history: History,
): Blame => {
  const callers = new Set(execs.map((exec) => callerOf(exec, history).party?.job));
  if (found?.by === 'foreign' && callers.has(found.actor?.job)) return found;
  const told = [...new Set(execs.map((exec) => `\`${commandText(exec)}\``))].slice(0, 5).join(', ');
  return { by: 'unknown', text: `${unknown.text}: ${execs.length} commands fit (${told})` };
};

/** Whether it can be judged now: it is due, or a command was seen that leaves nothing open. */
export const isJudgeable = (act: Act, history: History): boolean => {
  if (act.dueAt === null) return true;
  const container = history.container(act.container);
  if (!container || !canHarm(act)) return false;
  const found = commandedBy(act, container, history);
  return found.by === 'one' && found.decided;
};

/** Every question of docs/attribution.md in its order; only what survives all of them is called foreign. */
export const judgeAct = (act: Act, history: History): Blame => {
  const container = history.container(act.container);
  if (!container) return { by: 'nothing' };
  const commanded = canHarm(act) ? commandedBy(act, container, history) : undefined;
  if (commanded?.by === 'one') return byCommand(act, container, commanded, history);
  if (!isHarmful(act)) return { by: 'nothing' };
  const innocent =
    byEngine(act, history) ??
    runnersOrder(act, container, history) ??
    ownReaper(act, container, history) ??
    endedAfterItsJob(act, container, history);
  if (innocent) return innocent;
  const party = partyOf(container);
  const unknown: Blame = { by: 'unknown', text: `${told(act)}; events do not tell by whom` };
  if (!party) return unknown;
  if (commanded?.by === 'several')
    return amongSeveral(commanded.execs, takeover(act, container, party, history), unknown, history);
  return (
    takenUnseen(act, container, party, history) ??
    fromSweep(act, party, history) ??
    againstOrder(act, container, party, history) ??
    unknown
  );
};

/** In a sweep, one victim's name that was taken over tells who swept; then its own containers are its own doing. */
const fromSweep = (act: Act, party: Party, history: History): Blame | undefined => {
  const found = sweep(act, history);
  if (found?.by !== 'foreign') return undefined;
  for (const other of found.window) {
    const container = history.container(other.container);
    const victim = container && partyOf(container);
    const known = victim && other !== act ? takenUnseen(other, container, victim, history) : undefined;
    if (known?.by !== 'foreign' || !known.actor) continue;
    if (known.actor.job === party.job)
      return {
        by: 'own',
        confidence: 'likely',
        text: `${told(act)} in the same sweep that freed a name its own job then took`,
      };
    const { actor, evidence } = known;
    return { ...found, confidence: 'likely', actor, evidence, text: `${found.text}; ${actor.because[0]}` };
  }
  return { ...found, text: `${found.text}; who ran it, one of these jobs or the host, events do not tell` };
};

/** An engine that shuts down stops everything that runs; whether it was that shows only when its stream breaks. */
export const mayBeShutdown = (act: Act, history: History): boolean =>
  act.signals.length > 0 &&
  act.signals[0] !== 9 &&
  !history.runningContainers().some((each) => isRunning(each) && each.createdAt < act.at);
