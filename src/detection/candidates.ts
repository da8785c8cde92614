import { type Confidence, type Exec, MILLISECOND, type Nanos } from '../domain';
import { isInterrupted } from '../world/execs';
import { callerOf, type Who } from './caller';
import type { History } from './history';

/** What the commands that the kernel saw say of who did something. */
export type Commanded =
  | { readonly by: 'none' }
  | {
      readonly by: 'one';
      readonly exec: Exec;
      readonly who: Who;
      readonly confidence: Confidence;
      /** It names the container, and nothing else that runs can have done it: better evidence cannot come. */
      readonly decided: boolean;
    }
  | { readonly by: 'several'; readonly execs: readonly Exec[] };

/** Ended and said that it failed: with one target, or one tag to make, it did nothing. Of a signalled client nobody knows. */
export const failed = ({ endAt, code, signal, targets, tags, call }: Exec): boolean =>
  endAt !== null &&
  signal === null &&
  code !== null &&
  code !== 0 &&
  code < 128 &&
  (call !== null || targets.length === 1 || tags.length === 1);

/** One of its targets at least it did nothing to, and nobody knows which. */
export const failedInPart = ({ code, targets }: Exec): boolean =>
  code !== null && code !== 0 && code < 128 && targets.length > 1;

/** Their exit code is that of what they ran, not theirs. */
export const ownCode: ReadonlySet<string> = new Set(['exec', 'attach']);

/** What came after the end of a client that was interrupted, the engine may have done for it, or not. */
const isBelated = (exec: Exec, at: Nanos): boolean =>
  exec.endAt !== null && at > exec.endAt && isInterrupted(exec);

/** What two clocks and an answer on its way may differ by. */
const clockSkew: Nanos = 5n * MILLISECOND;

const distinct = (execs: readonly Exec[], history: History): Map<string, { who: Who; exec: Exec }> => {
  const found = new Map<string, { who: Who; exec: Exec }>();
  for (const exec of execs) {
    const who = callerOf(exec, history);
    // Of one caller's commands the first that still fits stands for all.
    if (!found.has(who.key)) found.set(who.key, { who, exec });
  }
  return found;
};

const isAnswered = ({ call, code }: Exec): boolean => call !== null && code === 0;

/**
 * An answered call says that it was done, a command only that it was asked for: where there is one, calls decide. The engine
 * tells of nearly everything before it answers: of two calls, the one that was not over yet goes before.
 */
const decisive = (at: Nanos, execs: readonly Exec[]): readonly Exec[] => {
  if (!execs.some(isAnswered)) return execs;
  const calls = execs.filter(({ call }) => call !== null);
  const during = calls.filter(({ endAt }) => endAt === null || endAt + clockSkew >= at);
  return during.length > 0 ? during : calls;
};

export const judged = (
  at: Nanos,
  asked: readonly Exec[],
  fitting: readonly Exec[],
  history: History,
): Commanded => {
  const named = decisive(at, asked);
  const loose = named.some(isAnswered) ? [] : decisive(at, fitting);
  const all = distinct([...named, ...loose], history);
  if (all.size === 0) return { by: 'none' };
  if (all.size > 1) return { by: 'several', execs: [...named, ...loose] };
  const [{ who, exec }] = [...all.values()] as [{ who: Who; exec: Exec }];
  const doubtful = isBelated(exec, at) || (failedInPart(exec) && !ownCode.has(exec.verb));
  const sure = (named.length > 0 || exec.call !== null) && !doubtful && exec.engine === 'this';
  return { by: 'one', exec, who, confidence: sure ? 'certain' : 'likely', decided: named.length > 0 };
};
