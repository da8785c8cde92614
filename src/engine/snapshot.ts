import {
  fromRfc3339,
  type ImageSnapshot,
  type Nanos,
  type NetworkSnapshot,
  SECOND,
  type VolumeSnapshot,
} from '../domain';
import { asDigest } from './container-snapshot';
import { asInteger, asList, asObject, asText, type JsonObject } from './json';
import { type Keep, keptLabels } from './keep';

/** RFC 3339, or whole seconds (the list of images); absent for the engine's "never". */
const created = (value: unknown): { createdAt?: Nanos } => {
  const seconds = asInteger(value);
  const createdAt = seconds === undefined ? fromRfc3339(asText(value)) : BigInt(seconds) * SECOND;
  return createdAt === undefined || createdAt <= 0n ? {} : { createdAt };
};

/** A volume whose driver binds a host directory is that directory. */
const disguisedBind = (options: JsonObject): string | undefined => {
  const device = asText(options['device']);
  const bound = asText(options['o'])
    .split(',')
    .some((option) => option === 'bind' || option === 'rbind');
  return bound && device.startsWith('/') ? device : undefined;
};

/** The answer to `GET /volumes/{name}`, or one entry of the list; undefined when it is not one. */
export const volumeOf = (value: unknown, keep: Keep): VolumeSnapshot | undefined => {
  const volume = asObject(value);
  const name = asText(volume['Name']);
  if (name === '') return undefined;
  return {
    name,
    driver: asText(volume['Driver']),
    labels: keptLabels(asObject(volume['Labels']), keep.keepLabel),
    ...created(volume['CreatedAt']),
    mountpoint: disguisedBind(asObject(volume['Options'])) ?? asText(volume['Mountpoint']),
  };
};

/** The answer to `GET /networks/{id}`, or one entry of the list. */
export const networkOf = (value: unknown, keep: Keep): NetworkSnapshot | undefined => {
  const network = asObject(value);
  const id = asText(network['Id']);
  if (id === '') return undefined;
  return {
    id,
    name: asText(network['Name']),
    driver: asText(network['Driver']),
    labels: keptLabels(asObject(network['Labels']), keep.keepLabel),
    ...created(network['Created']),
  };
};

/** The answer to `GET /images/{id}/json`, or one entry of the list, which has its labels at the top. */
export const imageOf = (value: unknown, keep: Keep): ImageSnapshot | undefined => {
  const image = asObject(value);
  const id = asText(image['Id']);
  if (id === '') return undefined;
  const labels = asObject(image['Config'])['Labels'] ?? image['Labels'];
  return {
    id: asDigest(id),
    tags: asList(image['RepoTags'])
      .map(asText)
      .filter((tag) => tag !== '' && tag !== '<none>:<none>'),
    labels: keptLabels(asObject(labels), keep.keepLabel),
    ...created(image['Created']),
  };
};
