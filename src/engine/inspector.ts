import type { EngineEvent, Inspection, Nanos, Observation, Scan } from '../domain';
import type { EngineClient } from './client';
import { watchFailedStarts } from './failed-starts';
import type { Log } from './log';
import { createTasks } from './tasks';

const concurrency = 8;
const mostWaiting = 10_000;
const mostImages = 10_000;

type Kind = Inspection['type'];

export interface InspectorParts {
  readonly client: EngineClient;
  push(observation: Extract<Observation, { k: 'inspect' | 'inspect-missed' }>): void;
  now(): Nanos;
  readonly failedStartMs: number;
  readonly log: Log;
}

export interface Inspector {
  /** Asks for what the event does not tell. Health checks and other execs ask for nothing. */
  see(event: EngineEvent): void;
  /** Asks for containers that are new or whose state is another than when they were last looked at. */
  scanned(scan: Scan): void;
  /** Inspections may have been lost: the next scan looks at everything again. */
  forget(): void;
  stop(): void;
}

const containerActions: ReadonlySet<string> = new Set(['create', 'start', 'die']);
const imageActions: ReadonlySet<string> = new Set(['tag', 'create', 'load', 'import', 'pull']);

/** Mounts, labels, exact exit codes: what events and lists leave out. */
export const createInspector = ({ client, push, now, failedStartMs, log }: InspectorParts): Inspector => {
  /** Containers that were looked at, with the status they had. */
  const known = new Map<string, { readonly status: string; readonly at: Nanos }>();
  const images = new Set<string>();

  const find = async (type: Kind, id: string): Promise<Inspection | undefined> => {
    switch (type) {
      case 'container': {
        const found = await client.inspectContainer(id);
        return found && { type, found };
      }
      case 'volume': {
        const found = await client.inspectVolume(id);
        return found && { type, found };
      }
      case 'network': {
        const found = await client.inspectNetwork(id);
        return found && { type, found };
      }
      case 'image': {
        const found = await client.inspectImage(id);
        return found && { type, found };
      }
    }
  };

  const meetImage = (id: string): void => {
    images.add(id);
    if (images.size > mostImages) images.delete(images.values().next().value!);
  };

  const run = async (key: string): Promise<void> => {
    const space = key.indexOf(' ');
    const type = key.slice(0, space) as Kind;
    const id = key.slice(space + 1);
    try {
      const inspection = await find(type, id);
      if (inspection) push({ k: 'inspect', at: now(), inspection });
      // Gone at its end is as it should be; gone before anything was learnt of it is a loss.
      else if (!known.has(id)) push({ k: 'inspect-missed', at: now(), type, id });
      if (inspection?.type === 'image') meetImage(inspection.found.id);
      if (inspection?.type !== 'container') return;
      const { status, imageId } = inspection.found;
      known.set(id, { status, at: now() });
      if (imageId !== undefined && !images.has(imageId)) {
        meetImage(imageId);
        ask('image', imageId);
      }
    } catch (error) {
      log.warn({ error, type, id }, 'inspection failed');
    }
  };

  const tasks = createTasks({ run, concurrency, most: mostWaiting });
  const ask = (type: Kind, id: string): void => {
    if (id !== '') tasks.add(`${type} ${id}`);
  };
  const failedStarts = watchFailedStarts({
    afterMs: failedStartMs,
    onSuspected: (container) => ask('container', container),
  });

  return {
    see(event) {
      const { type, action, id } = event;
      failedStarts.see(event);
      if (type === 'container' && containerActions.has(action)) ask('container', id);
      else if ((type === 'volume' || type === 'network') && action === 'create') ask(type, id);
      else if (type === 'image' && imageActions.has(action)) ask('image', id);
    },
    scanned(scan) {
      failedStarts.scanned(scan);
      for (const { id } of scan.images) meetImage(id);
      const listed = new Set(scan.containers.map(({ id }) => id));
      for (const [id, { at }] of known) if (at < scan.from && !listed.has(id)) known.delete(id);
      for (const { id, status } of scan.containers) {
        if (known.get(id)?.status === status) continue;
        ask('container', id);
      }
    },
    forget() {
      known.clear();
      images.clear();
    },
    stop() {
      tasks.stop();
      failedStarts.stop();
    },
  };
};
