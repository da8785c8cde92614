import type { CallChange, Command } from '../../../domain';
import { isReference } from '../../command/reference';
import { type Scalar, textOf, walkJson } from './json';
import type { Meaning } from './meaning';

const is = ({ path }: Scalar, ...names: readonly string[]): boolean =>
  path.length === names.length && names.every((name, at) => name === path[at]);

const reference = (text: string): string | null => (isReference(text) ? text : null);

/** Reads what the body adds to what the path says. Its values of other keys are not looked at. */
const createReader = ({ command, body: kind }: Meaning, latin1: string) => {
  const said: { -readonly [K in keyof Command]?: Command[K] } = {};
  const text = (scalar: Scalar): string => (scalar.kind === 'string' ? textOf(latin1, scalar) : '');
  return {
    visit(scalar: Scalar): void {
      if (kind === 'container') {
        if (is(scalar, 'image')) said.image = reference(text(scalar));
        else if (is(scalar, 'hostconfig', 'autoremove'))
          said.autoRemove = latin1.startsWith('true', scalar.start);
      } else if (kind === 'endpoint') {
        if (is(scalar, 'container')) said.targets = [...command!.targets, text(scalar)].filter(isReference);
      } else if (is(scalar, 'name') && text(scalar) !== '') said.targets = [text(scalar)].filter(isReference);
    },
    command: (): Command | null => command && { ...command, ...said },
  };
};

/** What the request asks for, with what its body says of it. */
export const readBody = (body: Buffer, meaning: Meaning): Command | null => {
  if (!meaning.command || !meaning.body) return meaning.command;
  const latin1 = body.toString('latin1');
  const { visit, command } = createReader(meaning, latin1);
  walkJson(latin1, visit);
  return command();
};

export interface Alteration {
  /** Key of the calling job, for the label; null: none is put on. */
  readonly job: string | null;
  /** Where mounts of the engine's socket lead instead; null: where they did. */
  readonly auditSocket: string | null;
  /** Whether a path of the host is the engine's socket, however it is written. */
  isEngineSocket(path: string): boolean;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Bind sources and sources of mounts, of each HostConfig there is: one that the engine does not use harms nobody. */
const rewritten = (scalar: Scalar, latin1: string, { auditSocket, isEngineSocket }: Alteration): Splice[] => {
  if (auditSocket === null || scalar.kind !== 'string') return [];
  const { start, end } = scalar;
  if (is(scalar, 'hostconfig', 'binds', '[]')) {
    const [source = '', ...rest] = textOf(latin1, scalar).split(':');
    return isEngineSocket(source)
      ? [{ start, end, text: JSON.stringify([auditSocket, ...rest].join(':')) }]
      : [];
  }
  if (!is(scalar, 'hostconfig', 'mounts', '[]', 'source')) return [];
  return isEngineSocket(textOf(latin1, scalar)) ? [{ start, end, text: JSON.stringify(auditSocket) }] : [];
};

interface ReadCreate {
  readonly command: Command | null;
  /** With what the options ask for; undefined where nothing is to be changed. */
  readonly body: Buffer | undefined;
  readonly changed: readonly CallChange[];
}

/** The body of `POST /containers/create`: what it says, and what it becomes. Read once, as it can be long. */
export const readCreate = (body: Buffer, meaning: Meaning, alteration: Alteration): ReadCreate => {
  const latin1 = body.toString('latin1');
  const splices: Splice[] = [];
  const { visit, command } = createReader(meaning, latin1);
  const walked = walkJson(latin1, (scalar) => {
    visit(scalar);
    splices.push(...rewritten(scalar, latin1, alteration));
  });
  const unchanged = { command: command(), body: undefined, changed: [] };
  if (!walked) return unchanged;
  const changed: CallChange[] = splices.length > 0 ? ['rewriteSocketMounts'] : [];
  if (alteration.job !== null) {
    // Labels under a key that comes again are added to those before, and the last value of a label counts.
    const labels = `"Labels":${JSON.stringify({ 'io.crosstalk.job': alteration.job })}`;
    splices.push({ start: walked.close, end: walked.close, text: walked.empty ? labels : `,${labels}` });
    changed.push('labelCreated');
  }
  if (splices.length === 0) return unchanged;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, text } of splices) {
    parts.push(body.subarray(from, start), Buffer.from(text));
    from = end;
  }
  parts.push(body.subarray(from));
  return { command: command(), body: Buffer.concat(parts), changed };
};
