import type { Command } from 'commander';
import { type Context, configFlag } from '../context';
import { exitCodes } from '../exit';
import type { CliConfig } from '../parts';
import { harmless } from '../terminal';

export const addConfig = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('config')
    .description('look at the configuration')
    .command('check')
    .description('read file and environment and name every problem; exit 2 when there is one')
    .argument('[file]', 'configuration file, as --config')
    .option('--json', 'print {"ok": …, "file": …, "problems": …}')
    .addHelpText(
      'after',
      `
Examples:
  crosstalk config check
  crosstalk config check /etc/crosstalk.yml`,
    )
    .action((argument: string | undefined, { json = false }: { json?: boolean }, command: Command) => {
      const { parts, out } = context;
      const flags = { file: argument ?? configFlag(command) };
      try {
        const { engine, data, api } = parts.loadConfig(flags);
        const file = parts.configFile(flags) ?? null;
        if (json) return out.json({ ok: true, file, problems: null });
        out.line(
          `${out.paint('green', 'ok')}: ${file === null ? 'no file, defaults and environment' : harmless(file)}`,
        );
        out.line(`  engine.host  ${harmless(engine.host)}`);
        out.line(`  data.dir     ${harmless(data.dir)}`);
        out.line(`  api.listen   ${harmless(api.listen)}${api.token ? ' (with token)' : ''}`);
      } catch (error) {
        if (!json) throw error;
        out.json({ ok: false, file: flags.file ?? null, problems: (error as Error).message });
        context.exitCode = exitCodes.usage;
      }
    });
};
