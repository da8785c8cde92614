import { createSummary } from '../../src/app/summarise';
import { changes, event, exec, finding, gap } from '../store/rows';

test('a command is counted when it is new, not again when it ends', () => {
  const summarise = createSummary(3);
  const verbs = (...execs: ReturnType<typeof exec>[]): readonly string[] =>
    summarise(changes({ execs }), 1, 0).execs;
  expect(verbs(exec(3, { verb: 'run' }), exec(5, { verb: 'kill' }), exec(4))).toEqual(['kill', 'rm']);
  expect(verbs(exec(4), exec(5, { verb: 'kill' }), exec(6, { verb: 'volume rm' }))).toEqual(['volume rm']);
  expect(verbs()).toEqual([]);
});

test('what else a commit held', () => {
  expect(
    createSummary(0)(
      changes({ events: [event(1)], findings: [finding(1), finding(2, { revision: 2 })], gaps: [gap(1)] }),
      7,
      0.5,
    ),
  ).toEqual({
    commit: 7,
    events: [['container', 'start']],
    execs: [],
    calls: [],
    newFindings: [{ kind: 'foreign-kill', severity: 'critical', confidence: 'likely' }],
    gapReasons: ['stream-break'],
    seconds: 0.5,
    lastEventTime: event(1).event.time,
  });
});
