import type { Command } from 'commander';
import type { Context } from '../context';
import type { CliConfig } from '../parts';
import { createProgress } from '../progress';
import { harmless } from '../terminal';

export const addBackup = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('backup')
    .description('a consistent copy of the database, also while the daemon runs')
    .argument('<file>', 'new file; an existing one is refused')
    .option('-d, --data-dir <dir>', 'directory of the database')
    .addHelpText(
      'after',
      `
The copy is a database like the original: put it in place of it to restore.

Examples:
  crosstalk backup /backup/crosstalk-$(date +%F).db`,
    )
    .action(async (file: string, { dataDir }: { dataDir?: string }, command: Command) => {
      const { parts, err, out } = context;
      const config = context.loadConfig(command, { dataDir });
      const progress = createProgress(err, `backup ${harmless(file)}`, 'pages', parts.nowMs);
      try {
        await parts.backup({
          config,
          file,
          onProgress: (done, total) => progress.tell(done, total, done),
        });
      } finally {
        progress.end();
      }
      out.line(`copied to ${harmless(file)}`);
    });
};
