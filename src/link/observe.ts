import type { Gap, GapReason, Nanos, Observation } from '../domain';
import type { Lost, Sent } from './told';

const howMany = (count: number | null, what: string): string =>
  count === null ? `an unknown number of ${what}s` : `${count} ${what}${count === 1 ? '' : 's'}`;

const missingWords: Readonly<Partial<Record<GapReason, (count: number | null) => string>>> = {
  'exec-overflow': (count) =>
    `${howMany(count, 'command')}: the kernel told of processes faster than they were read`,
  'exec-vanished': (count) =>
    `${howMany(count, 'docker command')} whose process had ended before it could be looked at`,
  'buffer-overflow': (count) =>
    `${howMany(count, 'line')} of the witness, which waited for the daemon longer than there was room`,
};

const gapOf = ({ reason, count, from, to }: Lost, source: Gap['source']): Gap => ({
  source,
  from,
  to,
  reason,
  missing: missingWords[reason]?.(count) ?? howMany(count, 'command'),
  ...(count !== null && { count }),
});

/** Lines of both sources go through one buffer: each has its own gap. */
const gapsOf = (lost: Lost): Gap[] => {
  const { calls = 0, count } = lost;
  const others = count === null ? null : count - calls;
  return [
    ...(others === 0 ? [] : [gapOf({ ...lost, count: others }, 'execs')]),
    ...(calls === 0 ? [] : [gapOf({ ...lost, count: calls }, 'calls')]),
  ];
};

/** What a witness tells, as the pipeline takes it. */
export const observationsOf = (told: Sent, at: Nanos): Observation[] => {
  switch (told.k) {
    case 'exec.begin':
      return [{ k: 'exec.begin', at, exec: told.exec }];
    case 'exec.end':
      return [{ k: 'exec.end', at, end: told.end }];
    case 'exit':
      return [{ k: 'exit', at, exit: told.exit }];
    case 'call.begin':
      return [{ k: 'call.begin', at, call: told.call }];
    case 'call.end':
      return [{ k: 'call.end', at, end: told.end }];
    case 'lost':
      return gapsOf(told).map((gap) => ({ k: 'gap', at, gap }));
  }
};
