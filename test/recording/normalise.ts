import type { EngineEvent } from '../../src/domain';
import type { Normalise } from '../../src/recording';

interface Json {
  Type?: string;
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

/** Reads just enough of the engine's JSON for these tests. */
export const normalise: Normalise = {
  event(text): EngineEvent | undefined {
    try {
      const { Type, Action, Actor } = JSON.parse(text) as Json;
      const digits = /"timeNano":(\d+)\}\s*$/.exec(text)?.[1];
      if (!Type || !Action || digits === undefined) return undefined;
      const { name, image, container, ...labels } = Actor?.Attributes ?? {};
      return {
        time: BigInt(digits),
        type: Type,
        action: Action,
        id: Actor?.ID ?? '',
        labels,
        ...(name !== undefined && { name }),
        ...(image !== undefined && { image }),
        ...(container !== undefined && { container }),
      };
    } catch {
      return undefined;
    }
  },
  container(answer) {
    const { Id, Name, Config, State, Mounts } = answer as {
      Id: string;
      Name: string;
      Config: { Image: string; Labels: Record<string, string> };
      State: { Status: 'running' };
      Mounts: { Name: string; Source: string; Destination: string; RW: boolean }[];
    };
    return {
      id: Id,
      name: Name.slice(1),
      image: Config.Image,
      labels: Config.Labels,
      status: State.Status,
      mounts: Mounts.map(({ Name: name, Source, Destination, RW }) => ({
        type: 'volume',
        name,
        source: Source,
        destination: Destination,
        readOnly: !RW,
      })),
      networks: [],
      ports: [],
    };
  },
};
