import type { ContainerSnapshot, Gap, Inspection, Nanos, Observation, Scan } from '../domain';

type Shift = <T extends Nanos | undefined | null>(at: T) => T;

const created = <T extends { readonly createdAt?: Nanos }>(found: T, by: Shift): T =>
  found.createdAt === undefined ? found : { ...found, createdAt: by(found.createdAt) };

const shiftContainer = (found: ContainerSnapshot, by: Shift): ContainerSnapshot => {
  const { details } = found;
  if (!details) return created(found, by);
  return {
    ...created(found, by),
    details: {
      ...details,
      ...(details.startedAt !== undefined && { startedAt: by(details.startedAt) }),
      ...(details.finishedAt !== undefined && { finishedAt: by(details.finishedAt) }),
    },
  };
};

const shiftInspection = (inspection: Inspection, by: Shift): Inspection => {
  switch (inspection.type) {
    case 'container':
      return { type: 'container', found: shiftContainer(inspection.found, by) };
    case 'volume':
      return { type: 'volume', found: created(inspection.found, by) };
    case 'network':
      return { type: 'network', found: created(inspection.found, by) };
    case 'image':
      return { type: 'image', found: created(inspection.found, by) };
  }
};

const shiftScan = (scan: Scan, by: Shift): Scan => ({
  from: by(scan.from),
  containers: scan.containers.map((found) => shiftContainer(found, by)),
  volumes: scan.volumes.map((found) => created(found, by)),
  networks: scan.networks.map((found) => created(found, by)),
  images: scan.images.map((found) => created(found, by)),
});

const shiftGap = (gap: Gap, by: Shift): Gap => ({ ...gap, from: by(gap.from), to: by(gap.to) });

/** The same observation `offset` nanoseconds later, in every time that it holds. */
export const shiftTimes = (observation: Observation, offset: Nanos): Observation => {
  const by: Shift = <T extends Nanos | undefined | null>(at: T): T =>
    (typeof at === 'bigint' ? at + offset : at) as T;
  const at = by(observation.at);
  switch (observation.k) {
    case 'event':
      return { ...observation, at, event: { ...observation.event, time: by(observation.event.time) } };
    case 'inspect':
      return { ...observation, at, inspection: shiftInspection(observation.inspection, by) };
    case 'scan':
      return { ...observation, at, scan: shiftScan(observation.scan, by) };
    case 'gap':
      return { ...observation, at, gap: shiftGap(observation.gap, by) };
    case 'exec.begin':
      return { ...observation, at, exec: { ...observation.exec, at: by(observation.exec.at) } };
    case 'exec.end':
      return { ...observation, at, end: { ...observation.end, at: by(observation.end.at) } };
    case 'exit':
      return { ...observation, at, exit: { ...observation.exit, at: by(observation.exit.at) } };
    case 'watermark':
      return { ...observation, at, through: by(observation.through) };
    default:
      return { ...observation, at };
  }
};

/** Every observation, moved in time by one offset so that the last event of the whole is at `end`. */
export async function* endingAt(
  observations: () => AsyncIterable<Observation>,
  end: Nanos,
): AsyncGenerator<Observation> {
  let last: Nanos | undefined;
  for await (const observation of observations())
    if (observation.k === 'event' && (last === undefined || observation.event.time > last))
      last = observation.event.time;
  const offset = last === undefined ? 0n : end - last;
  for await (const observation of observations()) yield shiftTimes(observation, offset);
}
