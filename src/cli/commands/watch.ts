import type { Command } from 'commander';
import type { FindingView, GapView, JobView } from '../../domain';
import type { Context } from '../context';
import { moment, writeFinding } from '../findings-text';
import { type StreamMessage, followStream } from '../follow';
import type { CliConfig } from '../parts';
import { type Terminal, harmless } from '../terminal';

interface Options {
  readonly jobs?: boolean;
  readonly json?: boolean;
}

export const addWatch = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('watch')
    .description('findings as they happen, until Ctrl-C')
    .option('--jobs', 'also tell when jobs start and end')
    .option('--json', 'one JSON object per line: {"id": …, "event": …, "data": …}')
    .addHelpText(
      'after',
      `
Connects again after a break and shows what it missed.

Examples:
  crosstalk watch
  crosstalk watch --json | jq -c 'select(.event == "finding") | .data.title'`,
    )
    .action(async ({ jobs = false, json = false }: Options, command: Command) => {
      const { out, err, parts } = context;
      const daemon = context.daemon(context.loadConfig(command));
      const messages = followStream({
        daemon,
        path: '/api/v1/stream',
        stop: parts.stop,
        onConnected: (again) =>
          err.line(err.paint('dim', again ? 'connected again' : `watching ${daemon.url} (Ctrl-C ends)`)),
        onLost: (why) => err.line(err.paint('dim', `connection lost: ${harmless(why)}; trying again …`)),
      });
      for await (const message of messages) {
        const data = parse(message);
        if (data === undefined || (message.event === 'job' && !jobs)) continue;
        if (json) parts.out.write(`${JSON.stringify({ id: message.id, event: message.event, data })}\n`);
        else tell(out, message.event, data);
      }
    });
};

const parse = ({ data }: StreamMessage): unknown => {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
};

const tell = (out: Terminal, event: string, data: unknown): void => {
  if (event === 'finding') return writeFinding(out, data as FindingView);
  if (event === 'job') {
    const { key, state, startedAt, endedAt } = data as JobView;
    const at = state === 'ended' && endedAt !== null ? endedAt : startedAt;
    return out.line(
      out.paint('dim', `${moment(at)}  job ${harmless(key)} ${state === 'ended' ? 'ended' : 'runs'}`),
    );
  }
  if (event === 'coverage') {
    const { from, to, reason, missing } = data as GapView;
    const span = `${from === null ? 'the beginning' : moment(from)} to ${to === null ? 'now' : moment(to)}`;
    out.line(
      `${out.paint('yellow', 'blind')} from ${span}: ${reason}${missing === '' ? '' : `, ${harmless(missing)}`}`,
    );
  }
};
