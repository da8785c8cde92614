import { Command, CommanderError } from 'commander';
import { addBackup } from './commands/backup';
import { addConfig } from './commands/config';
import { addDemo } from './commands/demo';
import { addDoctor } from './commands/doctor';
import { addFindings } from './commands/findings';
import { addRecord } from './commands/record';
import { addReplay } from './commands/replay';
import { addReport } from './commands/report';
import { addServe } from './commands/serve';
import { addWatch } from './commands/watch';
import { addWitness } from './commands/witness';
import { type Context, createContext } from './context';
import { exitCodes } from './exit';
import { problemText } from './problem-text';
import type { CliConfig, Parts } from './parts';

export interface Program {
  /** Runs one command line (without node and script) to its exit code. Never throws. */
  run(args: readonly string[]): Promise<number>;
}

/** The command tree; docs/cli.md is compared with it. */
export const buildCommand = <Config extends CliConfig>(context: Context<Config>): Command => {
  const { parts } = context;
  const program = new Command('crosstalk')
    .description('Tells which CI job broke which on a shared Docker host.')
    .version(parts.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .option(
      '-c, --config <file>',
      'configuration file (default: CROSSTALK_CONFIG, or crosstalk.yml where it exists)',
    )
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void parts.out.write(text),
      writeErr: (text) => void parts.err.write(text),
      getOutHelpWidth: () => parts.out.columns ?? 100,
      getErrHelpWidth: () => parts.err.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  crosstalk serve                          watch the local engine, answer on http://127.0.0.1:7373
  crosstalk report gitlab:101              who hurt this job, and how its containers died
  crosstalk findings --severity critical   what happened on this host
  crosstalk replay events.jsonl            what Crosstalk makes of a recorded event stream`,
    );
  addServe(program, context);
  addWitness(program, context);
  addDoctor(program, context);
  addReport(program, context);
  addFindings(program, context);
  addWatch(program, context);
  addReplay(program, context);
  addRecord(program, context);
  addDemo(program, context);
  addBackup(program, context);
  addConfig(program, context);
  return program;
};

export const createProgram = <Config extends CliConfig>(parts: Parts<Config>): Program => ({
  async run(args) {
    const context = createContext(parts);
    const program = buildCommand(context);
    try {
      await program.parseAsync(args, { from: 'user' });
      return context.exitCode;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      context.err.status('');
      const { text, exitCode } = problemText(error, parts.env);
      context.err.block(`${context.err.paint('red', 'error:')} ${text}`);
      return exitCode;
    }
  },
});
