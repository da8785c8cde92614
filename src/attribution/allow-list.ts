import type { Identifier } from './identity';
import type { Condition, Extract, Preset } from './preset';

/** Namespaces that detectors and people need although no preset rule reads every key of them. */
const keptPrefixes = ['com.docker.compose.', 'org.testcontainers', 'io.crosstalk.'];

interface Named {
  readonly labels: Set<string>;
  readonly labelKeys: RegExp[];
}

/** Every part of a preset that can name a label, whatever it is nested in. */
type Node = Partial<Condition> & { readonly anyOf?: readonly Extract[]; readonly onlyIf?: Condition } & {
  readonly from?: Readonly<Record<string, Extract>>;
};

const collect = (node: Node, named: Named): void => {
  if (node.label !== undefined) named.labels.add(node.label);
  if (node.labelKey) named.labelKeys.push(node.labelKey);
  const inner: readonly (Node | undefined)[] = [
    ...(node.all ?? []),
    ...(node.any ?? []),
    ...(node.anyOf ?? []),
    ...Object.values(node.from ?? {}),
    node.not,
    node.onlyIf,
  ];
  for (const child of inner) if (child) collect(child, named);
};

const nodesOf = (preset: Preset): readonly Node[] => [
  ...Object.values(preset.detect).flat(),
  ...(preset.job ?? []).flatMap(({ from, when, unless }) => [
    ...Object.values(from),
    when ?? {},
    unless ?? {},
  ]),
  ...Object.values(preset.fields ?? {}).flat(),
  ...(preset.parts ?? []).flatMap(({ when }) => when),
  ...(preset.groups ?? []).flatMap(({ from }) => Object.values(from)),
  ...(preset.systemActors ?? []).flatMap(({ any }) => any),
  ...(preset.sharedByDesign ?? []).flatMap(({ any }) => any),
];

/** Which labels and variables may be kept: those that a preset names, and nothing else. */
export const allowList = (
  presets: readonly Preset[],
): Pick<Identifier, 'keepLabel' | 'keepEnv' | 'keptVariables'> => {
  const named: Named = { labels: new Set(), labelKeys: [] };
  for (const node of presets.flatMap(nodesOf)) collect(node, named);
  // A variable whose value one preset needs is kept with it, whatever another says.
  const variables = new Map<string, 'value' | 'presence'>([
    ...presets.flatMap(({ env }) => (env?.presence ?? []).map((name) => [name, 'presence'] as const)),
    ...presets.flatMap(({ env }) => (env?.ids ?? []).map((name) => [name, 'value'] as const)),
  ]);
  const { labels } = named;
  const labelKeys = [...new Map(named.labelKeys.map((pattern) => [pattern.source, pattern])).values()];

  return {
    keepLabel: (key) =>
      labels.has(key) ||
      keptPrefixes.some((prefix) => key.startsWith(prefix)) ||
      labelKeys.some((pattern) => pattern.test(key)),
    keepEnv: (name) => variables.get(name),
    keptVariables: () => variables,
  };
};
