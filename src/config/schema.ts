import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { logLevels } from '../log';
import { addressPattern, durationPattern, sizePattern } from './units';

/** What our own annotations on a schema mean. `expected` is the wording of its error. */
export interface Annotated extends TSchema {
  readonly expected?: string;
  readonly secret?: boolean;
  readonly inert?: boolean;
}

const section = <T extends Record<string, TSchema>>(keys: T) =>
  Type.Object(keys, { additionalProperties: false, default: {}, expected: 'a section with keys of its own' });

const text = (description: string, options: object = {}) =>
  Type.String({ minLength: 1, expected: 'a text', description, ...options });

const duration = (byDefault: string, description: string) =>
  text(description, {
    pattern: durationPattern,
    expected: 'a duration such as 60s',
    default: byDefault,
  });

/** A section of a part that does not exist yet: anything goes, and has no effect. */
const inert = (description: string) =>
  Type.Optional(Type.Unknown({ inert: true, description: `${description} Has no effect yet.` }));

const custom = Type.Object(
  {
    id: text('Name of the preset; shown wherever a preset is named.'),
    match: section({
      label: Type.Optional(text('A label by which its objects are recognised.')),
      env: Type.Optional(text('Or a variable by which its containers are recognised.')),
      name: Type.Optional(text('Or a pattern (regular expression) for the names of its objects.')),
      equals: Type.Optional(text('The value that label or variable must have.')),
      pattern: Type.Optional(text('Or a pattern for it.')),
    }),
    job: section({
      key: text('Template of the job key: `acme:{label:com.acme.ci.job}`. Takes `{label:…}` and `{env:…}`.'),
      url: Type.Optional(text('Template of the address of the job.')),
      project: Type.Optional(text('Template of its project.')),
      pipeline: Type.Optional(text('Template of its pipeline.')),
      ref: Type.Optional(text('Template of its branch or tag.')),
      runner: Type.Optional(text('Template of the name of its runner.')),
      slot: Type.Optional(text('Template of the slot on that runner.')),
    }),
  },
  { additionalProperties: false, expected: 'a preset with id, match and job' },
);

const allow = Type.Object(
  {
    kind: text('Kind of finding that is allowed.'),
    name: Type.Optional(text('Only for resources of this name; `*` stands for any characters.')),
    same: Type.Optional(
      Type.Union([Type.Literal('pipeline'), Type.Literal('project'), Type.Literal('runner')], {
        expected: 'pipeline, project or runner',
        description: 'Only between jobs of the same `pipeline`, `project` or `runner`.',
      }),
    ),
  },
  { additionalProperties: false, expected: 'a rule such as { kind: shared-volume, name: "maven-cache*" }' },
);

