import { type Command, InvalidArgumentError } from 'commander';
import { type Context, configFlag } from '../context';
import type { CliConfig } from '../parts';
import { harmless } from '../terminal';

interface Options {
  readonly dataDir?: string;
  readonly dockerHost?: string;
  readonly giveUpAfter?: number;
}

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('expected a number of seconds.');
  return Number(text);
};

export const addWitness = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('witness')
    .description('run the process that sees who runs docker commands, and tells the daemon')
    .option('-d, --data-dir <dir>', "the daemon's data directory: there it listens for its witness")
    .option(
      '-H, --docker-host <url>',
      'engine whose commands matter, for example unix:///var/run/docker.sock',
    )
    .option('--give-up-after <seconds>', 'end with the daemon, or when there was none for so long', seconds)
    .addHelpText(
      'after',
      `
Needs root, and the host's pid and network namespaces; \`crosstalk doctor\` says what is missing. \`crosstalk serve\`
starts one by itself unless one is there. One that is started by hand lets the daemon run without root.

Examples:
  sudo crosstalk witness --data-dir /var/lib/crosstalk`,
    )
    .action(async ({ giveUpAfter, ...flags }: Options, command: Command) => {
      const { parts, err } = context;
      const { config, warnings } = parts.loadConfig({ ...flags, file: configFlag(command) });
      for (const warning of warnings) err.line(`${err.paint('yellow', 'warning:')} ${harmless(warning)}`);
      await parts.runWitness({
        config,
        stop: parts.stop,
        aloneMs: giveUpAfter === undefined ? undefined : giveUpAfter * 1000,
        out: (text) => err.line(harmless(text)),
      });
    });
};
