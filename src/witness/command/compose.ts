import type { Command } from '../../domain';
import { flags, scan, type Flags } from './flags';

const global = flags(
  'f file p project-name profile env-file project-directory ansi progress parallel workdir H host c context log-level ' +
    'tlscacert tlscert tlskey',
  { project: 'p project-name', host: 'H host', context: 'c context' },
  true,
);

const verbs: Readonly<Record<string, Flags>> = {
  up: flags('attach no-attach exit-code-from pull scale t timeout wait-timeout'),
  down: flags('rmi t timeout'),
  run: flags(
    'e env env-from-file entrypoint l label name p publish u user v volume w workdir cap-add cap-drop pull',
    { name: 'name', rm: 'rm' },
    true,
  ),
  exec: flags('e env index u user w workdir', {}, true),
  rm: flags('', { force: 'f force' }),
  kill: flags('s signal'),
  stop: flags('t timeout'),
  restart: flags('t timeout'),
  start: flags('wait-timeout'),
  create: flags('pull scale'),
  pause: flags(''),
  unpause: flags(''),
  scale: flags('t timeout'),
  watch: flags(''),
  build: flags('build-arg builder m memory ssh progress provenance sbom'),
  pull: flags('policy parallel'),
  push: flags(''),
};

/** What `compose …` says; undefined for what changes nothing. Texts are not checked yet. */
export const readCompose = (
  args: readonly string[],
): { said: Partial<Command> & { verb: string }; host: string | null; context: string | null } | undefined => {
  const before = scan(args, global);
  const verb = before.positional[0] ?? '';
  const of = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (of === undefined) return undefined;
  const { positional, value, on } = scan(before.after, of);
  const services = verb === 'scale' ? positional.map((it) => it.replace(/=.*$/, '')) : positional;
  return {
    said: {
      verb: `compose ${verb}`,
      targets: services,
      name: value('name'),
      project: before.value('project'),
      force: on('force'),
      autoRemove: on('rm'),
    },
    host: before.value('host'),
    context: before.value('context'),
  };
};
