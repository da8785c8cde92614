import { type Command, Option } from 'commander';
import type { ReportView } from '../../domain';
import type { Context } from '../context';
import { DaemonRefused } from '../daemon';
import { CommandError, type ExitCode, exitCodes } from '../exit';
import type { CliConfig } from '../parts';
import { reportOfOwnJob } from '../own-report';
import { harmless } from '../terminal';

interface Options {
  readonly format: 'text' | 'json' | 'markdown' | 'junit';
  readonly failOn?: 'interfered';
}

const exitCodeOf = ({ verdict }: ReportView): ExitCode => {
  if (verdict === 'interfered' || verdict === 'both') return exitCodes.interfered;
  return verdict === 'unknown' ? exitCodes.unknown : exitCodes.ok;
};

export const addReport = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('report')
    .description("a job's report: who hurt it, whom it hurt, how its containers died")
    .argument('[job]', 'job key, for example gitlab:101 (default: the CI job this runs in)')
    .addOption(
      new Option('-f, --format <format>', 'form of the report')
        .choices(['text', 'json', 'markdown', 'junit'])
        .default('text'),
    )
    .addOption(
      new Option(
        '--fail-on <verdict>',
        'exit 3 when the job was interfered with, 4 when that is unknown',
      ).choices(['interfered']),
    )
    .addHelpText(
      'after',
      `
Without a job, and where docker clients use the audit socket, that is asked: it knows which job asks. Elsewhere the
variables of the CI system tell the job.
Without --fail-on the exit code is 0 whenever there is a report.

Examples:
  crosstalk report gitlab:101
  crosstalk report --format markdown       (inside a CI job)
  crosstalk report --fail-on interfered && echo "the failure is your own"`,
    )
    .action(async (job: string | undefined, { format, failOn }: Options, command: Command) => {
      const own = (form: string) => reportOfOwnJob(context.parts.env, form);
      const ownReport = job === undefined ? await own(format) : undefined;
      if (ownReport !== undefined) {
        context.out.block(ownReport);
        if (failOn === undefined) return;
        const asJson = format === 'json' ? ownReport : await own('json');
        context.exitCode = exitCodeOf(JSON.parse(asJson ?? '{}') as ReportView);
        return;
      }
      const config = context.loadConfig(command);
      const key = job ?? context.parts.jobOfEnvironment(context.parts.env, config);
      if (key === undefined)
        throw new CommandError(
          'no job given, and none found in the environment; name one, for example `crosstalk report gitlab:101`',
          exitCodes.usage,
        );
      const daemon = context.daemon(config);
      const path = `/api/v1/jobs/${encodeURIComponent(key)}/report`;
      try {
        const text = await daemon.get(path, { format });
        context.out.block(text);
        if (failOn === undefined) return;
        context.exitCode = exitCodeOf(
          format === 'json'
            ? (JSON.parse(text) as ReportView)
            : await daemon.getJson(path, { format: 'json' }),
        );
      } catch (error) {
        if (!(error instanceof DaemonRefused) || error.problemCode !== 'job-not-found') throw error;
        throw new CommandError(
          `crosstalk has never seen job ${harmless(key)}; \`crosstalk findings\` and /api/v1/jobs list what it knows`,
          failOn === undefined ? exitCodes.failed : exitCodes.unknown,
        );
      }
    });
};
