import {
  type Act,
  type Cause,
  type Confidence,
  type Container,
  type Death,
  MILLISECOND,
  type Nanos,
  SECOND,
} from '../domain';
import type { Fact } from '../world/fact';
import type { History } from './history';
import { type Blame, isJudgeable, judgeAct } from './judge-act';

interface Explanation {
  readonly cause: Cause;
  readonly confidence: Confidence;
  readonly text: string;
}

/** What an engine that starts again ends, it ends within this time. */
const aftermath: Nanos = 5n * SECOND;
/** A kill that runs inside a container ends it within this time (67-76 ms measured). */
const insideWindow: Nanos = 2n * SECOND;

const causeOf: Record<Exclude<Blame['by'], 'nothing'>, Cause> = {
  engine: 'engine',
  'runner-teardown': 'runner-teardown',
  reaper: 'reaper',
  own: 'own-kill',
  late: 'unexplained',
  foreign: 'foreign-kill',
  unknown: 'unexplained',
};

const duringRestart = ({ at }: Death, history: History): boolean =>
  history
    .gaps()
    .some(
      ({ reason, from, to }) =>
        reason === 'engine-restart' && from !== null && at >= from && (to === null || at <= to + aftermath),
    );

/** What the kernel said of the end of its main process. */
const seenByKernel = (death: Death, container: Container, history: History): Explanation | undefined => {
  const inside = history
    .execsIn(container)
    .find(({ verb, at }) => verb === 'signal' && at <= death.at && death.at - at < insideWindow);
  if (inside && death.exitCode !== 0)
    return {
      cause: 'killed-from-inside',
      confidence: 'likely',
      text: `a kill command ran inside it ${Number((death.at - inside.at) / MILLISECOND)} ms before it ended with exit code ${death.exitCode ?? 'unknown'}`,
    };
  const { exit } = container;
  if (!exit || death.exitCode !== 137 || death.at - exit.at > aftermath || exit.at > death.at)
    return undefined;
  if (exit.signal === 9)
    return {
      cause: 'host',
      confidence: 'likely',
      text: 'killed with signal 9 by a process of the host, not through the engine and not for lack of memory',
    };
  return {
    cause: 'exited',
    confidence: 'certain',
    text: 'ended by itself: its program (or the init of the container) said 137, no signal ended it',
  };
};

const withoutAct = (death: Death, container: Container, history: History): Explanation => {
  if (death.oomKilled && death.exitCode !== 0)
    return {
      cause: 'oom',
      confidence: 'certain',
      text: 'the kernel ended it: out of memory, over its own limit',
    };
  const seen = seenByKernel(death, container, history);
  if (seen) return seen;
  if (death.exitCode !== 0 && duringRestart(death, history))
    return {
      cause: 'unexplained',
      confidence: 'possible',
      text: 'it ended while the engine was being restarted, most likely by that; what happened then was not seen',
    };
  if (death.exitCode === null)
    return {
      cause: 'unexplained',
      confidence: 'possible',
      text: 'it ended while nobody was looking; how is not known',
    };
  if (death.exitCode === 137)
    return {
      cause: 'unexplained',
      confidence: 'possible',
      text: 'exit 137 without a kill through the engine and without running out of memory: a signal 9 from the host, a child of it killed from inside, or the program said 137 itself',
    };
  const oom = death.oomKilled ? '; a child of it had run out of memory' : '';
  return {
    cause: 'exited',
    confidence: 'certain',
    text: `ended by itself with exit code ${death.exitCode}${oom}`,
  };
};

const explain = (death: Death, container: Container, act: Act | undefined, history: History): Explanation => {
  if (!act || (death.oomKilled && death.exitCode === 137)) return withoutAct(death, container, history);
  if (!isJudgeable(act, history))
    return { cause: 'unexplained', confidence: 'possible', text: 'ended through the engine; being judged' };
  const blame = judgeAct(act, history);
  if (blame.by === 'nothing') return withoutAct(death, container, history);
  const confidence = blame.by === 'unknown' ? 'possible' : blame.confidence;
  return { cause: causeOf[blame.by], confidence, text: blame.text };
};

const write = (
  death: Death,
  container: Container,
  act: Act | undefined,
  history: History,
  changed: Set<Death>,
): void => {
  const { cause, confidence, text } = explain(death, container, act, history);
  const finding =
    cause === 'foreign-kill'
      ? history
          .openFindings('foreign-kill')
          .find((each) => each.affected.some((ref) => ref.id === container.engineId))
      : undefined;
  const signal = act?.signals.at(-1) ?? null;
  const next = { cause, confidence, text, signal, finding: finding?.id ?? null };
  if (Object.entries(next).every(([key, value]) => death[key as keyof typeof next] === value)) return;
  Object.assign(death, next);
  changed.add(death);
};

/** Keeps the cause of each death what the evidence says now. */
export const classifyDeath = (
  fact: Extract<Fact, { k: 'death' | 'act' }>,
  history: History,
  changed: Set<Death>,
): void => {
  const container = fact.k === 'death' ? fact.container : history.container(fact.act.container);
  if (!container) return;
  if (fact.k === 'death') {
    const act = fact.death.act === null ? undefined : history.act(fact.death.act);
    return write(fact.death, container, act, history, changed);
  }
  for (const death of history.deathsOf(container))
    if (death.act === fact.act.id) write(death, container, fact.act, history, changed);
};
