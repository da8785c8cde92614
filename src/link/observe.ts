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

const gapOf = ({ reason, count, from, to }: Lost): Gap => ({
  source: 'execs',
  from,
  to,
  reason,
  missing: missingWords[reason]?.(count) ?? howMany(count, 'command'),
  ...(count !== null && { count }),
});

/** What a witness tells, as the pipeline takes it. */
export const observationOf = (told: Sent, at: Nanos): Observation => {
  switch (told.k) {
    case 'exec.begin':
      return { k: 'exec.begin', at, exec: told.exec };
    case 'exec.end':
      return { k: 'exec.end', at, end: told.end };
    case 'exit':
      return { k: 'exit', at, exit: told.exit };
    case 'call.begin':
      return { k: 'call.begin', at, call: told.call };
    case 'call.end':
      return { k: 'call.end', at, end: told.end };
    case 'lost':
      return { k: 'gap', at, gap: gapOf(told) };
  }
};
