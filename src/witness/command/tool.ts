import { basename } from 'node:path';

export type Tool = 'docker' | 'compose' | 'buildx' | 'podman' | 'signal';

/** The kernel's name of a process holds 15 bytes. */
const commLength = 15;

const known: readonly (readonly [string, Tool])[] = [
  ['docker', 'docker'],
  ['docker-compose', 'compose'],
  ['docker-buildx', 'buildx'],
  ['podman', 'podman'],
  ['kill', 'signal'],
  ['pkill', 'signal'],
  ['killall', 'signal'],
];

export interface Tools {
  /** By the name of the process, which may be cut. */
  ofComm(comm: string): Tool | undefined;
  /** By the name of its executable's file. */
  ofFile(name: string): Tool | undefined;
}

/** @param clients further names of docker clients: copies, wrappers; those with `compose` in them are read as Compose */
export const createTools = (clients: readonly string[]): Tools => {
  const more = clients.map(
    (name) => [basename(name), name.includes('compose') ? 'compose' : 'docker'] as const,
  );
  const byFile = new Map<string, Tool>([...more, ...known]);
  const byComm = new Map([...byFile].map(([name, tool]) => [name.slice(0, commLength), tool] as const));
  return { ofComm: (comm) => byComm.get(comm), ofFile: (name) => byFile.get(name) };
};

/** A program as the kernel started it. */
export interface Program {
  readonly comm: string;
  readonly exe: string;
  readonly argv: readonly string[];
}

/**
 * Which tool it is, and its arguments. For a script the kernel puts an interpreter and its options before the script's
 * path: `/usr/bin/python3 /usr/bin/docker-compose up`.
 */
export const recognise = (
  { comm, exe, argv }: Program,
  tools: Tools,
): { tool: Tool; args: readonly string[] } | undefined => {
  const file = basename(exe.replace(/ \(deleted\)$/, ''));
  const tool = tools.ofComm(comm) ?? tools.ofFile(file);
  if (tool === undefined) return undefined;
  const isScript = (argument: string, place: number): boolean =>
    basename(argument).slice(0, commLength) === comm && (place === 0 || argument.includes('/'));
  const at = file.slice(0, commLength) === comm ? 0 : argv.slice(0, 5).findIndex(isScript);
  return { tool, args: argv.slice(Math.max(at, 0) + 1) };
};
