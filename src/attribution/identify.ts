import { basename } from 'node:path';
import { compilePreset, type Compiled } from './compile';
import type { Claim, Described, Group, Identifier, Identity } from './identity';
import { allowList } from './allow-list';
import { generatedNames } from './generated-names';
import { maxTextLength } from './pattern';
import type { Preset } from './preset';

const defaultGraceSeconds = 60;

/** Of each preset the first owner rule per kind of evidence: weaker spellings of the same evidence add nothing. */
const claimsOf = (
  applying: readonly Compiled[],
  object: Described,
): { owners: Claim[]; creator: Claim | null } => {
  const owners: Claim[] = [];
  let creator: Claim | null = null;
  for (const { claims } of applying) {
    const seen = new Set<string>();
    for (const rule of claims) {
      if (!rule.on.has(object.kind) || (rule.as === 'owner' ? seen.has(rule.evidence) : creator !== null))
        continue;
      const claim = rule.read(object);
      if (!claim) continue;
      if (rule.as === 'creator') creator = claim;
      else {
        owners.push(claim);
        seen.add(rule.evidence);
      }
    }
  }
  return { owners, creator };
};

const fieldsOf = (applying: readonly Compiled[], object: Described): Record<string, string> => {
  const fields: Record<string, string> = {};
  for (const { fields: rules } of applying)
    for (const [name, read] of rules) {
      if (name in fields) continue;
      const value = read(object);
      if (value !== undefined) fields[name] = value;
    }
  return fields;
};

const groupsOf = (applying: readonly Compiled[], object: Described): Group[] => {
  const groups: Group[] = [];
  for (const { groups: rules } of applying)
    for (const { on, read } of rules) {
      if (!on.has(object.kind)) continue;
      const group = read(object);
      if (group && groups.every(({ key }) => key !== group.key)) groups.push(group);
    }
  return groups;
};

const unknown: Identity = {
  presets: [],
  runner: null,
  claims: [],
  creator: null,
  fields: {},
  part: null,
  systemActor: null,
  sharedByDesign: null,
  groups: [],
};

const identityOf = (applying: readonly Compiled[], object: Described): Identity => {
  const { owners, creator } = claimsOf(applying, object);
  const actors = applying.flatMap(({ systemActors }) => systemActors);
  const sharing = applying.flatMap((compiled) => compiled.sharing);
  const parts = applying.flatMap((compiled) => compiled.parts);
  return {
    presets: applying.map(({ preset }) => preset.id),
    runner: applying.find(({ preset }) => preset.role === 'runner')?.preset.id ?? null,
    claims: owners,
    creator,
    fields: fieldsOf(applying, object),
    part: parts.find(({ when }) => when(object))?.part ?? null,
    systemActor: actors.find(({ when }) => when(object))?.actor ?? null,
    sharedByDesign: sharing.find(({ on, when }) => on === object.kind && when(object))?.shared ?? null,
    groups: groupsOf(applying, object),
  };
};

/** Makes the presets ready for use. They are trusted to be safe: those of users come through `customPreset`. */
export const createIdentifier = (presets: readonly Preset[]): Identifier => {
  const ordered = [...presets].sort((a, b) => b.priority - a.priority).map(compilePreset);
  const byId = new Map(presets.map((preset) => [preset.id, preset]));
  const hostDirectories = presets.flatMap((preset) => preset.hostDirectories ?? []);

  return {
    identify(object) {
      const applying = ordered.filter(({ appliesTo }) => appliesTo[object.kind]?.(object));
      return applying.length === 0 ? unknown : identityOf(applying, object);
    },
    ...allowList(presets),
    teardown(id) {
      const preset = byId.get(id);
      return {
        detachesFirst: preset?.teardown?.detachesFirst ?? false,
        signals: preset?.teardown?.signals ?? [],
        graceSeconds: preset?.graceSeconds ?? defaultGraceSeconds,
      };
    },
    isBuildRoot: (hostPath) =>
      hostPath.length <= maxTextLength && hostDirectories.some(({ path }) => path.test(hostPath)),
    runnerOf: (exe) => presets.find(({ agents }) => agents?.includes(basename(exe)))?.id,
    isGeneratedName: generatedNames(presets),
    presetIds: () => presets.map(({ id }) => id),
  };
};