/** The whole of crosstalk.yml: checks it, gives it its type, and is what docs/configuration.md is compared with. */
export const schema = section({
  host: Type.Optional(text("Name of this host in findings. Without it the engine's own name.")),
  logLevel: Type.Union(
    logLevels.map((level) => Type.Literal(level)),
    { expected: `one of ${logLevels.join(', ')}`, default: 'info', description: 'How much is logged.' },
  ),
  engine: section({
    host: text('The container engine to watch.', {
      pattern: '^(unix:///.|npipe://.|tcp://[^/\\s]+:\\d{1,5}$)',
      expected: 'unix:///path or tcp://host:port',
      default: 'unix:///var/run/docker.sock',
    }),
    rescanEvery: duration(
      '60s',
      'How often everything on the engine is listed, to find what its events did not tell.',
    ),
  }),
  data: section({
    dir: text('Directory of the database and of everything else that is kept.', {
      expected: 'a directory',
      default: './data',
    }),
    retention: section({
      events: duration('14d', 'How long events are kept.'),
      findings: duration('180d', 'How long resolved findings and ended jobs are kept.'),
      maxSize: text('Size of the database above which the oldest goes first.', {
        pattern: sizePattern,
        expected: 'a size such as 4GB',
        default: '4GB',
      }),
    }),
  }),
  api: section({
    listen: text('Address of the API. Other than loopback only with a token.', {
      pattern: addressPattern,
      expected: 'an address such as 127.0.0.1:7373',
      default: '127.0.0.1:7373',
    }),
    token: Type.Optional(text('What clients must send as `Authorization: Bearer …`.', { secret: true })),
  }),
  jobs: section({
    presets: Type.Union([Type.Literal('all'), Type.Array(Type.String(), { minItems: 1 })], {
      expected: 'all, or a list of preset ids',
      default: 'all',
      description: 'Built-in presets that are used: `all`, or a list of their ids.',
    }),
    custom: Type.Array(custom, {
      expected: 'a list of presets',
      default: [],
      description: 'Presets of your own, see [presets](presets.md).',
    }),
  }),
  detect: section({
    leftoverAfter: duration('30m', 'How long after the end of its job something counts as left over.'),
    disable: Type.Array(Type.String(), {
      expected: 'a list of kinds of findings',
      default: [],
      description: 'Kinds of findings that are not looked for.',
    }),
    allow: Type.Array(allow, {
      expected: 'a list of rules',
      default: [],
      description: 'What is meant to be shared.',
    }),
  }),
  watch: section({
    execs: Type.Union([Type.Literal('auto'), Type.Literal('on'), Type.Literal('off')], {
      expected: 'auto, on or off',
      default: 'auto',
      description:
        'Whether `docker` commands are seen being executed: `auto` where kernel and rights allow it, `on` to be told loudly where they do not, `off`.',
    }),
    clients: Type.Array(
      Type.String({ pattern: '^[^/\\s]{1,64}$', expected: 'the name of a program, without its directory' }),
      {
        expected: 'a list of names',
        default: [],
        description: 'Further names under which a Docker client runs here: a renamed binary, a symlink.',
      },
    ),
  }),
  audit: section({
    socket: Type.Optional(
      text('Path at which the audit socket listens. Without it there is none.', {
        pattern: '^/[^\\0]{0,106}$',
        expected: 'an absolute path of at most 107 characters',
      }),
    ),
    mode: text('Rights of its file, in octal.', {
      pattern: '^0?[0-7]{3}$',
      expected: 'rights such as "0660"',
      default: '0660',
    }),
    group: Type.Optional(
      text('Group of its file: those who may use it. Without it `docker`, where there is such a group.', {
        expected: 'the name of a group, or its number',
      }),
    ),
    labelCreated: Type.Boolean({
      expected: 'true or false',
      default: false,
      description:
        'Adds the label `io.crosstalk.job` with the key of the calling job to the containers that it creates.',
    }),
    rewriteSocketMounts: Type.Boolean({
      expected: 'true or false',
      default: true,
      description:
        "Containers that are created with the engine's socket mounted get the audit socket in its place.",
    }),
  }),
  alerts: inert('Alerts to chat and alert services.'),
  fleet: inert('Many hosts together.'),
});

export type Settings = Static<typeof schema>;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts defaults where nothing was said. What has a wrong form stays as it is, for the check to tell. */
export const withDefaults = (node: Annotated, value: unknown): unknown => {
  const properties = node.properties as Record<string, Annotated> | undefined;
  const given = value === undefined ? node.default : value;
  if (!properties || !isMap(given)) return given;
  const missing = Object.entries(properties)
    .filter(([name]) => !Object.hasOwn(given, name))
    .map(([name, child]) => [name, withDefaults(child, undefined)] as const)
    .filter(([, byDefault]) => byDefault !== undefined);
  const there = Object.entries(given).map(
    ([name, child]) =>
      [name, Object.hasOwn(properties, name) ? withDefaults(properties[name]!, child) : child] as const,
  );
  return Object.fromEntries([...there, ...missing]);
};

/** One key of the configuration as documentation shows it. */
export interface KeyDescription {
  /** `api.listen`, `detect.allow[].kind` */
  readonly key: string;
  /** undefined: none. */
  readonly byDefault: string | undefined;
  readonly description: string;
}

const describe = (node: Annotated, key: string): KeyDescription[] => {
  const properties = node.properties as Record<string, Annotated> | undefined;
  const inside = Object.entries(properties ?? {}).flatMap(([name, child]) =>
    describe(child, key === '' ? name : `${key}.${name}`),
  );
  if (node.description === undefined) return inside;
  const items = node.items as Annotated | undefined;
  const byDefault =
    node.default === undefined ? undefined : JSON.stringify(node.default).replace(/^"|"$/g, '');
  return [
    { key, byDefault, description: node.description },
    ...inside,
    ...(items?.properties ? describe(items, `${key}[]`) : []),
  ];
};

/** Every key there is, in the order of the schema. */
export const describeKeys = (): readonly KeyDescription[] => describe(schema, '');

export const keysOf = (): readonly string[] => describeKeys().map(({ key }) => key);
