import type { Command } from '../../domain';
import { readCompose } from './compose';
import { flags, scan } from './flags';
import { isFilter, isReference } from './reference';
import { readSignal } from './signal';
import { recognise, type Program, type Tool, type Tools } from './tool';
import { fullName, isGroup, verbs } from './verbs';

export { createTools, type Tool, type Tools } from './tool';

/** Which engine the command line names; all null where it names none. Never told to anybody: it may hold a password. */
export interface NamedEngine {
  /** `-H` */
  readonly host: string | null;
  /** `--context` */
  readonly context: string | null;
  /** `--config`: the directory of the client's configuration. */
  readonly config: string | null;
}

interface Read {
  readonly tool: Tool;
  readonly command: Command;
  readonly named: NamedEngine;
}

const nothing: Command = {
  verb: '',
  targets: [],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: false,
  autoRemove: false,
};

const global = flags(
  'H host c context l log-level config tlscacert tlscert tlskey',
  {
    host: 'H host',
    context: 'c context',
    config: 'config',
    switches: 'D debug tls tlsverify v version help',
  },
  true,
);
const group = flags('builder', {}, true);

type Said = Partial<Command> & { readonly verb: string };

/** What follows the global flags of `docker`. */
const readVerb = (first: string, after: readonly string[]): Said | undefined => {
  const inner = isGroup(first) ? scan(after, group) : undefined;
  const name = fullName(first, inner?.positional[0] ?? '');
  const verb = name === undefined ? undefined : verbs[name];
  if (name === undefined || verb === undefined) return undefined;
  return { verb: name, ...verb.said(scan(inner?.after ?? after, verb.flags)) };
};

const readDocker = (args: readonly string[]): { said: Said; named: NamedEngine } | undefined => {
  const { positional, after, value } = scan(args, global);
  const named = { host: value('host'), context: value('context'), config: value('config') };
  const first = positional[0] ?? '';
  if (first !== 'compose') {
    const said = readVerb(first, after);
    return said && { said, named };
  }
  const compose = readCompose(after);
  return (
    compose && {
      said: compose.said,
      named: { ...named, host: compose.host ?? named.host, context: compose.context ?? named.context },
    }
  );
};

/** A plugin run by `docker` gets docker's own arguments, its name among them; run by hand it starts with its own flags. */
const readPlugin = (name: 'compose' | 'buildx', args: readonly string[]): ReturnType<typeof readDocker> => {
  const before = scan(args, global);
  const byDocker = !before.strange && before.positional[0] === name;
  return readDocker(byDocker ? args : [name, ...args]);
};

const readTool = (tool: Tool, args: readonly string[]): { said: Said; named: NamedEngine } | undefined => {
  const none = { host: null, context: null, config: null };
  switch (tool) {
    case 'docker':
    case 'podman':
      return readDocker(args);
    case 'compose':
    case 'buildx':
      return readPlugin(tool, args);
    case 'signal': {
      const said = readSignal(args);
      return said && { said, named: none };
    }
  }
};

const orNull = (text: string | null | undefined): string | null =>
  typeof text === 'string' && isReference(text) ? text : null;

/**
 * Reads a command line; undefined for what is no docker command, or one that changes nothing. Only what stands at a known
 * place and looks like a name is kept: values of flags such as -e and --build-arg, and a container's own command, are
 * skipped without being looked at.
 * @param truncated whether argv is only a beginning
 * @param env       the process's own variables
 */
export const readCommand = (
  program: Program & { readonly truncated: boolean },
  env: (name: string) => string | undefined,
  tools: Tools,
): Read | undefined => {
  const recognised = recognise(program, tools);
  const read = recognised && readTool(recognised.tool, recognised.args);
  if (!recognised || !read) return undefined;
  const { said, named } = read;
  const project = said.verb.startsWith('compose ')
    ? (said.project ?? env('COMPOSE_PROJECT_NAME') ?? null)
    : null;
  return {
    tool: recognised.tool,
    named,
    command: {
      ...nothing,
      ...said,
      truncated: program.truncated,
      targets: (said.targets ?? []).filter(isReference),
      tags: (said.tags ?? []).filter(isReference),
      filters: (said.filters ?? []).filter(isFilter),
      name: orNull(said.name),
      image: orNull(said.image),
      project: orNull(project),
    },
  };
};
