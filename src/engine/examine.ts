import type { ContainerSnapshot, EngineInfo, Nanos } from '../domain';
import type { EngineClient } from './client';
import type { Keep } from './keep';
import { replay } from './stream';
import { usualTiming } from './timing';

/** What `crosstalk doctor` asks of an engine. */
export interface Examination {
  readonly engine: EngineInfo;
  readonly cgroups: { readonly version: number | undefined; readonly driver: string };
  /** What the engine remembers of its events: how many, and the time of the oldest. */
  readonly ring: { readonly events: number; readonly oldestAt: Nanos | undefined };
  readonly containers: readonly ContainerSnapshot[];
}

export const examine = async (
  client: EngineClient,
  keepLabel: Keep['keepLabel'],
  now: Nanos,
): Promise<Examination> => {
  const engine = await client.info();
  const [cgroups, ring, { containers }] = await Promise.all([
    client.cgroups(),
    replay({ client, keepLabel, timing: usualTiming }, 0n, now),
    client.listAll(),
  ]);
  return { engine, cgroups, ring: { events: ring.lines, oldestAt: ring.events[0]?.time }, containers };
};
