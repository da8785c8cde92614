import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Described, Identifier, Identity } from '../../../src/attribution/identity';

interface Input {
  readonly kind: Described['kind'];
  readonly name: string;
  readonly image?: string;
  readonly labels?: Record<string, string>;
  /** As the engine gives it: `NAME=value`. */
  readonly env?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly binds?: readonly string[];
}

interface Expected {
  presets?: readonly string[];
  job?: string | null;
  syntheticJob?: string | null;
  creator?: string | null;
  part?: string | null;
  systemActor?: string | null;
  sharedByDesign?: string | null;
  fields?: Record<string, string>;
  groups?: readonly string[];
}

/** Objects in their real form (names and ids are invented) and what must be said of them. */
export interface Example {
  readonly id: string;
  readonly input: Input;
  /** What is absent is not checked. */
  readonly expect: Expected;
}

export const examples = JSON.parse(
  readFileSync(join(__dirname, 'examples.json'), 'utf8'),
) as readonly Example[];

/** The environment as it arrives: what is not on the allow-list never gets in, and of some names only the presence. */
const keptEnv = (identifier: Pick<Identifier, 'keepEnv'>, env: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    env.flatMap((line) => {
      const at = line.indexOf('=');
      const name = line.slice(0, at);
      const keep = identifier.keepEnv(name);
      return keep ? [[name, keep === 'value' ? line.slice(at + 1) : '']] : [];
    }),
  );

export const describedBy = (identifier: Pick<Identifier, 'keepEnv'>, input: Input): Described => ({
  kind: input.kind,
  name: input.name,
  ...(input.image === undefined ? {} : { image: input.image }),
  labels: input.labels ?? {},
  env: keptEnv(identifier, input.env ?? []),
  networks: input.kind === 'network' ? [input.name] : (input.networks ?? []),
  volumes: input.kind === 'volume' ? [input.name] : (input.volumes ?? []),
  binds: input.binds ?? [],
});

/** An identity in the short form of the examples. */
export const inShort = (identity: Identity): Required<Expected> => ({
  presets: identity.presets,
  job: identity.claims[0]?.key ?? null,
  syntheticJob: identity.groups.find((group) => group.syntheticJob !== null)?.syntheticJob ?? null,
  creator: identity.creator?.key ?? null,
  part: identity.part,
  systemActor: identity.systemActor?.id ?? null,
  sharedByDesign: identity.sharedByDesign?.id ?? null,
  fields: { ...identity.fields },
  groups: identity.groups.map((group) => group.key),
});
