import type { ExecWatchExamination } from '../../app/exec-watch';
import { type Check, broken, messageOf, ok, warning } from './check';

const cost =
  'without it the engine tells what happened but not who asked: actors are inferred, at most likely, or stay open';

/** Ratios are those of 500 commands each that fail at once, on two busy cores. */
const priorities: Readonly<Record<'realtime' | 'nice' | 'normal', Check>> = {
  realtime: ok('priority', 'the reader of execs has real-time priority'),
  nice: warning(
    'priority',
    'the reader of execs has niceness -20, real-time priority was refused: on a busy host a command in some thousands is missed',
    'run the witness on the host, or give its container --cap-add SYS_NICE and, with cgroup v1, --cpu-rt-runtime',
  ),
  normal: warning(
    'priority',
    'the reader of execs has no priority: on a busy host one or two commands in a hundred are missed',
    'run the witness as root, or give it CAP_SYS_NICE',
  ),
};

/** Whether it can be seen who runs docker commands, and if not, what that costs. */
export const checkExecs = async (examine: () => Promise<ExecWatchExamination>): Promise<readonly Check[]> => {
  let execs: ExecWatchExamination;
  try {
    execs = await examine();
  } catch (error) {
    return [warning('execs', `the exec watch could not be tried: ${messageOf(error)}`, cost)];
  }
  switch (execs.state) {
    case 'off':
      return [warning('execs', 'the exec watch is switched off (watch.execs)', cost)];
    case 'missing': {
      const text = `docker commands cannot be seen: ${execs.message}`;
      return [execs.wanted ? broken('execs', text, cost) : warning('execs', text, cost)];
    }
    case 'works':
      return [
        execs.problem === null
          ? ok('execs', 'docker commands are seen with the process that runs them')
          : warning('execs', `docker commands are seen, but: ${execs.problem}`, cost),
        priorities[execs.priority],
      ];
  }
};
