import { createIdentifier } from '../attribution/identify';
import type { Identifier } from '../attribution/identity';
import type { Config } from '../config';
import type { ContainerSnapshot } from '../domain';

/** The presets in use. */
export const identifierOf = (config: Config): Identifier => createIdentifier(config.jobs.presets);

/** The preset of the runner that a container belongs to, by what a list or an inspection shows. */
export const runnerOf = (identifier: Identifier, container: ContainerSnapshot): string | null =>
  identifier.identify({
    kind: 'container',
    name: container.name,
    image: container.image,
    labels: container.labels,
    env: container.details?.env ?? {},
    networks: container.networks,
    volumes: container.mounts.flatMap(({ name }) => (name === undefined ? [] : [name])),
    binds: container.mounts.flatMap(({ type, source, destination }) =>
      type === 'bind' ? [`${source}:${destination}`] : [],
    ),
  }).runner;
