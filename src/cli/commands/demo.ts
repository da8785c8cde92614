import type { Command } from 'commander';
import type { Context } from '../context';
import type { CliConfig } from '../parts';
import { serveUntilStopped } from './serve';

export const addDemo = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('demo')
    .description('serve a recorded bad day, its times moved to now; needs no Docker')
    .option('-l, --listen <address>', 'address of the HTTP API, host:port')
    .addHelpText(
      'after',
      `
The database of the demo is thrown away at the end; your own is not touched.

Examples:
  crosstalk demo
  crosstalk findings          (in another terminal)`,
    )
    .action(async ({ listen }: { listen?: string }, command: Command) => {
      await serveUntilStopped(context, {
        config: context.loadConfig(command, { listen }),
        demo: 'always',
        out: context.err.line,
      });
    });
};
