import type { Command } from 'commander';
import { writeRecording } from '../../recording';
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
    .addHelpText(
      'after',
      `
Command lines of execs, environment values and labels that no CI preset names are not written.

Examples:
  crosstalk record bad-day.jsonl
  timeout -s INT 10m crosstalk record ten-minutes.jsonl`,
    )
    .action(async (file: string, { dockerHost }: { dockerHost?: string }, command: Command) => {
      const { parts, err } = context;
      const config = context.loadConfig(command, { dockerHost });
      const { header, entries, keepLabel } = await parts
        .record({ config, stop: parts.stop })
        .catch((error: unknown) => {
          throw withEngineAdvice(error);
        });
      const recording = writeRecording(file, header, keepLabel);
      let events = 0;
      err.line(`recording ${harmless(header.host)} to ${harmless(file)} (Ctrl-C ends)`);
      try {
        for await (const entry of entries) {
          recording.write(entry);
          if (entry.k === 'event') events += 1;
          err.status(`${grouped(events)} events`);
        }
      } finally {
        err.status('');
        const { lines, bytes } = await recording.close();
        err.line(
          `${grouped(lines)} lines, ${grouped(events)} events, ${grouped(bytes)} bytes in ${harmless(file)}`,
        );
      }
    });
};
