import { type EngineEvent, type Nanos, type Observation, toRfc3339 } from '../domain';
import { type Keep, containerOfInspect } from '../engine';
import type { InspectNote } from './meta';

interface Seen {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: Nanos | undefined;
}

/** Which container the events so far call by a name: a note names it as a person would. */
export const seenNames = () => {
  const byName = new Map<string, Seen>();
  const createdAt = new Map<string, Nanos>();
  return {
    learn({ type, action, id, name, image, labels, time }: EngineEvent) {
      if (type !== 'container' || name === undefined) return;
      if (action === 'create') createdAt.set(id, time);
      byName.set(name, { id, name, image: image ?? '', labels, createdAt: createdAt.get(id) });
    },
    find: (name: string): Seen | undefined => byName.get(name),
  };
};

/** The note as the observation that an inspection would have been; undefined for a container that no event named. */
export const asInspected = (
  note: InspectNote,
  at: Nanos,
  names: ReturnType<typeof seenNames>,
  keep: Keep,
): Observation | undefined => {
  const seen = names.find(note.name);
  if (!seen) return undefined;
  if (!note.data) return { k: 'inspect-missed', at, type: 'container', id: seen.id };
  const found = containerOfInspect(
    {
      Id: seen.id,
      Name: `/${seen.name}`,
      ...(seen.createdAt !== undefined && { Created: toRfc3339(seen.createdAt) }),
      Config: { Image: seen.image, Labels: seen.labels, Env: [] },
      HostConfig: {},
      State: note.data.State,
      RestartCount: note.data.RestartCount,
      Mounts: note.data.Mounts,
      NetworkSettings: {
        Ports: {},
        Networks: Object.fromEntries(
          Object.entries(note.data.Networks ?? {}).map(([name, id]) => [name, { NetworkID: id }]),
        ),
      },
    },
    keep,
  );
  return found && { k: 'inspect', at, inspection: { type: 'container', found } };
};
