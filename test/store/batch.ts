import type { Changes } from '../../src/domain';
import { at, changes, container, death, event, finding, job, owned, party } from './rows';

export const eventsPerBatch = 40;

/** The `number`th batch of a story in which each adds a job, its container, 40 events, a death and a finding. */
export const batch = (number: number): Changes => {
  const first = (number - 1) * eventsPerBatch;
  return changes({
    clock: at(number),
    jobs: [job(number, { startedAt: at(number) })],
    containers: [container(number, { owner: owned(number) })],
    deaths: [death(number, number, { at: at(number) })],
    findings: [finding(number, { victims: [party(number)] })],
    events: Array.from({ length: eventsPerBatch }, (_, index) =>
      event(first + index + 1, { time: at(number) + BigInt(index) }, { resource: number, job: number }),
    ),
  });
};
