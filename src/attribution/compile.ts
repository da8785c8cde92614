import { anyOf, compileCondition, type Test } from './condition';
import { compileTemplates, firstOf, type Read } from './extract';
import type { Claim, Described, Group, Identity } from './identity';
import type { Extract, GroupRule, JobRule, ObjectKind, Preset } from './preset';

/** A preset made ready for use: every pattern and template is prepared once. */
export interface Compiled {
  readonly preset: Preset;
  readonly appliesTo: Readonly<Partial<Record<ObjectKind, Test>>>;
  readonly claims: readonly CompiledClaim[];
  readonly fields: readonly (readonly [string, Read])[];
  readonly parts: readonly { readonly part: string; readonly when: Test }[];
  readonly groups: readonly {
    readonly on: ReadonlySet<ObjectKind>;
    read(object: Described): Group | undefined;
  }[];
  readonly systemActors: readonly {
    readonly actor: NonNullable<Identity['systemActor']>;
    readonly when: Test;
  }[];
  readonly sharing: readonly {
    readonly on: ObjectKind;
    readonly shared: NonNullable<Identity['sharedByDesign']>;
    readonly when: Test;
  }[];
}

interface CompiledClaim {
  readonly as: JobRule['as'];
  readonly on: ReadonlySet<ObjectKind>;
  readonly evidence: JobRule['evidence'];
  read(object: Described): Claim | undefined;
}

const always: Test = () => true;

/** One line for `because`; what the text says comes from us alone, never from the object. */
const reason = (extract: Extract | undefined): string => {
  if (!extract) return 'a preset';
  if ('label' in extract) return `label ${extract.label}`;
  if ('env' in extract) return `environment variable ${extract.env}`;
  if ('labelKey' in extract) return 'key of a label';
  if ('name' in extract) return 'its name';
  if ('network' in extract) return 'name of its network';
  if ('volume' in extract) return 'name of its volume';
  return reason('anyOf' in extract ? extract.anyOf[0] : Object.values(extract.from)[0]);
};

const compileClaim = (preset: Preset, rule: JobRule): CompiledClaim => {
  const keyOf = compileTemplates(rule.from, [rule.key]);
  const when = rule.when ? compileCondition(rule.when) : always;
  const unless = rule.unless ? compileCondition(rule.unless) : () => false;
  const because = reason(Object.values(rule.from)[0]);
  return {
    as: rule.as,
    on: new Set(rule.on),
    evidence: rule.evidence,
    read(object) {
      const key = keyOf(object)?.[0];
      if (key === undefined || !when(object) || unless(object)) return undefined;
      const { id, system } = preset;
      return { key, preset: id, system, confidence: rule.confidence, evidence: rule.evidence, because };
    },
  };
};

const compileGroup = (preset: Preset, rule: GroupRule) => {
  const keysOf = compileTemplates(rule.from, [rule.key, rule.syntheticJob ?? '']);
  return {
    on: new Set(rule.on),
    read(object: Described): Group | undefined {
      const keys = keysOf(object);
      if (!keys) return undefined;
      const { scope, merges } = rule;
      return { key: keys[0]!, scope, merges, syntheticJob: keys[1] || null, system: preset.system };
    },
  };
};

export const compilePreset = (preset: Preset): Compiled => ({
  preset,
  appliesTo: Object.fromEntries(
    Object.entries(preset.detect).map(([kind, conditions]) => [kind, anyOf(conditions)]),
  ),
  claims: (preset.job ?? []).map((rule) => compileClaim(preset, rule)),
  fields: Object.entries(preset.fields ?? {}).map(([name, extracts]) => [name, firstOf(extracts)]),
  parts: (preset.parts ?? []).map(({ part, when }) => ({ part, when: anyOf(when) })),
  groups: (preset.groups ?? []).map((rule) => compileGroup(preset, rule)),
  systemActors: (preset.systemActors ?? []).map(({ id, actor, owner, any }) => ({
    actor: { id: `${preset.id}/${id}`, actor, owner },
    when: anyOf(any),
  })),
  sharing: (preset.sharedByDesign ?? []).map(({ id, on, any, sharing, why }) => ({
    on,
    shared: { id: `${preset.id}/${id}`, sharing, why },
    when: anyOf(any),
  })),
});
