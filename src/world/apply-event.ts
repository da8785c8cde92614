import { type EngineEvent, type EventRow, eventIdentity, identityWindow } from '../domain';
import { applyContainerEvent } from './container-events';
import type { Context } from './context';
import { keepEffect } from './effects';
import { applyImageEvent, applyNetworkEvent, applyVolumeEvent } from './other-events';

const knownTypes = new Set(['container', 'volume', 'network', 'image', 'builder', 'daemon', 'plugin']);

/** Remembers what was handled lately: a resumed stream repeats its last part. */
export const createSeen = (recent: readonly string[]) => {
  const seen = new Map<string, bigint>();
  for (const identity of recent) seen.set(identity, BigInt(identity.slice(0, identity.indexOf(' '))));
  let next = 4096;
  return {
    /** True the first time. */
    first(event: EngineEvent, lastEventTime: bigint): boolean {
      const identity = eventIdentity(event);
      if (seen.has(identity)) return false;
      seen.set(identity, event.time);
      if (seen.size >= next) {
        for (const [old, time] of seen) if (time < lastEventTime - identityWindow) seen.delete(old);
        next = Math.max(4096, seen.size * 2);
      }
      return true;
    },
  };
};

const applyByType = (context: Context, event: EngineEvent, row: number) => {
  switch (event.type) {
    case 'container':
      return applyContainerEvent(context, event, row);
    case 'volume':
      return applyVolumeEvent(context, event);
    case 'network':
      return applyNetworkEvent(context, event);
    case 'image':
      return applyImageEvent(context, event);
    default:
      return undefined;
  }
};

/** Takes an event into the world and keeps its row. */
export const applyEvent = (context: Context, event: EngineEvent): void => {
  const { world } = context;
  const id = ++world.lastIds.event;
  if (event.time > world.lastEventTime) world.lastEventTime = event.time;
  if (!knownTypes.has(event.type)) world.changes.unknownKinds++;
  const resource = applyByType(context, event, id);
  const other = event.container === undefined ? undefined : world.containersByEngineId.get(event.container);
  const row: EventRow = {
    id,
    event,
    resource: resource?.id ?? null,
    other: other?.id ?? null,
    job: resource?.owner.job ?? other?.owner.job ?? null,
  };
  world.changes.events.push(row);
  keepEffect(context, event, row);
};
