import { resolve } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { customPreset } from '../attribution/custom';
import type { Preset } from '../attribution/preset';
import { presets as builtIn } from '../attribution/presets';
import type { LogLevel } from '../log';
import { secret, type Secret } from '../secret';
import { check, got } from './check';
import { ConfigError } from './error';
import { nearest } from './nearest';
import { resolveReferences } from './resolve';
import { schema, withDefaults, type Settings } from './schema';
import { overlay, readFile, type Environment, type Flags } from './sources';
import { address, durationMs, isLoopback, sizeBytes, type Address } from './units';

/** What is meant to be shared: findings of this kind are not made where name and relation fit. */
export interface AllowRule {
  readonly kind: string;
  /** Name of the resource, `*` for any characters. */
  readonly name: string | undefined;
  readonly same: 'pipeline' | 'project' | 'runner' | undefined;
}

/** The configuration, checked: past this point nobody checks again. */
export interface Config {
  readonly host: string | undefined;
  readonly logLevel: LogLevel;
  readonly engine: { readonly host: string; readonly rescanEveryMs: number };
  readonly data: {
    /** Absolute. */
    readonly dir: string;
    readonly retention: {
      readonly eventsMs: number;
      readonly findingsMs: number;
      readonly maxSizeBytes: number;
    };
  };
  readonly api: { readonly listen: string; readonly address: Address; readonly token: Secret | undefined };
  /** Built-in ones in use, and the user's own. */
  readonly jobs: { readonly presets: readonly Preset[] };
  readonly detect: {
    readonly leftoverAfterMs: number;
    readonly disable: readonly string[];
    readonly allow: readonly AllowRule[];
  };
  readonly watch: {
    readonly execs: 'auto' | 'on' | 'off';
    /** Further names of Docker clients. */
    readonly clients: readonly string[];
  };
  /** undefined: there is no audit socket. */
  readonly audit:
    | {
        /** Absolute path. */
        readonly socket: string;
        /** Of its file. */
        readonly mode: number;
        /** Name or number; undefined: `docker`, where there is such a group. */
        readonly group: string | undefined;
        readonly labelCreated: boolean;
        readonly rewriteSocketMounts: boolean;
      }
    | undefined;
}

export interface Loaded {
  readonly config: Config;
  /** undefined when there is none. */
  readonly file: string | undefined;
  /** Keys that are understood but do nothing yet, and what else is odd without being wrong. */
  readonly warnings: readonly string[];
}

interface Sources {
  readonly env: Environment;
  /** Configuration file, as `--config` names it. */
  readonly file?: string | undefined;
  readonly flags?: Flags;
  /** Kinds that `detect` may name; any word when left out. */
  readonly findingKinds?: readonly string[];
  /** Where relative paths start; the working directory when left out. */
  readonly cwd?: string;
}

const inertSections = ['alerts', 'fleet'] as const;
const advisedTokenLength = 16;

/** Collects one line for each thing that is wrong. */
type Complain = (key: string, text: string) => void;

