import type { Command } from 'commander';
import { ConfigError } from '../../config';
import { type Context, configFlag } from '../context';
import { exitCodes } from '../exit';
import type { CliConfig, Parts } from '../parts';
import { type Terminal, harmless } from '../terminal';

export const addConfig = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('config')
    .description('look at the configuration')
    .command('check')
    .description('read file and environment and name every problem; exit 2 when there is one')
    .argument('[file]', 'configuration file, as --config')
    .option('--json', 'print {"ok", "file", "problems": […], "warnings": […]}')
    .addHelpText(
      'after',
      `
Examples:
  crosstalk config check
  crosstalk config check /etc/crosstalk.yml`,
    )
    .action((argument: string | undefined, { json = false }: { json?: boolean }, command: Command) => {
      const { parts, out } = context;
      const file = argument ?? configFlag(command);
      try {
        const loaded = parts.loadConfig({ file });
        if (json) out.json({ ok: true, file: loaded.file ?? null, problems: [], warnings: loaded.warnings });
        else tell(out, loaded);
      } catch (error) {
        if (!json || !(error instanceof ConfigError)) throw error;
        out.json({ ok: false, file: file ?? null, problems: error.problems, warnings: [] });
        context.exitCode = exitCodes.usage;
      }
    });
};

const tell = (
  { line, paint }: Terminal,
  { config: { engine, data, api }, file, warnings }: ReturnType<Parts['loadConfig']>,
): void => {
  line(
    `${paint('green', 'ok')}: ${file === undefined ? 'no file, defaults and environment' : harmless(file)}`,
  );
  for (const warning of warnings) line(`${paint('yellow', 'warning')}: ${harmless(warning)}`);
  line(`  engine.host  ${harmless(engine.host)}`);
  line(`  data.dir     ${harmless(data.dir)}`);
  line(`  api.listen   ${harmless(api.listen)}${api.token ? ' (with token)' : ''}`);
};
