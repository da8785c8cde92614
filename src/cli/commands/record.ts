import type { Command } from 'commander';
import type { Context } from '../context';
import { withEngineAdvice } from '../engine-problem';
import type { CliConfig } from '../parts';
import { grouped } from '../progress';
import { harmless } from '../terminal';

export const addRecord = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('record')
    .description("write the engine's stream, with inspections, to a file for replay, until Ctrl-C")
    .argument('<file>', 'new file; an existing one is refused')
    .option('-H, --docker-host <url>', 'engine to watch, for example unix:///var/run/docker.sock')
    .option('--no-execs', 'leave out the docker commands that the kernel tells of')
    .addHelpText(
      'after',
      `
Command lines of execs, environment values and labels that no CI preset names are not written. Of docker commands, which
are recorded where they can be seen (as root), only verb, names and flags that matter are kept.

Examples:
  crosstalk record bad-day.jsonl
  timeout -s INT 10m crosstalk record ten-minutes.jsonl`,
    )
    .action(
      async (
        file: string,
        { dockerHost, execs }: { dockerHost?: string; execs: boolean },
        command: Command,
      ) => {
        const { parts, err } = context;
        const config = context.loadConfig(command, { dockerHost });
        const { lines, events, gaps, bytes } = await parts
          .record({
            config,
            file,
            stop: parts.stop,
            execs,
            onNotice: (text) => err.line(harmless(text)),
            onStarted: (host) => err.line(`recording ${harmless(host)} to ${harmless(file)} (Ctrl-C ends)`),
            onEvents: (count) => err.status(`${grouped(count)} events`),
          })
          .catch((error: unknown) => {
            throw withEngineAdvice(error);
          })
          .finally(() => err.status(''));
        err.line(
          `${grouped(lines)} lines, ${grouped(events)} events, ${grouped(bytes)} bytes in ${harmless(file)}`,
        );
        if (gaps > 0)
          err.line(`${err.paint('yellow', 'warning:')} something may be missing in ${gaps} places`);
      },
    );
};