const unknownName = (name: string, what: string, known: readonly string[]): string => {
  const meant = nearest(name, known);
  return `expected ${what}, got ${got(name)}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
};

const choosePresets = (chosen: Settings['jobs']['presets'], complain: Complain): readonly Preset[] => {
  if (chosen === 'all') return builtIn;
  const ids = builtIn.map(({ id }) => id);
  chosen.forEach((id, at) => {
    if (!ids.includes(id)) complain(`jobs.presets[${at}]`, unknownName(id, 'the id of a preset', ids));
  });
  return builtIn.filter(({ id }) => chosen.includes(id));
};

const parseCustom = (list: Settings['jobs']['custom'], complain: Complain): readonly Preset[] => {
  const taken = new Set(builtIn.map(({ id }) => id));
  return list.flatMap((custom, at) => {
    const key = `jobs.custom[${at}]`;
    if (taken.has(custom.id)) complain(`${key}.id`, `expected an id of its own, ${got(custom.id)} is taken`);
    taken.add(custom.id);
    const parsed = customPreset(custom);
    if ('id' in parsed) return [parsed];
    for (const problem of parsed) complain(`${key}.${problem.at}`, `expected ${problem.expected}`);
    return [];
  });
};

const parseDetect = (
  { leftoverAfter, disable, allow }: Settings['detect'],
  kinds: readonly string[] | undefined,
  complain: Complain,
): Config['detect'] => {
  const checkKind = (key: string, kind: string): void => {
    if (kinds && !kinds.includes(kind)) complain(key, unknownName(kind, 'a kind of finding', kinds));
  };
  disable.forEach((kind, at) => checkKind(`detect.disable[${at}]`, kind));
  allow.forEach(({ kind, name, same }, at) => {
    checkKind(`detect.allow[${at}].kind`, kind);
    if (name === undefined && same === undefined)
      complain(`detect.allow[${at}]`, 'expected name or same; to allow all of a kind, use detect.disable');
  });
  return {
    leftoverAfterMs: durationMs(leftoverAfter),
    disable,
    allow: allow.map(({ kind, name, same }) => ({ kind, name, same })),
  };
};

const parseAudit = ({ socket, mode, group, ...options }: Settings['audit']): Config['audit'] =>
  socket === undefined ? undefined : { socket, mode: Number.parseInt(mode, 8), group, ...options };

/**
 * Reads flags, environment and file (each wins over the next) and the defaults. Throws one ConfigError that lists every
 * problem; secrets are not repeated in it.
 */
export const loadConfig = ({
  env,
  file: asked,
  flags = {},
  findingKinds,
  cwd = process.cwd(),
}: Sources): Loaded => {
  const problems: string[] = [];
  const named = asked ?? (env.CROSSTALK_CONFIG || undefined);
  const by = asked === undefined ? 'CROSSTALK_CONFIG' : '--config';
  const { raw: written, file } = readFile(
    named === undefined ? undefined : { file: named, by },
    cwd,
    problems,
  );

  const { raw, origins } = overlay(written, env, flags);
  const complain: Complain = (key, text) => problems.push(`${origins.get(key) ?? key}: ${text}`);
  const resolved = resolveReferences(raw, env, new Set(inertSections), complain);
  const settings = withDefaults(schema, resolved.raw) as Settings;
  problems.push(...check(schema, settings, { ...resolved, origins }));
  const { engine, data, api, jobs, detect } = settings;
  const { properties } = schema;
  if (settings.audit?.socket !== undefined && `unix://${settings.audit.socket}` === engine?.host)
    complain('audit.socket', "expected another path than the engine's own socket");

  // A section whose form is wrong has been told of; the others are looked at more closely all the same.
  const jobsOk = Value.Check(properties.jobs, jobs);
  const presets = jobsOk
    ? [...choosePresets(jobs.presets, complain), ...parseCustom(jobs.custom, complain)]
    : builtIn;
  const detection = Value.Check(properties.detect, detect) && parseDetect(detect, findingKinds, complain);
  const listen = Value.Check(properties.api, api) && address(api.listen);
  if (listen && !isLoopback(listen) && api.token === undefined && !resolved.failed.has('api.token'))
    complain('api.listen', `expected a loopback address, or an api.token beside it, got ${got(api.listen)}`);
  if (problems.length > 0 || !detection || !listen) throw new ConfigError(problems);

  const warnings = inertSections
    .filter((section) => settings[section] !== undefined)
    .map((section) => `${section}: has no effect yet`);
  if (api.token !== undefined && api.token.length < advisedTokenLength)
    warnings.push(
      `${origins.get('api.token') ?? 'api.token'}: shorter than ${advisedTokenLength} characters`,
    );

  return {
    file,
    warnings,
    config: {
      host: settings.host,
      logLevel: settings.logLevel,
      engine: { host: engine.host, rescanEveryMs: durationMs(engine.rescanEvery) },
      data: {
        dir: resolve(cwd, data.dir),
        retention: {
          eventsMs: durationMs(data.retention.events),
          findingsMs: durationMs(data.retention.findings),
          maxSizeBytes: sizeBytes(data.retention.maxSize),
        },
      },
      api: {
        listen: api.listen,
        address: listen,
        token: api.token === undefined ? undefined : secret(api.token),
      },
      jobs: { presets },
      detect: detection,
      watch: settings.watch,
      audit: parseAudit(settings.audit),
    },
  };
};
