import type { Effect, Evidence, Exec, Party, ResourceRef } from '../domain';
import { callerOf, commandText, refOfExec } from './caller';
import type { History } from './history';

/** The job or system actor that ran it, when that can be told: with the confidence of the match. */
export const actorOf = (exec: Exec, history: History): Party | undefined => callerOf(exec, history).party;

/** `gitlab:102`, `host`: a party in a title. */
export const nameOf = ({ job, system }: Party, history: History): string =>
  (job === null ? system : history.job(job)?.key) ?? 'somebody';

/** `docker exec db`, in backquotes. */
export const quoted = (exec: Exec): string => `\`${commandText(exec)}\``;

/** The command, and what the engine told of it. */
export const evidenceOf = (exec: Exec, effects: readonly Effect[], history: History): Evidence[] => {
  const actor = actorOf(exec, history);
  const command = actor?.because[0] ?? `${commandText(exec)} was ${exec.call ? 'called' : 'run'}`;
  return [
    { at: exec.at, source: exec.call ? 'call' : 'exec', text: command, ref: refOfExec(exec) },
    ...effects.slice(0, 50).map(({ at, type, action, name, id }) => ({
      at,
      source: 'event' as const,
      text: `${type} ${name}: ${action}`,
      ref: `event:${id}`,
    })),
  ];
};

/** What an effect touched, for `affected`. */
export const touched = ({ type, engineId, name }: Effect): ResourceRef => ({
  type: type as ResourceRef['type'],
  id: engineId,
  name,
});
