import { type Exec, type Party, weakest } from '../domain';
import type { History } from './history';

/** Who ran a command. `key` tells two of them apart, also when nobody knows whose they are. */
export interface Who {
  readonly key: string;
  /** Undefined: a container of nobody known, which cannot be accused. */
  readonly party: Party | undefined;
}

const longestTold = 5;

/** The command as people type it, with at most five of its targets; a call as it was made. */
export const commandText = ({ verb, targets, tags, name, force, image, call }: Exec): string => {
  if (call) return `${call.method} ${call.path}${call.query === '' ? '' : `?${call.query}`}`;
  const told = targets.slice(0, longestTold);
  const more = targets.length > told.length ? [`… (${targets.length} in all)`] : [];
  const named = name === null ? [] : verb === 'rename' ? [name] : ['--name', name];
  const made = verb === 'build' ? tags.flatMap((tag) => ['-t', tag]) : tags;
  return [
    'docker',
    verb,
    ...(force ? ['-f'] : []),
    ...named,
    ...(image === null ? [] : [image]),
    ...told,
    ...more,
    ...made.slice(0, longestTold),
  ].join(' ');
};

const did = ({ call }: Exec): string => (call ? 'called' : 'ran');

/** What a reference to its row looks like. */
export const refOfExec = ({ id, call }: Exec): string => `${call ? 'call' : 'exec'}:${id}`;

const inContainer = (exec: Exec, id: string, history: History): Who => {
  const container = history.containerByEngineId(id);
  if (!container) return { key: `container:${id}`, party: undefined };
  const { job, system, confidence, because } = container.owner;
  const by = `${container.name} ${did(exec)} ${commandText(exec)}`;
  if (job === null && (container.systemActor !== null || system !== null))
    return {
      key: `system:${id}`,
      party: {
        job: null,
        system: container.systemActor ?? system,
        container: container.name,
        confidence: 'certain',
        because: [by],
      },
    };
  if (job === null || confidence === null || confidence === 'possible')
    return { key: `container:${id}`, party: undefined };
  return {
    key: `job:${job}`,
    party: { job, system: null, container: container.name, confidence, because: [by, ...because] },
  };
};

const onHost = (exec: Exec, because: string, history: History): Who => {
  const runner = history.identifier.runnerOf(exec.exe);
  const system = runner === undefined ? 'host' : 'runner-agent';
  return {
    key: runner === undefined ? 'host' : `system:${runner}`,
    party: { job: null, system, container: null, confidence: 'certain', because: [because] },
  };
};

/** The job of the process, its runner, or the host itself: its administrator, a cron job, a service. */
export const callerOf = (exec: Exec, history: History): Who => {
  if (exec.call?.callerKnown === false) return { key: `process:${exec.pid}`, party: undefined };
  if (exec.containerId !== null) return inContainer(exec, exec.containerId, history);
  const process = `process ${exec.pid} of uid ${exec.uid} on the host ${did(exec)} ${commandText(exec)}`;
  if (exec.job === null) return onHost(exec, process, history);
  const because = exec.olderThanJob ? [process, 'the process is older than the job'] : [process];
  const confidence = weakest('certain', exec.olderThanJob ? 'likely' : 'certain');
  return {
    key: `job:${exec.job}`,
    party: { job: exec.job, system: null, container: null, confidence, because },
  };
};
